"""Are verdicts missing, out of order or there twice, when every receiver is killed and restarted at random?

    python -m benchmarks.sinks [--parts 10000] [--rate 20] [--seed 1] [--write docs/delivery-campaign.md]

Parts are recorded by the station's own journal at that rate. Five sinks deliver at once: to a Modbus TCP, an MQTT, an OPC UA
and a web server on loopback, each in a process of its own that gets SIGKILL and comes back on the same port, and to a CSV
folder that is moved away and back. A receiver writes down what it takes before it acknowledges; that is what is counted.
"""

from __future__ import annotations

import os

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import argparse
import csv
import itertools
import logging
import platform
import random
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Engine

from benchmarks.page import show
from benchmarks.receivers import KINDS, REPOSITORY, Receiver
from models.recipe import Region
from station.delivery import Deliverer
from station.inspector import Inspection, Judge
from station.shot import Shot, Ticket, now
from station.sinks.kinds import make_sink
from station.sinks.settings import Sinks
from station.store.database import open_database
from station.store.deliveries import advance_cursor, next_deliveries, start_cursor
from station.store.journal import Journal
from station.store.pictures import PictureStore
from station.verdict import Judgement, Verdict

REGION = Region("front", "all", (0, 0, 4, 4))
RUN = "c0ffee" + "0" * 26
BACKLOG = 1000
SETTLED = 2  # undelivered: a sink that keeps up with the line always has some on their way


class Folder:
    """The CSV sink's receiver: a folder that can be away."""

    kind = "csv"

    def __init__(self, path: Path) -> None:
        self.path = path

    def start(self) -> None:
        away = self.path.with_name("away")
        if away.exists():
            away.rename(self.path)
        self.path.mkdir(exist_ok=True)

    def kill(self) -> None:
        if self.path.exists():
            self.path.rename(self.path.with_name("away"))

    @property
    def section(self) -> dict[str, Any]:
        return {"name": "csv", "kind": "csv", "folder": str(self.path)}

    @property
    def taken(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        for path in sorted(self.path.glob("*.csv")):
            with path.open(newline="", encoding="utf-8") as file:
                rows += [row | {"sequence": int(row["sequence"]), "shot": int(row["shot"])} for row in csv.DictReader(file)]
        return rows


@dataclass
class Fate:
    """What happened to one receiver."""

    outages: list[float]  # [s]
    catch_ups: list[float]  # from being back until at most SETTLED verdicts waited [s]
    most_waiting: int = 0


def haunt(receiver: Receiver | Folder, deliverer: Deliverer, place: int, fate: Fate, over: threading.Event, options: argparse.Namespace) -> None:
    """Kill and restart until it is over; at the end it is up."""
    generator = random.Random(f"{options.seed} {receiver.kind}")
    while not over.wait(min(generator.expovariate(1 / options.up), 4 * options.up)):
        start = time.monotonic()
        receiver.kill()
        away_s = min(generator.expovariate(1 / options.away), 5 * options.away)
        time.sleep(away_s)
        receiver.start()
        fate.most_waiting = max(fate.most_waiting, deliverer.states[place].undelivered)
        back = time.monotonic()
        fate.outages.append(back - start)
        while deliverer.states[place].undelivered > SETTLED and time.monotonic() < back + 300:
            time.sleep(0.02)
        fate.catch_ups.append(time.monotonic() - back)


def record(journal: Journal, number: int) -> int:
    judgement = (Judgement.OK, Judgement.OK, Judgement.OK, Judgement.NG, Judgement.RETEST)[number % 5]
    shot = Shot(Ticket(number, f"L{number // 1000}", "bench", f"S{number}"), ())
    return journal.record(Inspection(shot, Verdict(judgement, "", float(number), 0), Judge("bench", 1, "m", "1", 1.0, 2.0, "CPU"), (REGION,)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parts", type=int, default=10_000)
    parser.add_argument("--rate", type=float, default=20.0, help="parts a second")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--up", type=float, default=25.0, help="a receiver is killed after so many seconds on average [s]")
    parser.add_argument("--away", type=float, default=4.0, help="and stays away so long on average [s]")
    parser.add_argument("--folder", type=Path, help="where the ledger lies meanwhile (default: a new folder of the system's)")
    parser.add_argument("--write", type=Path, help="Markdown page to write")
    options = parser.parse_args()
    logging.basicConfig(level=logging.ERROR)  # that a sink is away is what is wanted here
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        lines = campaign(Path(folder), options)
    show(lines, options.write)


def campaign(folder: Path, options: argparse.Namespace) -> list[str]:
    engine = open_database(folder)
    journal = Journal(engine, PictureStore(folder / "pictures"), "bench", RUN)
    receivers: list[Receiver | Folder] = [*(Receiver(kind, folder / kind) for kind in KINDS), Folder(folder / "verdicts")]
    try:
        for receiver in receivers:
            receiver.start()
        sections = TypeAdapter(Sinks).validate_python([receiver.section for receiver in receivers])
        deliverer = Deliverer(engine, [make_sink(section, "bench", folder) for section in sections])
        deliverer.start()
        fates, over = [Fate([], []) for _ in receivers], threading.Event()
        haunters = [
            threading.Thread(target=haunt, args=(receiver, deliverer, i, fates[i], over, options), daemon=True)
            for i, receiver in enumerate(receivers)
        ]
        for haunter in haunters:
            haunter.start()
        start = time.monotonic()
        commits_ms = []
        for number in range(1, options.parts + 1):
            time.sleep(max(0.0, start + number / options.rate - time.monotonic()))
            before = time.perf_counter()
            part_id = record(journal, number)
            commits_ms.append((time.perf_counter() - before) * 1e3)
            deliverer.recorded(part_id, None)  # type: ignore[arg-type]
        took_s = time.monotonic() - start
        over.set()
        for haunter in haunters:
            haunter.join(400)
        ended = time.monotonic()
        while deliverer.undelivered and time.monotonic() < ended + 300:
            time.sleep(0.02)
        deliverer.stop()
        recorded = [delivery.sequence for delivery in next_deliveries(engine, 0, options.parts + 1)]
        rates = [backlog_rate(receiver, engine, recorded[-1], folder) for receiver in receivers]
        rows = [row(receiver, fate, recorded, rate) for receiver, fate, rate in zip(receivers, fates, rates, strict=True)]
    finally:
        for receiver in receivers:
            if isinstance(receiver, Receiver):
                receiver.kill()
        engine.dispose()
    return [*head(options, recorded, took_s, commits_ms), *rows]


def backlog_rate(met: Receiver | Folder, engine: Engine, newest: int, folder: Path) -> float:
    """Verdicts a second out of the last BACKLOG ones, to a new receiver of this kind, alone on the machine."""
    receiver: Receiver | Folder = Receiver(met.kind, folder / f"backlog-{met.kind}") if isinstance(met, Receiver) else Folder(folder / "backlog")
    receiver.start()
    try:
        section = TypeAdapter(Sinks).validate_python([receiver.section | {"name": f"backlog-{met.kind}"}])[0]
        start_cursor(engine, section.name)
        after = max(0, newest - BACKLOG)
        advance_cursor(engine, section.name, after, now())
        deliverer = Deliverer(engine, [make_sink(section, "bench", folder)])
        start = time.monotonic()
        deliverer.start()
        while deliverer.undelivered:
            time.sleep(0.005)
        took_s = time.monotonic() - start
        deliverer.stop()
    finally:
        if isinstance(receiver, Receiver):
            receiver.kill()
    return (newest - after) / took_s


def head(options: argparse.Namespace, recorded: list[int], took_s: float, commits_ms: list[float]) -> list[str]:
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, cwd=REPOSITORY, check=False).stdout.strip()
    commits = sorted(commits_ms)
    return [
        "# Verdicts while their receivers are killed",
        "",
        f"`python -m benchmarks.sinks --parts {options.parts} --rate {options.rate:g} --seed {options.seed}`, {datetime.now(UTC):%Y-%m-%d}, after commit {commit}, "
        f"{os.cpu_count()} cores {platform.machine()}, Python {platform.python_version()}.",
        "",
        f"{len(recorded)} parts were recorded in {took_s:.0f} s ({len(recorded) / took_s:.1f} a second), by the journal, `synchronous = FULL`; one commit took "
        f"{commits[len(commits) // 2]:.1f} ms in the middle, {commits[-1]:.0f} ms at worst. Every receiver was killed (SIGKILL; the CSV folder moved away) after "
        f"{options.up:g} s on average and stayed away for {options.away:g} s on average. A verdict may come twice once a broken connection. Backlog: the last "
        f"{min(BACKLOG, options.parts)} verdicts once more to a new receiver, afterwards, one sink at a time.",
        "",
        "| sink | delivered | missing | out of order | twice | twice allowed | restarts | longest outage [s] | most waiting | slowest catch-up [s] | backlog [1/s] |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]


def row(receiver: Receiver | Folder, fate: Fate, recorded: list[int], rate: float) -> str:
    taken = receiver.taken
    sequences = [verdict["sequence"] for verdict in taken]
    once = [number for i, number in enumerate(sequences) if i == 0 or number != sequences[i - 1]]
    missing = len(set(recorded) - set(sequences))
    disorder = sum(after < before for before, after in itertools.pairwise(once))
    wrong = sum(verdict["shot"] != verdict["sequence"] or verdict["serial"] != f"S{verdict['sequence']}" for verdict in taken)
    if wrong:
        raise SystemExit(f"{receiver.kind}: {wrong} verdicts hold another part's shot or serial")
    cells = [receiver.kind, len(set(sequences)), missing, disorder, len(sequences) - len(set(sequences)), len(fate.outages), len(fate.outages)]
    seconds = [f"{max(fate.outages, default=0):.1f}", fate.most_waiting, f"{max(fate.catch_ups, default=0):.1f}", f"{rate:.0f}"]
    return "| " + " | ".join(str(cell) for cell in [*cells, *seconds]) + " |"


if __name__ == "__main__":
    main()
