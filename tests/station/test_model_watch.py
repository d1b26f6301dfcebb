from __future__ import annotations

import shutil
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.features import FeatureExtractor
from models.manifest import ModelError
from models.recipe import Recipe
from models.registry import Registry
from models.scorer import Scored, Scorer
from models.signing import new_key, sign_bundle
from station.inspector import Inspector
from station.model_watch import Loader, ModelWatch
from station.shot import Frame, Shot, Ticket, now
from tests.gpu import Gpu
from tests.small import small_picture
from tests.station.parts import wait_until


@pytest.fixture
def loader(registry: Registry, recipe: Recipe) -> Loader:
    return Loader(registry, recipe, "cpu")


def test_first_start_activates_the_newest_version_and_later_ones_wait(loader: Loader) -> None:
    assert loader.active_version() == "2"
    loader.registry.activate("small", "1")
    assert loader.active_version() == "1"


def test_a_store_without_the_recipes_model_says_what_to_do(tmp_path: Path, recipe: Recipe) -> None:
    (tmp_path / "store").mkdir()
    with pytest.raises(ModelError, match=r"wants model 'small'.*python -m trainer teach"):
        Loader(Registry(tmp_path / "store", tmp_path / "active"), recipe).active_version()


def test_an_activated_version_is_handed_over_and_rolling_back_too(loader: Loader) -> None:
    loader.registry.activate("small", "1")
    swapped: list[Inspector] = []
    failures: list[str] = []
    watch = ModelWatch(loader, "1", swapped.append, failures.append)
    watch.start()
    try:
        loader.registry.activate("small", "2")
        wait_until(lambda: len(swapped) == 1)
        loader.registry.roll_back("small")
        wait_until(lambda: len(swapped) == 2)
    finally:
        watch.stop()
    assert [i.judge.model_version for i in swapped] == ["2", "1"]
    assert failures == []


def test_a_version_damaged_after_activation_leaves_the_old_one_judging(loader: Loader) -> None:
    registry = loader.registry
    registry.activate("small", "1")
    swapped: list[Inspector] = []
    failures: list[str] = []
    watch = ModelWatch(loader, "1", swapped.append, failures.append)
    watch.start()
    try:
        registry.activate("small", "2")
        wait_until(lambda: len(swapped) == 1)
        model = registry.folder("small", "1") / "model.onnx"
        content = model.read_bytes()
        model.write_bytes(content[:-1])
        registry.pointer("small").write_text('activated = ["1"]')
        wait_until(lambda: len(failures) == 1)
        assert "sha256" in failures[0]
        assert "version 2 goes on judging" in failures[0]
        model.write_bytes(content)
        registry.activate("small", "2")
        wait_until(lambda: failures[-1] == "")
    finally:
        watch.stop()
    assert [i.judge.model_version for i in swapped] == ["2"]


def test_a_refused_version_is_tried_again_by_itself(loader: Loader) -> None:
    registry = loader.registry
    registry.activate("small", "1")
    swapped: list[Inspector] = []
    failures: list[str] = []
    watch = ModelWatch(loader, "1", swapped.append, failures.append, try_again_s=0.0)
    watch.start()
    model = registry.folder("small", "2") / "model.onnx"
    away = model.with_name("away")
    try:
        registry.activate("small", "2")
        wait_until(lambda: len(swapped) == 1)
        registry.activate("small", "1")
        wait_until(lambda: len(swapped) == 2)
        model.rename(away)  # a share that is away
        registry.pointer("small").write_text('activated = ["1", "2"]')
        wait_until(lambda: len(failures) == 1)
        away.rename(model)
        wait_until(lambda: len(swapped) == 3)
        wait_until(lambda: failures[-1] == "")
    finally:
        watch.stop()
    assert [i.judge.model_version for i in swapped] == ["2", "1", "2"]
    assert len(failures) == 2, "told once, however often it was tried"


def test_judging_that_does_not_answer_is_told_until_it_does(loader: Loader, caplog: pytest.LogCaptureFixture) -> None:
    loader.registry.activate("small", "1")
    inspector, told = loader.load("1"), []
    is_asked, may_answer = threading.Event(), threading.Event()
    score = inspector.scorer.score_thumbnails

    def hang(*given: Any) -> Scored:
        is_asked.set()
        assert may_answer.wait(20)
        return score(*given)

    inspector.scorer.score_thumbnails = hang  # type: ignore[method-assign]
    watch = ModelWatch(loader, "1", lambda _: None, told.append, lambda: inspector, hangs_s=0.2)
    shot = Shot(Ticket(1, "", "", ""), (Frame("front", small_picture(np.random.default_rng(0)), now()),))
    judging = threading.Thread(target=inspector.inspect, args=(shot,))
    watch.start()
    judging.start()
    try:
        assert is_asked.wait(20)
        wait_until(lambda: told == ["judging on CPU does not answer: end the program and start it again"])
        may_answer.set()
        wait_until(lambda: told[1:] == [""])
    finally:
        may_answer.set()
        judging.join()
        watch.stop()
    assert caplog.text.count("does not answer") == 1


def test_a_bundle_that_lies_in_another_versions_folder_does_not_judge(loader: Loader) -> None:
    store = loader.registry.store / "small"
    (store / "2").rename(store / "away")
    shutil.copytree(store / "1", store / "2")
    with pytest.raises(ModelError, match="small/2: its manifest says small 1"):
        loader.load("2")


def test_an_untrusted_version_leaves_the_old_one_judging_and_says_why(registry: Registry, recipe: Recipe, tmp_path: Path) -> None:
    public = new_key(tmp_path / "key.pem")
    sign_bundle(registry.folder("small", "1"), tmp_path / "key.pem")
    registry.activate("small", "1")
    swapped: list[Inspector] = []
    failures: list[str] = []
    loader = Loader(Registry(registry.store, registry.state, [public]), recipe, "cpu")
    assert loader.load("1").judge.model_version == "1"
    watch = ModelWatch(loader, "1", swapped.append, failures.append)
    watch.start()
    try:
        registry.activate("small", "2")  # by a program that knows of no keys, or by hand
        wait_until(lambda: len(failures) == 1)
        sign_bundle(registry.folder("small", "2"), tmp_path / "key.pem")
        registry.activate("small", "1")
        registry.activate("small", "2")
        wait_until(lambda: len(swapped) == 1)
    finally:
        watch.stop()
    assert "small/2: is not signed" in failures[0]
    assert "version 1 goes on judging" in failures[0]
    assert [i.judge.model_version for i in swapped] == ["2"]


def test_first_start_activates_no_version_that_is_not_trusted(registry: Registry, recipe: Recipe, tmp_path: Path) -> None:
    loader = Loader(Registry(registry.store, registry.state, [new_key(tmp_path / "key.pem")]), recipe, "cpu")
    with pytest.raises(ModelError, match="small/2: is not signed"):
        loader.active_version()
    assert registry.active("small") is None


def test_a_pointer_that_is_gone_activates_nothing(loader: Loader) -> None:
    loader.registry.activate("small", "1")
    swapped: list[Inspector] = []
    failures: list[str] = []
    watch = ModelWatch(loader, "1", swapped.append, failures.append)
    watch.start()
    try:
        loader.registry.pointer("small").unlink()
        wait_until(lambda: len(failures) == 1)
    finally:
        watch.stop()
    assert "is gone; activate a version again; version 1 goes on judging" in failures[0]
    assert swapped == []


def test_a_change_that_cannot_be_written_down_does_not_happen(loader: Loader) -> None:
    loader.registry.activate("small", "1")
    failures: list[str] = []

    def refuse(_: Inspector) -> None:
        raise ModelError("cannot be recorded")

    watch = ModelWatch(loader, "1", refuse, failures.append)
    watch.start()
    try:
        loader.registry.activate("small", "2")
        wait_until(lambda: len(failures) == 1)
        loader.registry.activate("small", "1")
        wait_until(lambda: failures[-1] == "")
    finally:
        watch.stop()
    assert failures == ["cannot be recorded; version 1 goes on judging", ""]


def test_a_version_activated_while_the_station_started_is_not_missed(loader: Loader) -> None:
    loader.registry.activate("small", "2")
    swapped: list[Inspector] = []
    watch = ModelWatch(loader, "1", swapped.append, lambda _: None)
    watch.start()
    wait_until(lambda: len(swapped) == 1)
    watch.stop()
    assert swapped[0].judge.model_version == "2"


def test_a_gpu_that_failed_is_told_tried_again_and_judges_again(loader: Loader, registry: Registry, recipe: Recipe) -> None:
    gpu = Gpu()
    inspector = Inspector(recipe, FeatureExtractor(recipe), Scorer(registry.folder("small", "1"), "cuda", open_session=gpu.open_session))
    shot = Shot(Ticket(1, "L", "O", "S"), (Frame("front", small_picture(np.random.default_rng(7)), now()),))
    registry.activate("small", "1")
    told: list[str] = []
    watch = ModelWatch(loader, "1", lambda _: None, told.append, lambda: inspector, try_again_s=0.0)
    watch.start()
    try:
        assert inspector.inspect(shot).judge.provider in ("CUDA", "CUDA fused")
        gpu.runs_left, n_opened = 0, gpu.opened.count("cuda")
        judged = inspector.inspect(shot)
        assert (judged.judge.provider, judged.verdict.judgement) == ("CPU", "OK"), "judged by the CPU, and the record says so"
        wait_until(lambda: len(told) == 1)
        assert told[0].startswith("the GPU failed: CUDA failure 719")
        wait_until(lambda: gpu.opened.count("cuda") > n_opened)  # tried again, in vain
        gpu.runs_left = 10**9
        wait_until(lambda: told[-1] == "")
        assert inspector.inspect(shot).judge.provider in ("CUDA", "CUDA fused")
    finally:
        watch.stop()


def test_a_refused_version_and_a_failed_gpu_are_both_told(loader: Loader, registry: Registry, recipe: Recipe) -> None:
    gpu = Gpu()
    scorer = Scorer(registry.folder("small", "1"), "cuda", open_session=gpu.open_session)
    inspector = Inspector(recipe, FeatureExtractor(recipe), scorer)
    registry.activate("small", "1")
    gpu.runs_left = 0
    scorer.score(np.zeros((3, 1404), np.float32))
    told: list[str] = []
    watch = ModelWatch(loader, "1", lambda _: None, told.append, lambda: inspector)
    watch.start()
    try:
        wait_until(lambda: len(told) == 1)
        registry.activate("small", "2")
        (registry.folder("small", "2") / "golden.npz").unlink()
        registry.pointer("small").write_text('activated = ["1", "2"]')
        wait_until(lambda: "; the GPU failed: " in told[-1])
        assert "golden.npz is missing; version 1 goes on judging; the GPU failed: " in told[-1]
        registry.activate("small", "1")
        wait_until(lambda: told[-1].startswith("the GPU failed: "))
    finally:
        watch.stop()
