"""Teaching on the station: good parts that were taken or recorded here become a unit-space model of the recipe. No torch, in seconds."""

from __future__ import annotations

import base64
import html
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine

from models.alignment import AlignmentLost
from models.bundle import new_manifest, publish_bundle
from models.features import FeatureExtractor, PartFeatures
from models.golden import Golden
from models.manifest import Manifest
from models.nsoartc import FeatureError, Picture
from models.pictures import PictureError
from models.recipe import Recipe, RecipeError
from models.recipe_history import changed_recipe, save_revision, write_whole
from models.reference import reference_picture
from models.registry import Registry
from models.teaching import KIND, MIN_TAUGHT, TaughtUnitSpaces, data_fingerprint, teach_good_parts
from models.thresholds import DataError, Target
from station import __version__
from station.store.journal import append_event

N_ADVISED = 20
_N_GOLDEN = 2
_FAR_OUT, _FAR_TIMES = 5.0, 4.0
"""A part is suspect above this score and above so many medians. Measured on 80 lessons of 20 simulated good parts each: 1 had
a suspect; with one defective part slipped in, 77 of 80 pointed at it (connector 37 of 40, where small tilts were missed)."""

Told = Callable[[float, str], None]
"""Hears the share that is done, 0..1, and which step it is: 'reference', 'vectors' or 'teach'; it may raise to end the work."""


@dataclass(frozen=True, slots=True)
class GoodPart:
    """A part that somebody vouches for."""

    name: str
    session: str  # day or lot
    pictures: dict[str, Picture]  # by view, as the camera gave them


@dataclass(frozen=True, slots=True)
class Lesson:
    """What was taught, not published yet."""

    before: Recipe  # as it lies in its file
    recipe: Recipe  # the same; or its next revision, with new reference pictures, which lies nowhere yet
    references: Mapping[str, Picture]  # new ones by view; none where the recipe stays as it is
    parts: tuple[GoodPart, ...]
    features: tuple[PartFeatures, ...]  # of `parts`
    held: tuple[tuple[str, str], ...]  # parts that could not be used, and why
    taught: TaughtUnitSpaces
    seconds: float

    @property
    def suspects(self) -> list[int]:
        """Indices of parts that lie far from all others: somebody should look whether they are good."""
        scores = self.taught.scores
        return np.flatnonzero(scores > max(_FAR_OUT, _FAR_TIMES * float(np.median(scores)))).tolist()


def lacks_reference(recipe: Recipe) -> bool:
    """Whether the recipe aligns, and one of its reference pictures is missing or cannot be used."""
    if not recipe.alignment.enabled:
        return False
    try:
        for view in recipe.views:
            recipe.reference(view)
    except RecipeError:
        return True
    return False


def teach(recipe: Recipe, parts: Sequence[GoodPart], target: Target, new_reference: bool = False, told: Told = lambda *_: None) -> Lesson:
    """A model from good parts; nothing is written.

    Args:
        recipe: as read from its file.
        new_reference: make new reference pictures from these parts (always, where the recipe lacks one that it needs).

    Raises:
        DataError, UnitSpaceError: too few usable parts, or parts that are not of one kind.
        RecipeError: the recipe cannot be used.
    """
    start = time.monotonic()
    if len(parts) < MIN_TAUGHT:
        raise DataError(f"{len(parts)} good parts to teach; at least {MIN_TAUGHT} are needed, about {N_ADVISED} advised")
    with tempfile.TemporaryDirectory() as temporary:
        used, references = recipe, {}
        if recipe.alignment.enabled and (new_reference or lacks_reference(recipe)):
            references = _references(recipe, parts, told)
            used = write_whole(changed_recipe(recipe, references=references), Path(temporary) / "recipe.toml", references, recipe.path.parent)
        extractor = FeatureExtractor(used)
        _ = used.fingerprint  # now, of the very pictures that the extractor has read
    kept: list[GoodPart] = []
    features: list[PartFeatures] = []
    held: list[tuple[str, str]] = []
    for i, part in enumerate(parts):
        told(0.1 + 0.7 * i / len(parts), "vectors")
        try:
            features.append(extractor.extract(part.pictures))
            kept.append(part)
        except (AlignmentLost, PictureError, FeatureError) as err:
            held.append((part.name, str(err)))
    if len(kept) < MIN_TAUGHT:
        why = f"; {held[0][0]}: {held[0][1]}" if held else ""
        raise DataError(f"only {len(kept)} of {len(parts)} parts can be used, at least {MIN_TAUGHT} are needed{why}")
    vectors = np.stack([f.vectors for f in features])
    sessions = tuple(sorted({part.session for part in kept}))
    taught = teach_good_parts(vectors, sessions, target, told=lambda share: told(0.8 + 0.2 * share, "teach"))
    return Lesson(recipe, used, references, tuple(kept), tuple(features), tuple(held), taught, time.monotonic() - start)


def publish(lesson: Lesson, registry: Registry, engine: Engine, actor: str, key: Path | None = None) -> tuple[Manifest, Recipe]:
    """Publish the lesson as the next version of the recipe's model, and save the recipe where it has new reference pictures.

    Args:
        key: this station's private key file; None leaves the version unsigned.

    Returns:
        The manifest, and the recipe as it lies in its file now.

    Raises:
        ModelError: this station would not trust the version, or it failed its self-test; nothing was published.
        RecipeError: the recipe's file changed meanwhile; the version is published, for a recipe that is not there.
        StoreError: the event could not be written; nothing was published.
    """
    registry.check_signer(key)
    recipe, taught = lesson.recipe, lesson.taught
    about: dict[str, object] = {
        "kind": KIND,
        "thresholds": taught.thresholds,
        "calibration": taught.calibration,
        "unit_spaces": ("good",),
        "data_fingerprint": data_fingerprint([p.name for p in lesson.parts], ["OK"] * len(lesson.parts), _vectors(lesson)),
        "trainer_version": f"station {__version__}",
        "git_commit": "unknown",
        "training": {
            "good_parts": len(lesson.parts), "defective_parts": 0, "sessions": ", ".join(taught.calibration.sessions),
            "taught_by": actor, "seconds": round(lesson.seconds, 1),
        },
    }  # fmt: skip
    manifest = new_manifest(registry, recipe.model, recipe, about)
    append_event(
        engine, "publish", actor, model=manifest.name, version=manifest.version, what=KIND, parts=len(lesson.parts),
        recipe=recipe.name, revision=recipe.revision, signed=key is not None,
    )  # fmt: skip
    publish_bundle(registry, manifest, taught.model, _goldens(lesson), lambda folder: _write_report(folder, manifest, lesson), key)
    if lesson.references:
        recipe = save_recipe(lesson.before, recipe, engine, actor, lesson.references)
    return manifest, recipe


def save_recipe(old: Recipe, new: Recipe, engine: Engine, actor: str, references: Mapping[str, Picture] | None = None) -> Recipe:
    """`models.recipe_history.save_revision`, written down as an event first. Raises RecipeError, StoreError: nothing was saved."""
    append_event(engine, "recipe", actor, recipe=old.name, revision=new.revision, before=old.revision, new_references=len(references or {}))
    return save_revision(old, new, references)


def _references(recipe: Recipe, parts: Sequence[GoodPart], told: Told) -> dict[str, Picture]:
    references = {}
    for i, view in enumerate(recipe.views):
        told(0.1 * i / len(recipe.views), "reference")
        pictures = [part.pictures[view.name] for part in parts if view.name in part.pictures]
        if len(pictures) < len(parts):
            raise DataError(f"{len(parts) - len(pictures)} of the parts have no picture of view {view.name}; remove them")
        wrong = next((p for p in pictures if p.shape != (view.height, view.width)), None)
        if wrong is not None:
            raise DataError(
                f"view {view.name}: a picture has {wrong.shape[1]} x {wrong.shape[0]} px, the recipe expects {view.width} x {view.height} px"
            )
        references[view.name] = reference_picture(pictures, recipe.alignment, recipe.polarity)
    return references


def _vectors(lesson: Lesson) -> NDArray[np.float32]:
    return np.stack([f.vectors for f in lesson.features])


def _goldens(lesson: Lesson) -> list[Golden]:
    region = np.arange(lesson.features[0].vectors.shape[0])
    return [Golden(f.pictures, f.vectors, lesson.taught.model.evaluate(f.vectors, region).score) for f in lesson.features[:_N_GOLDEN]]


def _write_report(folder: Path, manifest: Manifest, lesson: Lesson) -> None:
    """One page: what it was taught on, what it rests on, the scores of the parts left out, the first part's pictures."""
    folder.mkdir()
    scores, limits = lesson.taught.scores, manifest.thresholds
    rows = "".join(
        f"<tr><td>{html.escape(part.name)}</td><td>{score:.2f}</td></tr>" for part, score in zip(lesson.parts, scores.tolist(), strict=True)
    )
    pictures = ""
    for view, picture in lesson.features[0].pictures.items():
        encoded = base64.b64encode(cv2.imencode(".png", picture)[1].tobytes()).decode()
        pictures += f'<p>{html.escape(view)}<br><img alt="" src="data:image/png;base64,{encoded}"></p>'
    title = html.escape(f"Model {manifest.name} {manifest.version} ({manifest.kind})")
    warning = f"<p><b>{html.escape(manifest.calibration.warning)}</b></p>" if manifest.calibration.warning else ""
    page = f"""<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>
<style>body{{font:15px/1.5 sans-serif;max-width:60rem;margin:2rem auto}}td{{padding:.1rem .8rem}}img{{max-width:100%}}</style>
<h1>{title}</h1><p>Taught on the station from {len(lesson.parts)} good parts of {html.escape(", ".join(manifest.calibration.sessions))};
no defective part was shown to it. OK at most {limits.ok_at_most:.2f}, NG above {limits.ng_above:.2f},
for {html.escape(manifest.calibration.target)}.</p>{warning}
<h2>Scores of the parts that were left out</h2><table>{rows}</table><h2>The first part, as it was cut</h2>{pictures}</html>"""
    (folder / "report.html").write_text(page, encoding="utf-8")
