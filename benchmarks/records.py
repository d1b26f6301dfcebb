"""How long do questions to a ledger of millions of parts take?

    python -m benchmarks.records [--rows 2000000] [--n 15] [--write docs/records-speed.md]

Fills the real schema in a temporary folder (about 0.9 kB a part; without pictures, vectors and maps, which no list reads),
asks, prints p50, p95 and worst in milliseconds and the processor time, and removes the folder. Each question is asked n times, every time of
other parts, lots or times; the first answer is among them. Everything is drawn by a seeded generator; embeddings are
spread like those of the shipped model on simulated parts.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import cv2
import numpy as np
import psutil
from sqlalchemy import Engine

from benchmarks.latency import REPOSITORY
from benchmarks.page import show
from models.features import FeatureExtractor
from models.recipe import find_recipe
from models.registry import Registry
from models.scorer import Scorer
from station.cameras.simulated import SimulatedCamera
from station.inspector import Inspector
from station.shot import Shot, Ticket
from station.store.agreement import agreement, pairs
from station.store.database import DATABASE_NAME, open_database
from station.store.points import LENGTH, ROW, Points
from station.store.sampling import escape_estimate
from station.store.schema import Part
from station.store.search import Opinion, PartFilter, choices, count, page, part_ids
from station.store.similar import N_SIMILAR, SimilarParts
from station.verdict import Judgement

BYTES_A_PART = 1800  # rows, indexes, cache and the write-ahead log at its largest
LOT = 2000  # parts a lot
RATE_HZ = 0.5
REVIEWED = 0.01
SAMPLED = 0.02
START = datetime(2025, 1, 6, 6, tzinfo=UTC)
CHUNK = 50_000
MODES = ("X", "Y", "M", "D", "R", "F")
REVIEWERS = ("Kondo", "Sato", "Mori")
_INSERT_PART = f"INSERT INTO part VALUES ({','.join('?' * len(Part.__table__.columns))})"


# -- the ledger --------------------------------------------------------------------------------------------------------


def real_embeddings(n: int) -> np.ndarray:
    """(n, 128) float32: worst regions of simulated parts, 30 % defective, by the shipped model."""
    cv2.setNumThreads(1)
    recipe = find_recipe("connector", REPOSITORY / "station" / "recipes")
    with tempfile.TemporaryDirectory() as folder:
        registry = Registry(REPOSITORY / "models" / "store", Path(folder))
        scorer = Scorer(registry.folder("connector", registry.versions("connector")[-1]), provider="cpu")
    inspector = Inspector(recipe, FeatureExtractor(recipe), scorer)
    camera = SimulatedCamera(recipe.view_names, defect_rate=0.3, seed=3)
    camera.open()
    rows: list[np.ndarray] = []
    while len(rows) < n:
        inspection = inspector.inspect(Shot(Ticket(len(rows) + 1, "", "", ""), camera.shoot()))
        if inspection.scores is not None and inspection.verdict.worst is not None:
            rows.append(inspection.scores.embedding[inspection.verdict.worst])
    camera.close()
    return np.stack(rows)


def spread(real: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    """(n, 128) float16: real ones, each moved by a third of the difference of two others, so that none repeats."""
    i, j, k = rng.integers(0, len(real), (3, n))
    return (real[i] + 0.35 * (real[j] - real[k]) + rng.normal(0, 0.005, (n, LENGTH))).astype("<f2")


def room_for(rows: int) -> tempfile.TemporaryDirectory[str]:
    """A folder for a ledger of so many parts; ends the program where the disk has no room."""
    free = shutil.disk_usage(tempfile.gettempdir()).free
    if free < (wanted := rows * BYTES_A_PART):
        sys.exit(f"{tempfile.gettempdir()}: {free / 1e9:.1f} GB free, {wanted / 1e9:.1f} GB wanted; set TMPDIR to another disk")
    return tempfile.TemporaryDirectory(prefix="ledger-")


def fill(folder: Path, rows: int, real: np.ndarray) -> Engine:
    """A ledger of `rows` parts through the real schema."""
    engine = open_database(folder)
    rng = np.random.default_rng(1)
    connection = engine.raw_connection()
    cursor = connection.cursor()
    for setting in ("synchronous = OFF", "cache_size = -600000", "foreign_keys = OFF", "wal_autocheckpoint = 20000"):
        cursor.execute(f"PRAGMA {setting}")
    review_id = 0
    for first in range(1, rows + 1, CHUNK):
        n = min(CHUNK, rows + 1 - first)
        scores = np.where(rng.random(n) < 0.06, rng.lognormal(3.2, 0.4, n), rng.lognormal(1.8, 0.25, n))
        judgements = np.where(rng.random(n) < 0.002, "HOLD", np.where(scores <= 12, "OK", np.where(scores > 20, "NG", "RETEST")))
        modes, kinds = rng.integers(0, len(MODES), n), np.where(rng.random(n) < 0.0005, "challenge", "part")
        cursor.executemany(_INSERT_PART, _parts(first, rows, scores, judgements, modes, kinds))
        embedded = np.flatnonzero(judgements != "HOLD")
        embeddings = spread(real, len(embedded), rng)
        cursor.executemany(
            "INSERT INTO embedding VALUES (?, 'connector', ?, ?)",
            ((first + int(i), _version(first + int(i), rows), embeddings[m].tobytes()) for m, i in enumerate(embedded)),
        )
        drawn = np.flatnonzero((judgements == "OK") & (kinds == "part") & (rng.random(n) < SAMPLED))
        cursor.executemany("INSERT INTO sample VALUES (?, ?, ?)", ((first + int(i), _at(first + int(i)), SAMPLED) for i in drawn))
        looked_at = np.union1d(rng.choice(drawn, len(drawn) // 3, replace=False), np.flatnonzero(rng.random(n) < REVIEWED))
        for i in looked_at:
            is_ng = rng.random() < (0.004 if judgements[i] == "OK" else 0.9)
            for reviewer in rng.choice(REVIEWERS, 2 if rng.random() < 0.2 else 1, replace=False):
                truth = "UNSURE" if rng.random() < 0.02 else "NG" if is_ng != (rng.random() < 0.02) else "OK"
                review_id += 1
                row = (review_id, first + int(i), _at(first + int(i)), reviewer, truth, MODES[modes[i]] if truth == "NG" else "", "")
                cursor.execute("INSERT INTO review VALUES (?,?,?,?,?,?,?)", row)
        connection.commit()
        print(f"\rfilled {first + n - 1:,} of {rows:,}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    engine.dispose()
    return open_database(folder)


def _parts(first: int, rows: int, scores: np.ndarray, judgements: np.ndarray, modes: np.ndarray, kinds: np.ndarray) -> Iterator[tuple[object, ...]]:
    for i, (score, judgement, mode, kind) in enumerate(zip(scores.tolist(), judgements.tolist(), modes.tolist(), kinds.tolist(), strict=True)):
        part, held = first + i, judgement == "HOLD"
        yield (
            part, f"run{part // 20000}", part, "station-1", _lot(part), "Ann", f"S{part * 7919 % 100_000_000:08d}", _at(part), _at(part), judgement,
            None if held else score, "" if held else "center", "" if held else f"strip-{part % 15}", "" if judgement in ("OK", "HOLD") else MODES[mode],
            "camera fault: no picture" if held else "", "connector", 1, "connector", _version(part, rows), 12.0, 20.0, "nsoartc-1", "CPU",
            20.0, 5.0, 30.0, kind, None,
        )  # fmt: skip


def _lot(part: int) -> str:
    return f"L{part // LOT:05d}"


def _at(part: int) -> str:
    return f"{START + timedelta(seconds=part / RATE_HZ):%Y-%m-%d %H:%M:%S.%f}"


def _version(part: int, rows: int) -> str:
    """Nearly all parts by the version of now: the worst case for neighbours."""
    return "1" if part < rows // 100 else "2"


# -- the questions -----------------------------------------------------------------------------------------------------


def questions(engine: Engine, rows: int, rng: np.random.Generator) -> Iterator[tuple[str, Callable[[], object]]]:
    def part() -> int:
        return int(rng.integers(rows // 10, rows))

    def day() -> dict[str, datetime]:
        since = START + timedelta(seconds=part() / RATE_HZ)
        return {"since": since, "until": since + timedelta(days=1)}

    filters: dict[str, Callable[[], PartFilter]] = {
        "no filter": PartFilter,
        "one day": lambda: PartFilter(**day()),
        "everything but the last day": lambda: PartFilter(until=START + timedelta(seconds=rows / RATE_HZ - 86400)),
        "lot": lambda: PartFilter(lot=_lot(part())),
        "lot that is not there": lambda: PartFilter(lot="none"),
        "serial begins so": lambda: PartFilter(serial=f"S{part() * 7919 % 100_000_000:08d}"[:6]),
        "serial, whole": lambda: PartFilter(serial=f"S{part() * 7919 % 100_000_000:08d}"),
        "verdict NG": lambda: PartFilter(judgements=frozenset({Judgement.NG})),
        "verdict RETEST or HOLD": lambda: PartFilter(judgements=frozenset({Judgement.RETEST, Judgement.HOLD})),
        "verdict OK": lambda: PartFilter(judgements=frozenset({Judgement.OK})),
        "challenge parts": lambda: PartFilter(kind="challenge"),
        "no challenge parts": lambda: PartFilter(kind="part"),
        "defect": lambda: PartFilter(defect=str(rng.choice(MODES))),
        "defect that is not there": lambda: PartFilter(defect="none"),
        "mode by review": lambda: PartFilter(mode=str(rng.choice(MODES))),
        "score, a narrow band": lambda: PartFilter(score_from=(low := float(rng.uniform(8, 30))), score_to=low + 0.02),
        "score above 40": lambda: PartFilter(score_from=40.0),
        "score below 3": lambda: PartFilter(score_to=3.0),
        "model version, the old one": lambda: PartFilter(model="connector", model_version="1"),
        "model version, that of now": lambda: PartFilter(model="connector", model_version="2"),
        "drawn at random": lambda: PartFilter(is_sampled=True),
        "drawn and not reviewed": lambda: PartFilter(is_sampled=True, opinion=Opinion.UNREVIEWED),
        **{f"opinion: {o.value}": (lambda o=o: PartFilter(opinion=o, reviewer=REVIEWERS[0] if o is Opinion.SECOND else "")) for o in Opinion},
        "NG of one day that nobody reviewed": lambda: PartFilter(judgements=frozenset({Judgement.NG}), opinion=Opinion.UNREVIEWED, **day()),
        "old version, NG, above 40, of one mode": lambda: PartFilter(
            model="connector", model_version="1", judgements=frozenset({Judgement.NG}), score_from=40.0, defect="X"
        ),
        "OK by the station and above 20: nothing": lambda: PartFilter(judgements=frozenset({Judgement.OK}), score_from=20.0),
        "escapes of one lot": lambda: PartFilter(lot=_lot(part()), opinion=Opinion.ESCAPE),
    }
    yield "first page of the QA table", lambda: page(engine, PartFilter())
    yield "a page in the middle", lambda: page(engine, PartFilter(), before_id=part())
    for name, make in filters.items():
        yield f"first page · {name}", lambda make=make: page(engine, make())
    for name, make in filters.items():
        yield f"count · {name}", lambda make=make: count(engine, make())
    yield "count · no filter, to the end", lambda: count(engine, PartFilter(), limit=None)
    yield "ids of all NG parts, for an export", lambda: part_ids(engine, PartFilter(judgements=frozenset({Judgement.NG})))
    yield "what there is to choose from", lambda: choices(engine)
    yield "escape estimate · all", lambda: escape_estimate(engine)
    yield "escape estimate · one lot", lambda: escape_estimate(engine, lot=_lot(part()))
    yield "escape estimate · one day", lambda: escape_estimate(engine, **day())
    yield "escape estimate · one model version", lambda: escape_estimate(engine, model="connector", model_version="2")
    yield "pairs of reviewers", lambda: pairs(engine)
    yield "agreement of two, with kappa", lambda: agreement(engine, *REVIEWERS[:2]).kappa


def timed(call: Callable[[], object], n: int) -> np.ndarray:
    """(n, 2) milliseconds by the clock, and of processor time: the difference is waiting, for the disk or for other programs."""
    times = np.empty((n, 2))
    for i in range(n):
        start = time.perf_counter(), time.process_time()
        call()
        times[i] = time.perf_counter() - start[0], time.process_time() - start[1]
    return times * 1e3


def line(name: str, times: np.ndarray) -> str:
    p50, p95, worst = np.percentile(times[:, 0], [50, 95, 100])
    return f"| {name} | {p50:.1f} | {p95:.1f} | {worst:.1f} | {np.median(times[:, 1]):.1f} | {len(times)} |"


# -- similar parts -----------------------------------------------------------------------------------------------------


class Watch:
    """The most private memory this process has had, read a hundred times a second; what is mapped from files is not in it."""

    def __enter__(self) -> Watch:
        self._process, self._over = psutil.Process(), threading.Event()
        self.before = self.most = self._private()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    @property
    def added_mb(self) -> float:
        return (self.most - self.before) / 1e6

    def _private(self) -> int:
        memory = self._process.memory_info()
        return int(memory.rss - getattr(memory, "shared", 0))

    def _look(self) -> None:
        while not self._over.wait(0.01):
            self.most = max(self.most, self._private())


def similar_lines(engine: Engine, folder: Path, rows: int, n: int, rng: np.random.Generator, real: np.ndarray) -> tuple[list[str], list[str]]:
    """Table lines, and sentences on memory, disk and recall."""
    similar = SimilarParts(engine, folder / "cache")
    with engine.connect() as connection:
        ids = connection.exec_driver_sql("SELECT part_id FROM embedding WHERE model_version = '2' AND part_id % 997 = 3").scalars().all()
    asked = [int(i) for i in rng.choice(ids, n)]
    table = []
    with Watch() as building:
        table.append(line("similar parts · build, once a model version", timed(lambda: similar.up_to_date("connector", "2"), 1)))
    with Watch() as asking:
        turn = iter(asked)
        table.append(line("similar parts · eight of one part", timed(lambda: similar.nearest(next(turn)), n)))
    table.append(line("similar parts · first answer after a start", timed(lambda: SimilarParts(engine, folder / "cache").nearest(asked[0]), 3)))
    points = similar.up_to_date("connector", "2")
    recall, far = _recall(engine, similar, points, asked)
    grown = _append(engine, rows, 1000, spread(real, 1000, rng))
    table.append(line("similar parts · 1000 parts later, with bringing up to date", timed(lambda: similar.nearest(grown), 1)))
    last = iter(range(rows + 1001, rows + 1001 + n))

    def one_more() -> object:
        return similar.nearest(_append(engine, next(last) - 1, 1, spread(real, 1, rng)))

    table.append(line("similar parts · one part later, with recording it", timed(one_more, n)))
    said = [
        f"Similar parts: {points.rows:,} parts of one model version; the cache is {points.rows * ROW.itemsize / 1e6:.0f} MB on disk and mapped; "
        f"private memory grew by {building.added_mb:.0f} MB while it was built and by {asking.added_mb:.0f} MB while it was asked.",
        f"Recall of the {N_SIMILAR} nearest against all {points.rows:,} embeddings compared exactly, {n} parts: {recall:.4f}; "
        f"no part was shown that lies more than {far:.2%} farther than the true one in its place.",
    ]
    return table, said


def _append(engine: Engine, after: int, n: int, embeddings: np.ndarray) -> int:
    with engine.begin() as connection:
        for part, embedding in zip(range(after + 1, after + 1 + n), embeddings, strict=True):
            (row,) = _parts(part, after, *(np.array([v]) for v in (5.0, "OK", 0, "part")))
            connection.exec_driver_sql(_INSERT_PART, row)
            connection.exec_driver_sql("INSERT INTO embedding VALUES (?, 'connector', '2', ?)", (part, embedding.tobytes()))
    return after + n


def _recall(engine: Engine, similar: SimilarParts, points: Points, asked: list[int]) -> tuple[float, float]:
    """Share of the true nearest that were found, by every embedding of the ledger compared exactly; and how much was missed."""
    shown = {part: similar.nearest(part) for part in asked}
    best = {part: np.full(N_SIMILAR, np.inf) for part in asked}
    with engine.connect() as connection:
        stored = connection.exec_driver_sql("SELECT part_id, embedding FROM embedding WHERE model_version = '2' ORDER BY part_id").yield_per(20000)
        queries: dict[int, np.ndarray] = {}
        for part in asked:
            blob = connection.exec_driver_sql("SELECT embedding FROM embedding WHERE part_id = ?", (part,)).scalar_one()
            queries[part] = np.frombuffer(blob, "<f2").astype(np.float32)
        challenges = set(connection.exec_driver_sql("SELECT id FROM part WHERE kind = 'challenge'").scalars())
        for block in stored.partitions():
            ids = np.array([row[0] for row in block])
            some = np.frombuffer(b"".join(row[1] for row in block), "<f2").reshape(-1, LENGTH).astype(np.float32)
            is_known = ~np.isin(ids, list(challenges))
            for part, query in queries.items():
                distances = np.linalg.norm(some - query, axis=1)
                distances[~is_known | (ids == part)] = np.inf
                best[part] = np.sort(np.concatenate([best[part], np.partition(distances, N_SIMILAR)[:N_SIMILAR]]))[:N_SIMILAR]
    found, far = 0, 0.0
    for part, answer in shown.items():
        got = np.array([one.distance for one in answer.parts])
        found += int((got <= best[part][-1] * (1 + 1e-6)).sum())
        far = max(far, float((got / best[part]).max() - 1))
    return found / (N_SIMILAR * len(asked)), far


# -- the page ----------------------------------------------------------------------------------------------------------


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=2_000_000, help="parts in the ledger")
    parser.add_argument("--n", type=int, default=15, help="times that each question is asked")
    parser.add_argument("--write", type=Path, help="page to write")
    options = parser.parse_args()
    with room_for(options.rows) as name:
        folder = Path(name)
        real = real_embeddings(400)
        start = time.perf_counter()
        engine = fill(folder, options.rows, real)
        filled_s = time.perf_counter() - start
        size = (folder / DATABASE_NAME).stat().st_size
        rng = np.random.default_rng(2)
        rows, loads = [], []
        for name, call in questions(engine, options.rows, rng):
            rows.append(line(name, timed(call, options.n)))
            loads.append(psutil.getloadavg()[0])
            print(rows[-1], file=sys.stderr, flush=True)
        table, said = similar_lines(engine, folder, options.rows, options.n, rng, real)
        engine.dispose()
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=REPOSITORY, capture_output=True, text=True, check=False).stdout.strip()
    show(
        [
            "# Speed of the records",
            "",
            f"`python -m benchmarks.records --rows {options.rows}` · {datetime.now(UTC):%Y-%m-%d} · after {commit} · {os.cpu_count()} cores, {platform.machine()}",
            "",
            f"{options.rows:,} parts, {REVIEWED:.0%} of them and a third of those drawn at random ({SAMPLED:.0%} of OK) reviewed: {size / 1e9:.2f} GB, "
            f"filled in {filled_s:.0f} s. Milliseconds; each question n times, every time of another part, lot or day. "
            f"On average {np.mean(loads):.1f} programs wanted a processor meanwhile, this one among them.",
            "",
            "| question | p50 | p95 | worst | processor p50 | n |",
            "|---|---|---|---|---|---|",
            *rows,
            *table,
            "",
            *said,
        ],
        options.write,
    )


if __name__ == "__main__":
    main()
