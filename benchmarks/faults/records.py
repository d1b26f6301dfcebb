"""Records: processes killed, files cut and overwritten, disks filled, somebody else at the database."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.faults.bench import Bench, Outcome, Running, fault, is_sentence, small_disk
from models.pictures import PictureError, read_grey
from station.store.database import DATABASE_NAME

GROUP = "records"


def _missing_pictures(bench: Bench) -> int:
    connection = sqlite3.connect(bench.data / DATABASE_NAME)
    names = [name for (name,) in connection.execute("SELECT path FROM picture")]
    connection.close()
    missing = 0
    for name in names:
        try:
            read_grey(bench.data / "pictures" / name)
        except PictureError:
            missing += 1
    return missing


def _after_a_kill(bench: Bench, running: Running, how: str) -> Outcome:
    """Start again: numbers go on, nothing shown is missing, no row without its picture."""
    lost, is_whole, missing = bench.lost(running), bench.is_whole(), _missing_pictures(bench)
    again = bench.start()
    again.wait(lambda: bool(again.parts))
    goes_on = int(str(again.parts[0]["part"])) > max((int(str(p["part"])) for p in running.parts), default=0)
    code = again.stop()
    return Outcome(
        f"{how} after {len(running.parts)} parts; database {'whole' if is_whole else 'DAMAGED'}, {missing} pictures missing",
        is_whole and not missing and goes_on and code == 0,
        lost + bench.lost(again),
        0,
        again.waited_s,
    )


@fault(GROUP, "kill -9 while parts run", "every shown part in the ledger with its pictures, numbers go on")
def killed(bench: Bench) -> Outcome:
    running = bench.start(interval_ms=0)
    running.wait_parts(40)
    running.kill()
    return _after_a_kill(bench, running, "killed")


@fault(GROUP, "kill -9 during the very first start", "the next start works")
def killed_at_start(bench: Bench) -> Outcome:
    running = bench.start()
    running.wait(lambda: (bench.data / DATABASE_NAME).exists())
    running.kill()
    again = bench.start("--parts", "3")
    code = again.end()
    return Outcome(f"exit code {code}, {len(again.parts)} parts", code == 0 and len(again.parts) == 3, bench.lost(again), 0, again.waited_s)


@fault(GROUP, "power cut: process killed, all that was not synced to disk is gone", "every shown part in the ledger (synchronous = FULL)")
def power_cut(bench: Bench) -> Outcome:
    shim = _power_shim(bench.folder)
    durable = bench.folder / "durable"
    durable.mkdir()
    bench.environment |= {"LD_PRELOAD": str(shim), "DURABLE": str(durable)}
    running = bench.start("--parts", "60", interval_ms=80)
    running.wait_parts(12)
    running.kill()
    for key in ("LD_PRELOAD", "DURABLE"):
        del bench.environment[key]
    for name in (DATABASE_NAME, f"{DATABASE_NAME}-wal", f"{DATABASE_NAME}-shm"):
        (bench.data / name).unlink(missing_ok=True)
        if (durable / name).exists() and not name.endswith("-shm"):
            shutil.copy(durable / name, bench.data / name)
    return _after_a_kill(bench, running, "cut")


def _damaged(name: str, damage: Callable[[Path, random.Random], None]) -> None:
    """The ledger is damaged while the station is off: set aside, a fresh one started, told, nothing deleted."""

    def inject(bench: Bench) -> Outcome:
        first = bench.start("--parts", "30", interval_ms=0)
        first.end()
        path = bench.data / DATABASE_NAME
        _checkpoint(path)
        damage(path, random.Random(7))
        size = path.stat().st_size
        again = bench.start("--parts", "5")
        code = again.end()
        aside = sorted(p.name for p in bench.data.glob("station.damaged-*") if not p.name.endswith(("-wal", "-shm")))
        kept = bool(aside) and (bench.data / aside[0]).stat().st_size == size
        told = any("set aside" in line for line in again.said)
        fresh = len(bench.rows()) == 5 if aside else False
        return Outcome(
            f"{aside[0] if aside else 'not set aside'}; exit code {code}; told: {'yes' if told else 'no'}",
            code == 0 and kept and told and fresh and is_sentence(again.said),
            bench.lost(again) if fresh else 5,
            0,
            again.waited_s,
        )

    fault(GROUP, name, "the damaged file set aside whole, a fresh ledger, told")(inject)


def _checkpoint(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _cut(path: Path, generator: random.Random) -> None:
    os.truncate(path, generator.randrange(5000, path.stat().st_size // 2))


def _overwrite_pages(path: Path, generator: random.Random) -> None:
    with path.open("r+b") as f:
        for page in generator.sample(range(2, path.stat().st_size // 4096), 40):
            f.seek(4096 * page)
            f.write(generator.randbytes(4096))


def _overwrite_header(path: Path, generator: random.Random) -> None:
    with path.open("r+b") as f:
        f.write(generator.randbytes(100))


_damaged("database cut at a random offset", _cut)
_damaged("40 random pages of the database overwritten", _overwrite_pages)
_damaged("database header overwritten", _overwrite_header)
_damaged("database replaced by text", lambda path, _: path.write_text("gone\n" * 4000))


@fault(GROUP, "write-ahead log cut at a random offset after kill -9", "whole database; only what was cut away may be missing, and it is said here")
def wal_cut(bench: Bench) -> Outcome:
    running = bench.start(interval_ms=0)
    running.wait_parts(30)
    running.kill()
    wal = bench.data / f"{DATABASE_NAME}-wal"
    os.truncate(wal, random.Random(3).randrange(wal.stat().st_size // 2, wal.stat().st_size))
    again = bench.start("--parts", "3")
    code = again.end()
    known = {row.id for row in bench.rows() if row.run != bench.rows()[-1].run}
    gone = len(running.parts) - sum(int(str(p["part"])) in known for p in running.parts)
    return Outcome(
        f"{gone} of {len(running.parts)} shown parts were in what was cut away; the database is whole",
        code == 0 and bench.is_whole(),
        0,
        0,
        again.waited_s,
    )


@fault(GROUP, "shared-memory file of the database deleted after kill -9", "nothing lost")
def shm_deleted(bench: Bench) -> Outcome:
    running = bench.start(interval_ms=0)
    running.wait_parts(30)
    running.kill()
    (bench.data / f"{DATABASE_NAME}-shm").unlink()
    return _after_a_kill(bench, running, "deleted")


@fault(GROUP, "disk full while parts run, space freed after 3 s", "HOLD, no part accepted into nothing, goes on by itself")
def disk_full(bench: Bench) -> Outcome:
    bench.configure(records="free_mb_stop = 0\nfree_gb_low = 0.0")
    small_disk(bench, 60)
    running = bench.start(interval_ms=50)
    running.wait_parts(5)
    ballast = bench.data / "ballast"
    with contextlib.suppress(OSError), ballast.open("wb") as f:
        while True:
            f.write(bytes(2**16))
            f.flush()
    running.wait_said("HOLD")
    shown = len(running.parts)
    time.sleep(3)
    more = len(running.parts) - shown
    ballast.unlink()
    recovery = running.wait_ok()
    code = running.stop()
    return Outcome(
        f"{next(line for line in running.said if 'HOLD' in line)}",
        code == 0 and more <= 1 and is_sentence(running.said),
        bench.lost(running),
        0,
        recovery,
    )


@fault(GROUP, "disk nearly full (watermark)", "no more part accepted, told how much is free and what to do")
def disk_low(bench: Bench) -> Outcome:
    bench.configure(records="free_mb_stop = 20\nfree_gb_low = 0.0")
    small_disk(bench, 80)
    running = bench.start(interval_ms=50)
    running.wait_parts(5)
    ballast = bench.data / "ballast"
    ballast.write_bytes(bytes(65 * 2**20 - sum(p.stat().st_size for p in bench.data.rglob("*") if p.is_file())))
    running.wait_said("free")
    code = running.end() if running.process.poll() is not None else running.stop()
    return Outcome(
        next(line for line in running.said if "free" in line), is_sentence(running.said) and bench.is_whole(), bench.lost(running) if code != 1 else 1
    )


@fault(GROUP, "data folder on a disk that turned read-only", "refused at start with a sentence")
def read_only(bench: Bench) -> Outcome:
    bench.configure(records="free_mb_stop = 0\nfree_gb_low = 0.0")
    small_disk(bench, 60)
    bench.start("--parts", "3").end()
    subprocess.run(["mount", "-o", "remount,ro", str(bench.data)], check=True)
    again = bench.start("--parts", "3")
    code = again.end()
    subprocess.run(["mount", "-o", "remount,rw", str(bench.data)], check=True)
    third = bench.start("--parts", "3")
    healed = third.end()
    return Outcome(
        again.said[-1] if again.said else "silence", code == 2 and is_sentence(again.said) and healed == 0, bench.lost(third), 0, third.waited_s
    )


@fault(GROUP, "disk turns read-only while parts run, writable again after 2 s", "HOLD, goes on by itself")
def turned_read_only(bench: Bench) -> Outcome:
    small_disk(bench, 80)
    bench.configure(records="free_mb_stop = 0\nfree_gb_low = 0.0")
    running = bench.start(interval_ms=60)
    running.wait_parts(5)
    # a remount is refused while files are open for writing: the picture folder goes instead
    pictures = bench.data / "pictures"
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m,ro", "tmpfs", str(pictures)], check=True)
    running.wait_said("HOLD")
    time.sleep(2)
    subprocess.run(["umount", str(pictures)], check=True)
    recovery = running.wait_ok()
    code = running.stop()
    return Outcome(next(line for line in running.said if "HOLD" in line), code == 0, bench.lost(running), 0, recovery)


@fault(GROUP, "database locked by somebody else for 14 s", "HOLD or waiting, then everything recorded")
def locked(bench: Bench) -> Outcome:
    running = bench.start(interval_ms=100)
    running.wait_parts(5)
    other = sqlite3.connect(bench.data / DATABASE_NAME, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    time.sleep(14)
    other.execute("ROLLBACK")
    other.close()
    recovery = running.wait_ok()
    code = running.stop()
    said = next((line for line in running.said if "HOLD" in line), "waited")
    return Outcome(said, code == 0, bench.lost(running), 0, recovery)


@fault(GROUP, "pictures deleted under a running station", "it goes on; rows stay")
def pictures_deleted(bench: Bench) -> Outcome:
    running = bench.start(interval_ms=60)
    running.wait_parts(10)
    shutil.rmtree(bench.data / "pictures", ignore_errors=True)
    recovery = running.wait_ok()
    code = running.stop()
    return Outcome("goes on, a new folder was made", code == 0 and (bench.data / "pictures").is_dir(), bench.lost(running), 0, recovery)


@fault(GROUP, "a second station on the same data folder", "refused with a sentence; the first goes on")
def second_station(bench: Bench) -> Outcome:
    first = bench.start(interval_ms=60)
    first.wait_parts(3)
    second = bench.start("--parts", "3")
    code = second.end()
    recovery = first.wait_ok()
    first_code = first.stop()
    return Outcome(second.said[-1], code == 2 and is_sentence(second.said) and first_code == 0, bench.lost(first), 0, recovery)


@fault(GROUP, "ledger of a newer program version", "refused with a sentence, nothing touched")
def newer_schema(bench: Bench) -> Outcome:
    bench.start("--parts", "3").end()
    connection = sqlite3.connect(bench.data / DATABASE_NAME)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()
    again = bench.start("--parts", "3")
    code = again.end()
    return Outcome(again.said[-1], code == 2 and is_sentence(again.said) and len(bench.rows()) == 3)


@fault(GROUP, "backup cut at a random offset, then restored", "refused with a sentence, the present ledger stays")
def bad_backup(bench: Bench) -> Outcome:
    bench.start("--parts", "20", interval_ms=0).end()
    made = bench.command("backup", "--data", str(bench.data), "--to", str(bench.folder / "kept"))
    file = next((bench.folder / "kept").glob("station-*.sqlite"))
    os.truncate(file, random.Random(5).randrange(4096, file.stat().st_size - 4096))
    again = bench.command("restore", str(file), "--data", str(bench.data))
    return Outcome(again.stderr.strip(), made.returncode == 0 and again.returncode == 2 and is_sentence([again.stderr]) and len(bench.rows()) == 20)


@fault(GROUP, "ledger deleted, restored from the backup", "every part of the backup is back")
def restored(bench: Bench) -> Outcome:
    first = bench.start("--parts", "20", interval_ms=0)
    first.end()
    bench.command("backup", "--data", str(bench.data), "--to", str(bench.folder / "kept"))
    for name in bench.data.glob("station.sqlite*"):
        name.unlink()
    file = next((bench.folder / "kept").glob("station-*.sqlite"))
    done = bench.command("restore", str(file), "--data", str(bench.data))
    again = bench.start("--parts", "3")
    code = again.end()
    return Outcome(
        done.stdout.strip() or done.stderr.strip(),
        code == 0 and done.returncode == 0 and len(bench.rows()) == 23,
        bench.lost(first),
        0,
        again.waited_s,
    )


@fault(GROUP, "kill -9 in the middle of a backup", "no half backup under a backup's name; the next one works")
def backup_killed(bench: Bench) -> Outcome:
    bench.start("--parts", "150", interval_ms=0).end()
    kept = bench.folder / "kept"
    import sys

    words = [sys.executable, "-m", "station", "--config", str(bench.config), "backup", "--data", str(bench.data), "--to", str(kept)]
    with subprocess.Popen(words, env=bench.environment, cwd=bench.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and not (kept.is_dir() and any(kept.iterdir())):
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
    half = list(kept.glob("station-*.sqlite"))
    whole = all(_is_whole(path) for path in half)
    done = bench.command("backup", "--data", str(bench.data), "--to", str(kept))
    return Outcome(
        f"{len(half)} files under a backup's name, {'all whole' if whole else 'DAMAGED'}; next: {done.stdout.strip()}", whole and done.returncode == 0
    )


def _is_whole(path: Path) -> bool:
    connection = sqlite3.connect(path)
    try:
        return connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    except sqlite3.DatabaseError:
        return False
    finally:
        connection.close()


def _power_shim(folder: Path) -> Path:
    """A library that copies a file to DURABLE whenever it is synced: what a power cut leaves of it."""
    source, library = folder / "power.c", folder / "power.so"
    source.write_text(_SHIM)
    subprocess.run(["gcc", "-shared", "-fPIC", "-O1", "-o", str(library), str(source), "-ldl"], check=True)
    return library


_SHIM = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>
static void keep(int fd) {
    char link[64], path[4096], target[4200];
    const char *folder = getenv("DURABLE");
    struct stat s;
    if (!folder || fstat(fd, &s) || !S_ISREG(s.st_mode)) return;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path - 1);
    if (n < 0) return;
    path[n] = 0;
    const char *name = strrchr(path, '/') + 1;
    if (strncmp(name, "station.sqlite", 14)) return;
    char half[4300];
    snprintf(target, sizeof target, "%s/%s", folder, name);
    snprintf(half, sizeof half, "%s.%d.tmp", target, fd);
    int in = open(path, O_RDONLY), out = open(half, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    char buffer[65536];
    ssize_t got;
    while (in >= 0 && out >= 0 && (got = read(in, buffer, sizeof buffer)) > 0) if (write(out, buffer, got) < 0) break;
    if (in >= 0) close(in);
    if (out >= 0) { close(out); rename(half, target); }
}
int fsync(int fd) { int (*real)(int) = dlsym(RTLD_NEXT, "fsync"); int r = real(fd); keep(fd); return r; }
int fdatasync(int fd) { int (*real)(int) = dlsym(RTLD_NEXT, "fdatasync"); int r = real(fd); keep(fd); return r; }
"""
