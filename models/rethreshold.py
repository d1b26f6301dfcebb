"""The same model with other thresholds: a version of its own, made on the station from what people reviewed. The old one stays."""

from __future__ import annotations

import base64
import html
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from models.manifest import MANIFEST_NAME, SIGNATURE_NAME, Calibration, Figure, Manifest, ModelError, Thresholds
from models.registry import Registry

_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem;border-bottom:1px solid #ccc}
table{border-collapse:collapse;margin:.6rem 0}td,th{border:1px solid #ccc;padding:.2rem .6rem;text-align:left}img{max-width:100%;height:auto}
.warning{background:#fff3cd;border-left:6px solid #c77700;padding:.6rem 1rem;font-weight:600}
"""


@dataclass(frozen=True, slots=True)
class Basis:
    """The reviewed parts that a person looked at when choosing the thresholds."""

    good_parts: int
    defective_parts: int
    lots: tuple[str, ...]
    period: str  # in words
    figures: tuple[Figure, ...]  # of the new thresholds, on these parts
    warning: str = ""


def publish_with_thresholds(
    registry: Registry,
    name: str,
    version: str,
    thresholds: Thresholds,
    basis: Basis,
    actor: str = "",
    note: str = "",
    key: Path | None = None,
    pictures: Mapping[str, bytes] | None = None,
) -> Manifest:
    """Publish a copy of a version as the next one, with other thresholds. Graph and golden parts are the same bytes.

    The manifest names the version it was made from, and says what the thresholds rest on; figures of the old thresholds
    are not carried over. The report is a new page, with the old report in a folder below.

    Args:
        key: private key file of this station; None leaves the new version unsigned.
        pictures: PNG files for the report, by name without suffix.

    Returns:
        What was published.

    Raises:
        ModelError: nothing would change, no good part was reviewed, the version is damaged, or a station that trusts only
            listed keys would refuse the new version. Nothing was written.
    """
    registry.check_signer(key)
    old = registry.verify(name, version)
    if thresholds == old.thresholds:
        raise ModelError(f"model {name} {version} has these thresholds already; nothing to save")
    if basis.good_parts < 1:
        raise ModelError(
            "no reviewed part of this period was truly OK: thresholds need at least one; review some good parts, or choose a longer period"
        )
    new = old.model_copy(
        update={
            "version": registry.next_version(name),
            "created": datetime.now(UTC).replace(microsecond=0),
            "thresholds": thresholds,
            "calibration": _calibration(basis, actor),
            "figures": (),
            "made_from": version,
            "note": note,
            "files": {},
        }
    )
    with tempfile.TemporaryDirectory() as temporary:
        bundle = Path(temporary) / "bundle"
        shutil.copytree(registry.folder(name, version), bundle)
        for written_anew in (MANIFEST_NAME, SIGNATURE_NAME):
            (bundle / written_anew).unlink(missing_ok=True)
        _write_report(bundle / "report", old, new, basis, actor, pictures or {})
        registry.publish(bundle, new, key)
    return new


def _calibration(basis: Basis, actor: str) -> Calibration:
    return Calibration(
        good_parts=basis.good_parts,
        defective_parts=basis.defective_parts,
        sessions=basis.lots,
        held_out="reviews",
        target=f"set by hand{f' by {actor}' if actor else ''} on reviewed parts, {basis.period}",
        figures=basis.figures,
        warning=basis.warning,
    )


def _write_report(folder: Path, old: Manifest, new: Manifest, basis: Basis, actor: str, pictures: Mapping[str, bytes]) -> None:
    before = folder.with_name("before")
    if folder.is_dir():
        folder.rename(before)
    folder.mkdir()
    if before.is_dir():
        before.rename(folder / f"of-version-{old.version}")
    images = ""
    for name, png in pictures.items():
        (folder / f"{name}.png").write_bytes(png)
        images += f'<img alt="{html.escape(name)}" src="data:image/png;base64,{base64.b64encode(png).decode()}">'
    limits = [(old.version, old.thresholds), (new.version, new.thresholds)]
    rows = [(f"version {version}", f"{t.ok_at_most:.4g}", f"{t.ng_above:.4g}") for version, t in limits]
    counted = [(f.what, str(f.wrong), str(f.parts), f"{f.low:.2%} – {f.high:.2%}") for f in basis.figures]
    warning = f'<p class="warning">{html.escape(basis.warning)}</p>' if basis.warning else ""
    note = f"<p>Note: {html.escape(new.note)}</p>" if new.note else ""
    earlier = folder / f"of-version-{old.version}" / "report.html"
    link = f'<p><a href="of-version-{old.version}/report.html">Report of version {old.version}</a></p>' if earlier.is_file() else ""
    (folder / "report.html").write_text(
        f"""<!doctype html><html lang="en"><meta charset="utf-8"><title>{html.escape(new.name)} {new.version}</title><style>{_STYLE}</style>
<h1>{html.escape(new.name)} version {new.version}: version {old.version} with other thresholds</h1>
<p>Graph and golden parts are those of version {old.version}, byte for byte; only the thresholds differ. Saved
{new.created:%Y-%m-%d %H:%M} UTC{f" by {html.escape(actor)}" if actor else ""}.</p>{note}
{_table(("", "OK at most", "NG above"), rows)}
<h2>Reviewed parts that the thresholds were chosen on</h2>{warning}
<p>{basis.good_parts} truly OK, {basis.defective_parts} truly NG, {html.escape(basis.period)}; lots:
{html.escape(", ".join(lot or "(no name)" for lot in basis.lots))}. The thresholds were chosen on these very parts, and people chose
most of the parts that they reviewed: the counts say how the thresholds sort these parts, not how the line will do.</p>
{_table(("what", "parts", "of", "95 % interval"), counted)}{images}{link}</html>
""",
        encoding="utf-8",
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [
        f"<tr>{''.join(f'<{tag}>{html.escape(cell)}</{tag}>' for cell in row)}</tr>" for tag, row in [("th", head), *(("td", row) for row in rows)]
    ]
    return f"<table>{''.join(lines)}</table>"
