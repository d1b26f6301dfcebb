"""The command line: python -m station run | inspect | … | accounts | events. Words in, exit code out."""

from __future__ import annotations

import os

# Before numpy: on a busy two-core line PC, numeric libraries with threads of their own turned 0.7 ms into 48 ms.
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import argparse  # noqa: E402
import io  # noqa: E402
import sys  # noqa: E402
from pathlib import Path  # noqa: E402

from models.manifest import ModelError  # noqa: E402
from models.pictures import PictureError  # noqa: E402
from models.recipe import RecipeError  # noqa: E402
from station.cameras.camera import CameraError  # noqa: E402
from station.config import ConfigError  # noqa: E402
from station.lot import LotError  # noqa: E402
from station.store.database import StoreError  # noqa: E402

MISTAKES = (ConfigError, RecipeError, ModelError, PictureError, CameraError, LotError, StoreError)
"""What a user can mend: one sentence on standard error and exit code 2, never a traceback."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the process's exit code: 0 done, 1 done with something to look at, 2 a mistake to mend."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal of another encoding shows what it cannot write as \u escapes
            stream.reconfigure(errors="backslashreplace")
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except MISTAKES as err:
        print(f"station: {err}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # `… | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as err:  # disk full, no permission, a folder in the way
        print(f"station: {err.filename or ''}: {err.strerror or err}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m station", description="Edge inspection station: camera, NSOARTC vector, model, verdict, record.")
    parser.add_argument("--config", type=Path, default=_default_config(), help="settings file (default: config.toml here, else beside the program)")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    run = commands.add_parser("run", help="inspect parts, in a window or headless")
    run.add_argument("--camera", metavar="SOURCE", help="simulated | folder:PATH | opencv:SOURCE[,SOURCE…]")
    run.add_argument("--recipe", metavar="NAME", help="recipe name or .toml file")
    run.add_argument("--data", type=Path, metavar="DIR", help="folder for database, pictures, logs")
    run.add_argument("--lot", default="", help="lot code written into every record")
    run.add_argument("--operator", default="", help="operator written into every record")
    run.add_argument("--headless", action="store_true", help="no window; as fast as the line goes, unless --interval-ms says otherwise")
    run.add_argument("--parts", type=int, metavar="N", help="headless: stop after N parts")
    run.add_argument(
        "--interval-ms", type=int, metavar="MS", help="trigger every MS milliseconds instead of as the recipe says; 0 = as fast as it goes"
    )
    run.add_argument("--json", action="store_true", help="headless: one JSON object a recorded part")
    run.set_defaults(run=_run)

    inspect = commands.add_parser("inspect", help="judge picture files; nothing is recorded")
    inspect.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="pictures, folders, or a metadata.csv with file_name, part, view")
    inspect.add_argument("--recipe", required=True, metavar="NAME")
    inspect.add_argument("--model", metavar="NAME[@VERSION]", help="instead of the recipe's model and its active version")
    inspect.add_argument("--data", type=Path, metavar="DIR", help="data folder whose active version is taken")
    inspect.add_argument("--json", action="store_true", help="one JSON object a line")
    inspect.set_defaults(run=_inspect)

    vectors = commands.add_parser("vectors", help="NSOARTC vectors of whole pictures")
    vectors.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="pictures or folders of pictures")
    vectors.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help=".npz or .parquet")
    vectors.add_argument("--polarity", choices=("bright", "dark"), default="bright", help="dark: invert the pictures first")
    vectors.add_argument("--json", action="store_true", help="print a summary as JSON")
    vectors.set_defaults(run=_vectors)

    models = commands.add_parser("models", help="list, show, activate, roll back, verify model versions; pull one from Hugging Face")
    models.add_argument("action", choices=("list", "show", "activate", "rollback", "verify", "pull"))
    models.add_argument("model", nargs="?", metavar="NAME[@VERSION]", help="pull: a Hugging Face model repository, OWNER/NAME[@REVISION]")
    models.add_argument("--data", type=Path, metavar="DIR", help="data folder of the station meant")
    models.add_argument("--json", action="store_true")
    models.set_defaults(run=_models)

    doctor = commands.add_parser("doctor", help="is this station fit to inspect? one line a subject and what to do; exit code 1 with a fault")
    doctor.add_argument("--data", type=Path, metavar="DIR", help="data folder of the station meant")
    doctor.add_argument("--json", action="store_true", help="one JSON object a line: what, mark, met, do")
    doctor.set_defaults(run=_doctor)

    simulate = commands.add_parser("simulate", help="write labelled pictures of simulated connectors, for teaching and tests")
    simulate.add_argument("-o", "--output", type=Path, required=True, metavar="DIR")
    simulate.add_argument("--parts", type=int, default=100, metavar="N")
    simulate.add_argument("--defect-rate", type=float, default=0.0, metavar="0..1")
    simulate.add_argument("--seed", type=int, default=1, help="another seed is another session of light and pose")
    simulate.add_argument("--session", default="", help="name of the session (default: seed-<seed>)")
    simulate.add_argument("--views", type=int, choices=(1, 3, 5), default=3)
    simulate.add_argument("--width", type=int, default=640, metavar="PX")
    simulate.add_argument("--height", type=int, default=360, metavar="PX")
    simulate.set_defaults(run=_simulate)

    review = commands.add_parser("review", help="write down what recorded parts truly were, or list them; also while the line runs")
    review.add_argument("parts", nargs="*", type=int, metavar="PART", help="ids of recorded parts, as run and --list show them")
    review.add_argument("--truth", choices=("OK", "NG", "UNSURE"), help="what the parts truly were")
    review.add_argument("--mode", metavar="MODE", help="defect mode of NG parts, as the trainer shall learn it (left out = unknown)")
    review.add_argument("--by", metavar="NAME", help="who says so")
    review.add_argument("--comment", metavar="TEXT")
    review.add_argument("--list", action="store_true", help="list parts with their newest reviews, newest part first")
    review.add_argument("--lot", metavar="LOT", help="--list: only of this lot")
    review.add_argument("--verdict", choices=("OK", "NG", "RETEST", "HOLD"), help="--list: only parts that the station judged so")
    review.add_argument("--unreviewed", action="store_true", help="--list: only parts that nobody has reviewed")
    review.add_argument("--limit", type=int, metavar="N", help="--list: so many parts at most (default: 50)")
    review.add_argument("--data", type=Path, metavar="DIR", help="data folder of the station meant")
    review.add_argument("--json", action="store_true", help="one JSON object a part")
    review.set_defaults(run=_review)

    accounts = commands.add_parser("accounts", help="who may sign in at the window; secrets are asked for, or read from standard input")
    accounts.add_argument("action", choices=("add", "list", "role", "secret", "deactivate"))
    accounts.add_argument("name", nargs="?", metavar="NAME")
    accounts.add_argument("role", nargs="?", choices=("operator", "qa", "engineer"), help="add, role")
    accounts.add_argument("--data", type=Path, metavar="DIR", help="data folder of the station meant")
    accounts.add_argument("--json", action="store_true", help="one JSON object an account")
    accounts.set_defaults(run=_accounts)

    events = commands.add_parser("events", help="whether the chain of events is whole; exit code 1 where it is broken")
    events.add_argument("action", choices=("verify",))
    events.add_argument("--expect", default="", metavar="HASH", help="the hash of an event, noted outside the database: it must be there")
    events.add_argument("--data", type=Path, metavar="DIR", help="data folder of the station meant")
    events.add_argument("--json", action="store_true")
    events.set_defaults(run=_events)

    backup = commands.add_parser("backup", help="copy the database, checked; also while the line runs")
    backup.add_argument("--to", type=Path, metavar="DIR", help="folder for the copy (default: as the station's own backups)")
    backup.add_argument("--data", type=Path, metavar="DIR", help="data folder of the station meant")
    backup.add_argument("--json", action="store_true")
    backup.set_defaults(run=_backup)

    restore = commands.add_parser("restore", help="put a backup in the place of the database, which is kept; no station may run")
    restore.add_argument("file", type=Path, metavar="FILE", help="a backup: station-<time>.sqlite")
    restore.add_argument("--data", type=Path, metavar="DIR", help="data folder of the station meant")
    restore.add_argument("--json", action="store_true")
    restore.set_defaults(run=_restore)

    export = commands.add_parser("export", help="recorded parts as a CSV table, or as training data in Parquet; also while the line runs")
    export.add_argument("--format", choices=("csv", "parquet"), required=True, help="csv: a row a part; parquet: a data set folder, a row a region")
    export.add_argument("-o", "--output", type=Path, required=True, metavar="PATH", help="file (csv) or folder (parquet) to be made")
    export.add_argument("--lot", metavar="LOT", help="only of this lot")
    export.add_argument("--since", metavar="TIME", help="only parts taken then or later: 2026-03-31 or 2026-03-31T06:00; without a zone local time")
    export.add_argument("--until", metavar="TIME", help="only parts taken before")
    export.add_argument(
        "--verdict", "--judgement", dest="judgement", action="append", choices=("OK", "NG", "RETEST", "HOLD"),
        help="only parts that the station judged so; may be repeated",
    )  # fmt: skip
    export.add_argument("--kind", choices=("part", "challenge"), default="part", help="challenge: the known parts that test the station")
    export.add_argument("--model", metavar="NAME", help="only parts judged by this model")
    export.add_argument("--model-version", metavar="VERSION")
    export.add_argument("--review", choices=("unreviewed", "reviewed", "OK", "NG", "UNSURE", "escape", "overkill", "disagreed"), help="by reviews")
    export.add_argument("--bom", action="store_true", help="csv: marked as UTF-8 for Excel")
    export.add_argument("--unreviewed-by-verdict", action="store_true", help="parquet: parts without a review too, by the station's verdict OK or NG")
    export.add_argument("--data", type=Path, metavar="DIR", help="data folder of the station meant")
    export.add_argument("--json", action="store_true", help="print a summary as JSON")
    export.set_defaults(run=_export)
    sinks = commands.add_parser("sinks", help="how far each sink of the configuration has been given the verdicts; also while the line runs")
    sinks.add_argument("--check", action="store_true", help="open each sink once, as the station would; nothing is delivered")
    sinks.add_argument("--data", type=Path, metavar="DIR", help="data folder of the station meant")
    sinks.add_argument("--json", action="store_true", help="one JSON object a sink")
    sinks.set_defaults(run=_sinks)

    stats = commands.add_parser("stats", help="how long each stage of the last parts took; also while the line runs")
    stats.add_argument("--data", type=Path, metavar="DIR", help="data folder of the station meant")
    stats.add_argument("--json", action="store_true", help="as one JSON object")
    stats.set_defaults(run=_stats)
    return parser


def _default_config() -> Path:
    here = Path("config.toml")
    return here if here.is_file() else Path(__file__).resolve().parent.parent / "config.toml"


# Each command is imported when it is asked for: `models list` need not wait for Qt.
def _run(options: argparse.Namespace) -> int:
    from station.commands.run import run

    return run(options)


def _inspect(options: argparse.Namespace) -> int:
    from station.commands.inspect import inspect

    return inspect(options)


def _vectors(options: argparse.Namespace) -> int:
    from station.commands.vectors import vectors

    return vectors(options)


def _models(options: argparse.Namespace) -> int:
    from station.commands.models import models

    return models(options)


def _doctor(options: argparse.Namespace) -> int:
    from station.commands.doctor import doctor

    return doctor(options)


def _simulate(options: argparse.Namespace) -> int:
    from station.commands.simulate import simulate

    return simulate(options)


def _review(options: argparse.Namespace) -> int:
    from station.commands.review import review

    return review(options)


def _accounts(options: argparse.Namespace) -> int:
    from station.commands.accounts import accounts

    return accounts(options)


def _events(options: argparse.Namespace) -> int:
    from station.commands.events import events

    return events(options)


def _backup(options: argparse.Namespace) -> int:
    from station.commands.backup import backup

    return backup(options)


def _restore(options: argparse.Namespace) -> int:
    from station.commands.restore import restore

    return restore(options)


def _export(options: argparse.Namespace) -> int:
    from station.commands.export import export

    return export(options)


def _sinks(options: argparse.Namespace) -> int:
    from station.commands.sinks import sinks

    return sinks(options)


def _stats(options: argparse.Namespace) -> int:
    from station.commands.stats import stats

    return stats(options)


if __name__ == "__main__":
    sys.exit(main())
