"""Known faults of the locked packages, as a table. Run by ./audit.

Exit code: 0 none that is not listed in audit-ignore.txt, 1 at least one, 2 audit-ignore.txt cannot be used, 3 no service answered.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
SERVICES = ("pypi", "osv")
LIMIT_S = 300


@dataclass(frozen=True)
class Fault:
    """One advisory about one locked package."""

    package: str
    version: str
    names: tuple[str, ...]  # of the advisory: PYSEC, CVE, GHSA
    mended_in: str


def locked(folder: Path = HERE) -> dict[str, str]:
    """Every locked package and its version; where two lists differ, the first one's, and test_house.py says so."""
    pins: dict[str, str] = {}
    for path in sorted(folder.glob("*.txt")):
        for name, version in re.findall(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)", path.read_text(encoding="utf-8"), re.M):
            pins.setdefault(name, version)
    return pins


def read_ignored(path: Path) -> dict[str, str]:
    """Advisories that do not concern us, with the reason. Raises ValueError for one without a reason."""
    ignored = {}
    for n, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        words = line.split("#")[0].split(maxsplit=1)
        if not words:
            continue
        if len(words) < 2:
            raise ValueError(f"{path.name}, line {n}: {words[0]} has no reason; expected ADVISORY and why it does not concern this program")
        ignored[words[0]] = words[1].strip()
    return ignored


def ask(pins: dict[str, str], service: str) -> dict[str, list[dict[str, object]]] | str:
    """pip-audit's answer: by package what is known of it; or why there is none."""
    with tempfile.TemporaryDirectory() as folder:
        wanted = Path(folder) / "locked.txt"
        wanted.write_text("".join(f"{name}=={version}\n" for name, version in sorted(pins.items())), encoding="utf-8")
        command = [sys.executable, "-m", "pip_audit", "-r", str(wanted), "--no-deps", "--disable-pip", "-f", "json", "-s", service]
        command += ["--progress-spinner", "off", "--timeout", "15"]
        try:
            run = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S, check=False)
        except subprocess.TimeoutExpired:
            return f"no answer within {LIMIT_S} s"
    try:
        rows = json.loads(run.stdout)["dependencies"]
    except (ValueError, KeyError):
        return (run.stderr.strip().splitlines() or ["no answer"])[-1][:120]
    answered = {row["name"]: row["vulns"] for row in rows if "skip_reason" not in row}
    return answered or "it knows none of the packages"


def faults(answered: dict[str, list[dict[str, object]]], pins: dict[str, str]) -> list[Fault]:
    """The advisories in pip-audit's answer."""
    found = []
    for package, advisories in sorted(answered.items()):
        for advisory in advisories:
            names = (str(advisory["id"]), *map(str, _list(advisory.get("aliases"))))
            found.append(Fault(package, pins.get(package, "?"), names, ", ".join(map(str, _list(advisory.get("fix_versions")))) or "no version yet"))
    return found


def _list(value: object) -> Iterable[object]:
    return value if isinstance(value, list) else ()


def table(found: Sequence[Fault], ignored: dict[str, str]) -> tuple[list[str], bool]:
    """Lines for people, and whether none is left that is not ignored."""
    lines, is_well = [], True
    for fault in found:
        reason = next((ignored[name] for name in fault.names if name in ignored), None)
        is_well &= reason is not None
        state = f"ignored: {reason}" if reason is not None else f"FAULT, mended in {fault.mended_in}"
        lines.append(f"{fault.package:24} {fault.version:12} {fault.names[0]:22} {state}")
    return lines, is_well


def main() -> int:
    """Ask, print, and give the exit code."""
    try:
        ignored = read_ignored(HERE / "audit-ignore.txt")
    except (OSError, ValueError) as err:
        print(f"audit: {err}", file=sys.stderr)
        return 2
    pins = locked()
    reasons = []
    for service in SERVICES:
        answered = ask(pins, service)
        if isinstance(answered, str):
            reasons.append(f"{service}: {answered}")
            continue
        lines, is_well = table(faults(answered, pins), ignored)
        print("\n".join(lines) or "no known fault")
        unknown = ", ".join(sorted(pins.keys() - answered.keys()))
        print(f"audit: {len(answered)} of {len(pins)} locked packages looked up at {service}{f'; not known there: {unknown}' if unknown else ''}")
        return 0 if is_well else 1
    print(f"audit: no advisory service could be reached, nothing was checked ({'; '.join(reasons)})", file=sys.stderr)
    return 3


if __name__ == "__main__":
    sys.exit(main())
