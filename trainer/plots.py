"""The figures of a report, each a matplotlib Figure of its own; nothing global, no window."""

from __future__ import annotations

import io
from collections.abc import Sequence

import cv2
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from models.manifest import Thresholds
from models.nsoartc import VECTOR_LENGTH, Picture, RectanglePx, Vectors
from models.thresholds import expected_overkill
from trainer.data import GOOD
from trainer.evaluation import Judged
from trainer.loop import Curves

GREEN, AMBER, RED, GREY, BLUE = "#2e7d32", "#c77700", "#c62828", "#616161", "#1565c0"
MAP_SHAPE = (36, 39)
"""A vector as the method's author shows it."""


def png(figure: Figure) -> bytes:
    """The figure as a PNG file."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=110, metadata={"Software": None})
    return buffer.getvalue()


def loss_curves(curves: Curves) -> Figure:
    figure, axes = _axes("Loss", (6, 3.4))
    epochs = np.arange(1, curves.epochs + 1)
    axes.plot(epochs, curves.train, color=BLUE, marker="o", markersize=3, label="training")
    axes.plot(epochs, curves.held_out, color=AMBER, marker="s", markersize=3, label="held out")
    axes.axvline(curves.best_epoch, color=GREY, linestyle=":", label=f"weights kept (epoch {curves.best_epoch})")
    axes.set_xlabel("epoch")
    axes.legend()
    return figure


def score_histogram(judged: Judged, calibration: NDArray[np.float32]) -> Figure:
    """Good and defective parts with both thresholds; scores on a logarithmic scale above 1, where defects span decades."""
    figure, axes = _axes("Scores of judged parts", (7, 3.6))
    finite = np.isfinite(judged.scores)
    top = max(float(judged.scores[finite].max(initial=1.0)), judged.thresholds.ng_above * 1.1)
    bottom = min(0.0, float(judged.scores[finite].min(initial=0.0)), float(calibration.min(initial=0.0)))
    edges = np.sinh(np.linspace(np.arcsinh(bottom), np.arcsinh(top), 45)).tolist()
    axes.hist(judged.scores[finite & judged.is_good], edges, color=GREEN, alpha=0.7, label="good")
    axes.hist(judged.scores[finite & ~judged.is_good], edges, color=RED, alpha=0.6, hatch="//", label="defective")
    axes.hist(calibration, edges, histtype="step", color="black", label="good parts of the calibration")
    axes.axvline(judged.thresholds.ok_at_most, color=GREEN, linewidth=2, label=f"OK at most {judged.thresholds.ok_at_most:.2f}")
    axes.axvline(judged.thresholds.ng_above, color=RED, linewidth=2, linestyle="--", label=f"NG above {judged.thresholds.ng_above:.2f}")
    axes.set_xlim(edges[0], edges[-1])
    axes.set_xscale("function", functions=(np.arcsinh, np.sinh))
    ticks = [t for t in (0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000) if bottom <= t <= top]
    axes.set_xticks(ticks, [str(t) for t in ticks])
    axes.set_xlabel("score of the part (its worst region)")
    axes.set_ylabel("parts")
    axes.legend(fontsize=8)
    return figure


def roc(judged: Judged) -> Figure:
    figure, axes = _axes("ROC by defect mode", (4.4, 4.2))
    good = np.sort(np.nan_to_num(judged.scores[judged.is_good], nan=np.inf))
    for mode, value in judged.aurocs().items():
        bad = judged.scores[~judged.is_good] if mode == "all" else judged.scores[judged.modes == mode]
        at = np.unique(np.concatenate([[-np.inf], good[np.isfinite(good)], np.nan_to_num(bad, nan=np.inf), [np.inf]]))
        false_alarm = [(good > t).mean() for t in at]
        found = [(np.nan_to_num(bad, nan=np.inf) > t).mean() for t in at]
        axes.plot(false_alarm, found, label=f"{mode}: {value:.4f}", linewidth=2.5 if mode == "all" else 1)
    axes.set_xlabel("good parts rejected")
    axes.set_ylabel("defective parts found")
    axes.legend(title="AUROC", fontsize=8)
    return figure


def trade_off(judged: Judged, calibration: NDArray[np.float32]) -> Figure:
    """Escapes and overkill for every threshold."""
    figure, axes = _axes("Escapes and overkill by threshold", (6, 3.6))
    scores = np.nan_to_num(judged.scores, nan=np.inf)
    top = max(float(np.quantile(scores[np.isfinite(scores)], 0.9)), judged.thresholds.ng_above * 2)
    at = np.linspace(0, top, 400)
    if judged.is_good.any():
        axes.plot(at, [(scores[judged.is_good] > t).mean() for t in at], color=AMBER, label="overkill, judged parts")
    if not judged.is_good.all():
        axes.plot(at, [(scores[~judged.is_good] <= t).mean() for t in at], color=RED, label="escapes, judged parts")
    axes.plot(at, expected_overkill(calibration, at), color=GREY, linestyle=":", label="overkill expected from the calibration")
    axes.axvline(judged.thresholds.ok_at_most, color=GREEN, label="OK threshold")
    axes.axvline(judged.thresholds.ng_above, color=RED, linestyle="--", label="NG threshold")
    axes.set_yscale("symlog", linthresh=1e-3)
    axes.set_ylim(0, 1.2)
    axes.set_xlabel("OK threshold")
    axes.set_ylabel("share")
    axes.legend(fontsize=8)
    return figure


def misses_by_position(judged: Judged) -> Figure | None:
    """Escapes of each mode at each position; None where nothing says where a defect is."""
    modes = sorted(set(judged.modes[~judged.is_good].tolist()))
    positions = sorted(set(judged.positions) - {""})
    if not modes or not positions:
        return None
    position, wrong, total = np.array(judged.positions), np.zeros((len(modes), len(positions))), np.zeros((len(modes), len(positions)), int)
    for i, mode in enumerate(modes):
        for j, name in enumerate(positions):
            here = (judged.modes == mode) & (position == name)
            total[i, j], wrong[i, j] = here.sum(), (here & judged.passed).sum()
    figure, axes = _axes("Escapes by mode and position (escapes / parts)", (max(6, 0.42 * len(positions)), 0.42 * len(modes) + 2))
    axes.imshow(np.divide(wrong, total, out=np.full(wrong.shape, np.nan), where=total > 0), cmap="Reds", vmin=0, vmax=1, aspect="auto")
    axes.set_xticks(range(len(positions)), positions, rotation=90, fontsize=7)
    axes.set_yticks(range(len(modes)), modes)
    for (i, j), n in np.ndenumerate(total):
        if n:
            axes.text(j, i, f"{wrong[i, j]:.0f}/{n}", ha="center", va="center", fontsize=7)
    return figure


def embedding_map(embedding: NDArray[np.floating], modes: Sequence[str], title: str = "Embeddings of each part's worst region") -> Figure:
    """(n, k) embeddings, on their two main axes where there are more than two."""
    figure, axes = _axes(title, (5.6, 4.6))
    points = np.asarray(embedding, np.float64)
    if points.shape[1] > 2:
        points = points - points.mean(0)
        points = points @ np.linalg.svd(points)[2][:2].T
    names = sorted(set(modes), key=lambda mode: (mode != GOOD, mode))
    markers = "os^vDPX*<>"
    for i, name in enumerate(names):
        some = np.array([mode == name for mode in modes])
        axes.scatter(
            points[some, 0], points[some, 1], s=10, marker=markers[i % len(markers)], color=GREEN if name == GOOD else f"C{i}", label=name, alpha=0.7
        )
    axes.set_xlabel("first axis")
    axes.set_ylabel("second axis")
    axes.legend(fontsize=8, markerscale=1.6)
    return figure


def overlay(picture: Picture, rectangles: Sequence[RectanglePx], deviation: NDArray[np.float32], limits: Thresholds, title: str) -> Figure:
    """An aligned picture, and beside it where it deviates.

    Args:
        picture: (H, W) uint8. deviation: (regions, 6, 13) of this view's regions, in units of the score.
    """
    heat = np.zeros(picture.shape, np.float32)
    for (left, top, width, height), windows in zip(rectangles, deviation, strict=True):
        patch = cv2.resize(windows.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
        np.maximum(heat[top : top + height, left : left + width], patch, out=heat[top : top + height, left : left + width])
    figure = Figure(figsize=(9, 2.9), layout="constrained")
    figure.suptitle(title, fontsize=10)
    plain, mapped = figure.subplots(1, 2)
    for axes in (plain, mapped):
        axes.imshow(picture, cmap="gray", vmin=0, vmax=255)
        axes.set_axis_off()
    shown = mapped.imshow(heat, cmap="inferno", vmin=0, vmax=max(limits.ng_above, 1e-6), alpha=0.55)
    figure.colorbar(shown, ax=mapped, label="deviation (NG above the top)")
    return figure


def triplet_maps(anchor: Vectors, positive: Vectors, negative: Vectors, titles: Sequence[str] = ("ANCHOR", "POSITIVE", "NEGATIVE")) -> Figure:
    """Heat maps of three vectors, (1404,) each, on one scale, as the method's author shows them."""
    figure = Figure(figsize=(9, 3.4), layout="constrained")
    low, high = np.quantile(np.concatenate([anchor, positive, negative]), [0.01, 0.99])
    panels = figure.subplots(1, 3)
    for axes, vector, title in zip(panels, (anchor, positive, negative), titles, strict=True):
        assert vector.shape == (VECTOR_LENGTH,)
        shown = axes.imshow(vector.reshape(MAP_SHAPE), cmap="viridis", vmin=low, vmax=max(high, low + 1e-6), aspect="auto")
        axes.set_title(title)
    figure.colorbar(shown, ax=panels)
    return figure


def _axes(title: str, size: tuple[float, float]) -> tuple[Figure, Axes]:
    figure = Figure(figsize=size, layout="constrained")
    axes = figure.subplots()
    axes.set_title(title)
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes
