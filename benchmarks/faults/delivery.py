"""Delivery: receivers that die, hang, refuse, or take a verdict and do not say so. The protocols' own campaign is benchmarks/sinks.py."""

from __future__ import annotations

import contextlib
import csv
import http.server
import json
import socket
import subprocess
import threading
import time
from collections.abc import Callable

from benchmarks.faults.bench import Bench, Outcome, Running, fault

GROUP = "delivery"


class Receiver:
    """A web server that keeps the sequence numbers that it was sent, and misbehaves when told."""

    def __init__(self) -> None:
        self.got: list[int] = []
        self.how = "well"  # or 'refuse', 'hang', 'cut': takes the verdict and closes without a word
        self.port = 0
        self.connections: list[socket.socket] = []
        self.start()

    def start(self) -> None:
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self) -> None:
                super().setup()
                receiver.connections.append(self.connection)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if receiver.how == "refuse":
                    self.send_response(500)
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                if receiver.how == "hang":
                    while receiver.how == "hang":
                        time.sleep(0.05)
                    self.close_connection = True
                    return
                receiver.got.append(json.loads(body)["sequence"])
                if receiver.how == "cut":
                    self.connection.shutdown(socket.SHUT_RDWR)
                    self.close_connection = True
                    return
                self.send_response(204)
                self.end_headers()

            def log_message(self, *words: object) -> None:
                return

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            allow_reuse_address = True

            def handle_error(self, request: object, address: object) -> None:
                return

        self._server = Server(("127.0.0.1", self.port), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        for connection in self.connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.connections.clear()


def _with_receiver(bench: Bench, receiver: Receiver) -> Running:
    bench.configure(more=f'[[sinks]]\nkind = "http"\nname = "mes"\nurl = "http://127.0.0.1:{receiver.port}/verdicts"\ntimeout_s = 1.0')
    running = bench.start(interval_ms=100)
    running.wait(lambda: len(receiver.got) >= 5)
    return running


def _judged(bench: Bench, running: Running, got: list[int], how: str, recovery: float, allowed: int) -> Outcome:
    """Everything recorded was delivered, once and in order but for what is allowed."""
    running.wait(lambda: bool(got) and got[-1] >= len(running.parts))
    code = running.stop()
    time.sleep(0.5)
    wanted = [row.id for row in bench.rows()]
    once = list(dict.fromkeys(got))
    twice = len(got) - len(once)
    missing = len(set(wanted[: len(once)]) - set(once))
    is_right = code == 0 and once == sorted(once) and missing == 0 and len(wanted) - len(once) <= 1 and twice <= allowed
    said = next((line for line in running.said if "delivery" in line), "nothing was said")
    return Outcome(
        f"{how}; {len(once)} verdicts in order, {twice} twice, {missing} missing; told: {said}", is_right, bench.lost(running), 0, recovery
    )


def _misbehaving(name: str, how: str, expected: str, allowed: int) -> None:
    def inject(bench: Bench) -> Outcome:
        receiver = Receiver()
        running = _with_receiver(bench, receiver)
        receiver.how = how
        time.sleep(4)
        shown = len(running.parts)
        receiver.how = "well"
        start = time.monotonic()
        running.wait(lambda: receiver.got[-1] >= shown)
        recovery = time.monotonic() - start
        outcome = _judged(bench, running, receiver.got, f"the line showed {shown} parts meanwhile", recovery, allowed)
        receiver.stop()
        return outcome

    fault(GROUP, name, expected)(inject)


_misbehaving("receiver answers 500 for 4 s", "refuse", "the line goes on; every verdict once and in order afterwards", 0)
_misbehaving("receiver takes connections and never answers for 4 s", "hang", "the line goes on; every verdict in order afterwards", 1)
_misbehaving("receiver takes verdicts and cuts the connection without a word for 4 s", "cut", "the same verdict again until it is acknowledged", 20)


@fault(GROUP, "receiver away for 4 s (port closed)", "the line goes on; every verdict once and in order afterwards")
def receiver_away(bench: Bench) -> Outcome:
    receiver = Receiver()
    running = _with_receiver(bench, receiver)
    receiver.stop()
    time.sleep(4)
    shown = len(running.parts)
    receiver.start()
    start = time.monotonic()
    running.wait(lambda: receiver.got[-1] >= shown)
    outcome = _judged(bench, running, receiver.got, f"the line showed {shown} parts meanwhile", time.monotonic() - start, 1)
    receiver.stop()
    return outcome


@fault(GROUP, "station killed (kill -9) while it delivers", "none missing after the next start; at most one batch twice")
def station_killed(bench: Bench) -> Outcome:
    receiver = Receiver()
    first = _with_receiver(bench, receiver)
    first.wait_parts(20)
    first.kill()
    again = bench.start(interval_ms=100)
    again.wait(lambda: len(again.parts) >= 5)
    newest = int(str(again.parts[-1]["part"]))
    again.wait(lambda: bool(receiver.got) and receiver.got[-1] >= newest)
    code = again.stop()
    time.sleep(0.5)
    once = list(dict.fromkeys(receiver.got))
    twice = len(receiver.got) - len(once)
    missing = set(range(once[0], newest + 1)) - set(once)
    receiver.stop()
    return Outcome(
        f"{len(once)} verdicts, {twice} twice, {len(missing)} missing",
        code == 0 and not missing and twice <= 50,
        bench.lost(first) + bench.lost(again),
        0,
        again.waited_s,
    )


def _csv_numbers(bench: Bench) -> list[int]:
    numbers = []
    for path in sorted((bench.folder / "share").glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as f:
            numbers += [int(row["sequence"]) for row in csv.DictReader(f)]
    return numbers


def _csv_fault(
    name: str, expected: str, take_away: Callable[[Bench], object], give_back: Callable[[Bench], object], prepare: Callable[[Bench], None]
) -> None:
    def inject(bench: Bench) -> Outcome:
        (bench.folder / "share").mkdir()
        prepare(bench)
        bench.configure(more='[[sinks]]\nkind = "csv"\nname = "share"\nfolder = "share"')
        running = bench.start(interval_ms=100)
        running.wait(lambda: len(_csv_numbers(bench)) >= 5)
        take_away(bench)
        time.sleep(4)
        shown = len(running.parts)
        give_back(bench)
        start = time.monotonic()
        running.wait(lambda: (_csv_numbers(bench) or [0])[-1] >= shown)
        recovery = time.monotonic() - start
        running.wait(lambda: (_csv_numbers(bench) or [0])[-1] >= len(running.parts))
        code = running.stop()
        numbers = _csv_numbers(bench)
        is_right = code == 0 and numbers == sorted(set(numbers)) and numbers[-1] - numbers[0] + 1 == len(numbers)
        said = next((line for line in running.said if "delivery" in line), "nothing was said")
        return Outcome(f"{len(numbers)} lines in order, none twice; told: {said}", is_right, bench.lost(running), 0, recovery)

    fault(GROUP, name, expected)(inject)


def _fill(bench: Bench) -> None:
    with contextlib.suppress(OSError), (bench.folder / "share" / "ballast").open("wb") as f:
        while True:
            f.write(bytes(512))
            f.flush()


def _small_share(bench: Bench) -> None:
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(bench.folder / "share")], check=True, capture_output=True)
    bench.mounts.append(bench.folder / "share")


_csv_fault(
    "folder of the CSV sink (a share) away for 4 s",
    "the line goes on; every line once and in order afterwards",
    lambda bench: (bench.folder / "share").rename(bench.folder / "elsewhere"),
    lambda bench: (bench.folder / "elsewhere").rename(bench.folder / "share"),
    lambda bench: None,
)
_csv_fault(
    "disk of the CSV sink full for 4 s",
    "the line goes on; every line once, whole and in order afterwards",
    _fill,
    lambda bench: (bench.folder / "share" / "ballast").unlink(),
    _small_share,
)
