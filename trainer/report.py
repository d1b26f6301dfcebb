"""The report of a model: one self-contained HTML page, and its figures as PNG files beside it."""

from __future__ import annotations

import base64
import html
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from models.features import FeatureExtractor
from models.graph import Scores, ScoringModel
from models.manifest import Figure as Counted
from models.manifest import Manifest
from models.recipe import Recipe
from trainer import plots
from trainer.data import CUE_NAMES, Parts
from trainer.evaluation import Judged
from trainer.teach import Taught

_WORST = 3  # misses and false alarms shown of each kind
_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem;border-bottom:1px solid #ccc}
table{border-collapse:collapse;margin:.6rem 0}td,th{border:1px solid #ccc;padding:.2rem .6rem;text-align:left}
td.n{text-align:right;font-variant-numeric:tabular-nums}img{max-width:100%;height:auto}
.warning{background:#fff3cd;border-left:6px solid #c77700;padding:.6rem 1rem;font-weight:600}
.quiet{color:#555;font-size:.9rem;overflow-wrap:anywhere}
"""


@dataclass(frozen=True, slots=True)
class Section:
    """One figure or table under a heading."""

    title: str
    body: str
    file_name: str = ""
    figure: Figure | None = None


def write_report(folder: Path, manifest: Manifest, taught: Taught, recipe: Recipe, judged: Judged, parts: Parts, chose_nothing: bool) -> None:
    """Write report.html and PNG files into a folder.

    Args:
        judged, parts: what the figures are about, in the same order; parts that a station would hold come last in `judged`.
        chose_nothing: these parts chose no parameter; False: there were no others, and the page says so.
    """
    folder.mkdir(parents=True, exist_ok=True)
    blocks = []
    for section in _sections(manifest, taught, recipe, judged, parts, chose_nothing):
        body = section.body
        if section.figure is not None:
            picture = plots.png(section.figure)
            (folder / f"{section.file_name}.png").write_bytes(picture)
            body += f'<img alt="{html.escape(section.title)}" src="data:image/png;base64,{base64.b64encode(picture).decode()}">'
        blocks.append((f"<h2>{html.escape(section.title)}</h2>" if section.title else "") + body)
    title = html.escape(f"Model {manifest.name} {manifest.version} ({manifest.kind})")
    page = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style><h1>{title}</h1>{"".join(blocks)}</html>'
    )
    (folder / "report.html").write_text(page, encoding="utf-8")


def _sections(manifest: Manifest, taught: Taught, recipe: Recipe, judged: Judged, parts: Parts, chose_nothing: bool) -> Iterator[Section]:
    yield Section("", _summary(manifest, taught))
    told = (
        ""
        if chose_nothing
        else '<p class="warning">These parts also set the thresholds: no others were given. Judge a session of its own (--test).</p>'
    )
    yield Section("Escapes and overkill", told + "<p>RETEST and HOLD count as not passed.</p>" + _counts(judged.figures()))
    if aurocs := judged.aurocs():
        yield Section("AUROC beside trivial cues", _aurocs(judged, aurocs))
    yield Section("Scores", "", "scores", plots.score_histogram(judged, taught.calibration_scores))
    if aurocs:
        yield Section("ROC", "", "roc", plots.roc(judged))
    if np.isfinite(judged.scores).any():
        yield Section("Trade-off", "", "trade-off", plots.trade_off(judged, taught.calibration_scores))
    if rows := judged.positions_and_views():
        yield Section("By position and view", "<p>Views are judged alone, at the threshold of all together.</p>" + _counts(rows))
    if (figure := plots.misses_by_position(judged)) is not None:
        yield Section("Mode and position", "", "positions", figure)
    if taught.curves is not None:
        yield Section("Training", "", "loss", plots.loss_curves(taught.curves))
    if len(parts.files) > 1:
        yield Section("Embedding", "", "embedding", _embedding(taught, judged, parts))
    yield from _worst(taught, recipe, judged, parts)
    yield Section("How it was made", _table([(key, str(value)) for key, value in manifest.training.items()]))


def _summary(manifest: Manifest, taught: Taught) -> str:
    limits, basis = manifest.thresholds, manifest.calibration
    held_out = "another session than training" if basis.held_out == "session" else "parts of the training session, each left out once"
    rows = [
        ("Training recipe", f"{taught.training.name}: {taught.training.about}"),
        ("Recipe", f"{manifest.recipe.name} revision {manifest.recipe.revision}, {len(manifest.regions)} regions, {manifest.feature_version}"),
        ("Thresholds", f"OK at most {limits.ok_at_most:.4f}, NG above {limits.ng_above:.4f}, RETEST between; chosen for {basis.target}"),
        ("Calibration", f"{basis.good_parts} good parts of {', '.join(basis.sessions)} ({held_out})"),
        ("Made", f"{manifest.created:%Y-%m-%d %H:%M} UTC, trainer {manifest.trainer_version}, commit {manifest.git_commit}"),
        ("Data fingerprint", manifest.data_fingerprint),
    ]
    warning = f'<p class="warning">{html.escape(basis.warning)}</p>' if basis.warning else ""
    return warning + _table(rows)


def _aurocs(judged: Judged, aurocs: dict[str, float]) -> str:
    cues = judged.cue_aurocs()
    head = "".join(f"<th>{html.escape(name)}</th>" for name in ("mode", "this model", *cues))
    rows = "".join(
        f"<tr><td>{html.escape(mode)}</td>"
        + "".join(f'<td class="n">{v}</td>' for v in (f"{value:.4f}", *(_cue(cues[n], mode) for n in cues)))
        + "</tr>"
        for mode, value in aurocs.items()
    )
    note = f"<p>A score that does not beat {', '.join(CUE_NAMES)} shows nothing.</p>" if cues else ""
    return note + f"<table><tr>{head}</tr>{rows}</table>"


def _cue(by_mode: dict[str, float], mode: str) -> str:
    return f"{by_mode[mode]:.4f}" if mode in by_mode else "–"  # all parts of the mode were held, unmeasured


def _counts(rows: tuple[Counted, ...]) -> str:
    cells = "".join(
        f'<tr><td>{html.escape(f.what)}</td><td class="n">{f.wrong} of {f.parts}</td><td class="n">{f.wrong / f.parts:.1%}</td>'
        f'<td class="n">{f.low:.1%} – {f.high:.1%}</td></tr>'
        for f in rows
    )
    return f"<table><tr><th>what</th><th>wrong</th><th>rate</th><th>95 % interval</th></tr>{cells}</table>"


def _table(rows: list[tuple[str, str]]) -> str:
    return "<table>" + "".join(f'<tr><th>{html.escape(a)}</th><td class="quiet">{html.escape(b)}</td></tr>' for a, b in rows) + "</table>"


def _embedding(taught: Taught, judged: Judged, parts: Parts) -> Figure:
    """The embeddings of each part's worst region by the vector alone: thumbnails change the score, not the embedding."""
    model = ScoringModel(taught.model.unit_spaces, taught.model.unit_scale, taught.model.network)
    n_regions = parts.vectors.shape[1]
    picked = []
    for vectors in parts.vectors:
        scores = model.evaluate(vectors, np.arange(n_regions))
        picked.append(scores.embedding[int(scores.score.argmax())])
    return plots.embedding_map(np.stack(picked), judged.modes[: len(picked)].tolist())


def _worst(taught: Taught, recipe: Recipe, judged: Judged, parts: Parts) -> Iterator[Section]:
    """Overlays of the escapes that scored lowest and the false alarms that scored highest; parts without pictures are left out."""
    n = len(parts.files)
    scores, wrong = judged.scores[:n], judged.is_wrong[:n]
    order = np.argsort(scores)
    misses = [i for i in order if wrong[i] and not judged.is_good[i]][:_WORST]
    alarms = [i for i in order[::-1] if wrong[i] and judged.is_good[i]][:_WORST]
    extractor = FeatureExtractor(recipe)
    for kind, some in (("Escape", misses), ("False alarm", alarms)):
        for i in some:
            if not all(path.is_file() for path in parts.files[i].views.values()) or len(parts.files[i].views) < len(recipe.views):
                continue
            features = extractor.extract(parts.files[i].read())
            seen: Scores = taught.model.evaluate(features.vectors, np.arange(len(recipe.regions)), features.thumbnails)
            view = recipe.regions[int(seen.score.argmax())].view
            mine = [g for g, region in enumerate(recipe.regions) if region.view == view]
            title = f"{kind}: part {judged.names[i]}, {judged.modes[i]} {judged.positions[i]}, score {scores[i]:.2f}, view {view}"
            figure = plots.overlay(
                features.views[view].picture, [recipe.regions[g].rectangle for g in mine], seen.deviation[mine], taught.thresholds, title
            )  # fmt: skip
            yield Section(title, "", f"{kind.lower().replace(' ', '-')}-{i}", figure)
    if not misses and not alarms:
        yield Section("Worst misses and false alarms", "<p>None among the parts that could be scored.</p>")
