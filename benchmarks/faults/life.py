"""Settings, clocks, signals: the rest of a bad day."""

from __future__ import annotations

import random
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.faults.bench import Bench, Outcome, fault, is_sentence
from benchmarks.faults.small_part import pictures

GROUP = "life"


def _refused_settings(name: str, change: Callable[[str], str]) -> None:
    def inject(bench: Bench) -> Outcome:
        bench.config.write_text(change(bench.config.read_text()))
        running = bench.start("--parts", "3")
        code = running.end()
        return Outcome(running.said[-1] if running.said else "silence", code == 2 and len(running.said) == 1 and is_sentence(running.said))

    fault(GROUP, name, "refused at start with one sentence that names the key")(inject)


_refused_settings("misspelt key in config.toml", lambda text: text.replace("picture_format", "picture_fromat"))
_refused_settings("impossible value in config.toml", lambda text: text.replace('source = "simulated"', "source = 7"))


@fault(GROUP, "config.toml overwritten with random bytes", "refused at start with one sentence")
def junk_settings(bench: Bench) -> Outcome:
    bench.config.write_bytes(random.Random(2).randbytes(900))
    running = bench.start("--parts", "3")
    code = running.end()
    return Outcome(running.said[-1], code == 2 and is_sentence(running.said))


@fault(GROUP, "recipe overwritten with junk while parts run", "goes on with the loaded recipe; refused at the next start")
def junk_recipe(bench: Bench) -> Outcome:
    shown = pictures(bench.folder / "parts", 40)
    bench.configure_small(f"folder:{shown}", camera="[camera.folder]\nloop = true")
    running = bench.start(interval_ms=60)
    running.wait_parts(3)
    (bench.folder / "recipes" / "small.toml").write_bytes(random.Random(3).randbytes(500))
    recovery = running.wait_ok()
    code = running.stop()
    again = bench.start("--parts", "3")
    return Outcome(again.said[-1] if again.end() == 2 else "started again", code == 0 and is_sentence(again.said), bench.lost(running), 0, recovery)


@fault(GROUP, "SIGTERM while parts run", "every accepted part recorded, exit code 0")
def terminated(bench: Bench) -> Outcome:
    running = bench.start(interval_ms=0)
    running.wait_parts(30)
    code = running.stop()
    n = len(bench.rows())
    return Outcome(f"exit code {code}, {len(running.parts)} shown, {n} recorded", code == 0 and n == len(running.parts), bench.lost(running))


@fault(GROUP, "station stopped for 5 s (SIGSTOP), then continued", "parts whose picture came late are on HOLD, goes on by itself")
def frozen(bench: Bench) -> Outcome:
    running = bench.start(interval_ms=60)
    running.wait_parts(5)
    running.process.send_signal(signal.SIGSTOP)
    time.sleep(5)
    running.process.send_signal(signal.SIGCONT)
    recovery = running.wait_ok()
    code = running.stop()
    return Outcome(f"exit code {code}; went on", code == 0, bench.lost(running), 0, recovery)


@fault(GROUP, "nobody reads its output any more (closed pipe)", "ends in order, every accepted part recorded")
def closed_pipe(bench: Bench) -> Outcome:
    import sys

    words = [sys.executable, "-m", "station", "--config", str(bench.config), "run", "--headless", "--json", "--data", str(bench.data)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=bench.environment, cwd=bench.folder) as process:
        assert process.stdout is not None and process.stderr is not None
        seen = [process.stdout.readline() for _ in range(5)]
        process.stdout.close()
        code = process.wait(60)
        said = process.stderr.read()
    rows = bench.rows()
    gaps = max(row.shot for row in rows) - len(rows)
    return Outcome(f"exit code {code}, {len(rows)} recorded", code in (0, 1) and "Traceback" not in said and len(rows) >= len(seen), gaps)


def _moved_clock(name: str, offset_s: int) -> None:
    """The clock of the day jumps for the station alone, through a library that it is started with."""

    def inject(bench: Bench) -> Outcome:
        offset = bench.folder / "offset"
        offset.write_text("0")
        bench.environment |= {"LD_PRELOAD": str(_clock_shim(bench.folder)), "CLOCK_OFFSET": str(offset)}
        running = bench.start(interval_ms=100)
        running.wait_parts(5)
        offset.write_text(str(offset_s))
        time.sleep(1)
        recovery = running.wait_ok()
        running.wait_parts(5)
        code = running.stop()
        rows = bench.rows()
        held = [row for row in rows if row.judgement == "HOLD"]
        return Outcome(
            f"{len(rows)} parts, ids in order, {len(held)} on HOLD{': ' + held[0].reason if held else ''}",
            code == 0 and [row.shot for row in rows] == list(range(1, len(rows) + 1)),
            bench.lost(running),
            0,
            recovery,
        )

    fault(GROUP, name, "numbers go on, no part lost, none judged OK late")(inject)


_moved_clock("clock set back by a day while parts run", -86400)
_moved_clock("clock set ahead by a year while parts run", 31_536_000)


@fault(GROUP, "log folder replaced by a file", "refused with a sentence, or goes on without; no part lost")
def no_log(bench: Bench) -> Outcome:
    bench.data.mkdir()
    (bench.data / "logs").write_text("in the way")
    running = bench.start("--parts", "3")
    code = running.end()
    return Outcome(running.said[-1] if running.said else "went on", (code == 2 and is_sentence(running.said)) or len(running.parts) == 3)


def _clock_shim(folder: Path) -> Path:
    source, library = folder / "clock.c", folder / "clock.so"
    source.write_text(_SHIM)
    subprocess.run(["gcc", "-shared", "-fPIC", "-O1", "-o", str(library), str(source), "-ldl"], check=True)
    return library


_SHIM = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>
static long offset(void) {
    const char *name = getenv("CLOCK_OFFSET");
    long value = 0;
    FILE *f = name ? fopen(name, "r") : 0;
    if (f) { if (fscanf(f, "%ld", &value) != 1) value = 0; fclose(f); }
    return value;
}
int clock_gettime(clockid_t id, struct timespec *t) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
    int r = real(id, t);
    if (id == CLOCK_REALTIME) t->tv_sec += offset();
    return r;
}
int gettimeofday(struct timeval *t, void *z) {
    static int (*real)(struct timeval *, void *);
    if (!real) real = dlsym(RTLD_NEXT, "gettimeofday");
    int r = real(t, z);
    t->tv_sec += offset();
    return r;
}
time_t time(time_t *out) {
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    if (out) *out = t.tv_sec;
    return t.tv_sec;
}
"""
