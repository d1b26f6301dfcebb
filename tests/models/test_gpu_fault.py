from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from models.manifest import ModelError
from models.registry import Registry
from models.runtime import Provider, Session
from models.scorer import Scorer
from tests.gpu import Gpu

Rows = NDArray[np.float32]


@pytest.fixture
def gpu() -> Gpu:
    return Gpu()


def scorer_on(gpu: Gpu, registry: Registry, require_cuda: bool = False) -> Scorer:
    return Scorer(registry.folder("small", "1"), "cuda", require_cuda, open_session=gpu.open_session, way="separate")


def test_when_the_gpu_fails_the_same_vectors_are_scored_on_the_cpu(gpu: Gpu, registry: Registry, small_vectors: Rows) -> None:
    scorer = scorer_on(gpu, registry)
    assert (scorer.provider, scorer.gpu_fault) == ("CUDA", None)
    before = [scorer.score(rows) for rows in small_vectors[:3]]
    gpu.runs_left = 0
    after = [scorer.score(rows) for rows in small_vectors[:3]]
    assert all(np.array_equal(a.score, b.score) for a, b in zip(before, after, strict=True))
    assert scorer.provider == "CPU", "the record names the one that judged"
    assert gpu.opened == ["auto", "cpu"], "one session on the CPU, made at once and kept"
    assert scorer.gpu_fault is not None
    assert str(scorer.gpu_fault).startswith("the GPU failed: CUDA failure 719: unspecified launch failure ; GPU=0; judging on the CPU since 2")


def test_the_gpu_judges_again_after_its_golden_test(gpu: Gpu, registry: Registry, small_vectors: Rows) -> None:
    scorer = scorer_on(gpu, registry)
    gpu.runs_left = 0
    scorer.score(small_vectors[0])
    assert not scorer.try_gpu_again(), "the golden test fails on it"
    assert scorer.gpu_fault is not None
    gpu.runs_left, gpu.is_gone = 10**9, True
    assert not scorer.try_gpu_again(), "the runtime got the CPU"
    scorer.score(small_vectors[0])
    assert scorer.provider == "CPU"
    gpu.is_gone = False
    assert scorer.try_gpu_again()
    assert scorer.gpu_fault is None
    scorer.score(small_vectors[0])
    assert scorer.provider == "CUDA"
    gpu.runs_left = 0  # and it may break a second time
    scorer.score(small_vectors[0])
    assert scorer.provider == "CPU"
    assert scorer.gpu_fault is not None
    assert gpu.opened.count("cpu") == 1


def test_where_cuda_is_required_nothing_is_scored_by_the_cpu(gpu: Gpu, registry: Registry, small_vectors: Rows) -> None:
    scorer = scorer_on(gpu, registry, require_cuda=True)
    gpu.runs_left = 0
    for _ in range(2):
        with pytest.raises(ModelError, match="model small 1: the GPU failed, and require_cuda is set: CUDA failure 719"):
            scorer.score(small_vectors[0])
    assert gpu.opened == ["cuda"]
    assert "; parts are held since" in str(scorer.gpu_fault)
    gpu.runs_left = 10**9
    assert scorer.try_gpu_again()
    assert np.isfinite(scorer.score(small_vectors[0]).score).all()
    assert (scorer.provider, scorer.gpu_fault) == ("CUDA", None)


def test_a_session_that_has_failed_is_never_asked_again_though_it_would_answer(gpu: Gpu, registry: Registry, small_vectors: Rows) -> None:
    scorer = scorer_on(gpu, registry, require_cuda=True)
    gpu.runs_left, gpu.heals = 0, True
    for _ in range(3):
        with pytest.raises(ModelError, match="the GPU failed, and require_cuda is set"):
            scorer.score(small_vectors[0])
    assert "; parts are held since" in str(scorer.gpu_fault)
    assert scorer.try_gpu_again(), "a new session that passes the golden test may"
    assert np.isfinite(scorer.score(small_vectors[0]).score).all()


def test_a_gpu_that_fails_the_golden_test_at_loading_leaves_it_to_the_cpu(gpu: Gpu, registry: Registry) -> None:
    gpu.runs_left = 2  # the contract is checked with two runs
    scorer = scorer_on(gpu, registry)
    assert scorer.provider == "CPU"
    assert scorer.gpu_fault is not None
    with pytest.raises(ModelError, match="the GPU failed, and require_cuda is set"):
        scorer_on(gpu, registry, require_cuda=True)


def test_vectors_that_no_provider_takes_are_no_fault_of_the_gpu(gpu: Gpu, registry: Registry) -> None:
    scorer = scorer_on(gpu, registry)
    with pytest.raises(Exception, match="INVALID_ARGUMENT"):
        scorer.score(np.zeros((3, 7), np.float32))
    assert (scorer.provider, scorer.gpu_fault) == ("CUDA", None)


def test_a_scorer_that_began_on_the_cpu_never_asks_for_the_gpu(gpu: Gpu, registry: Registry) -> None:
    scorer = Scorer(registry.folder("small", "1"), "cpu", open_session=gpu.open_session)
    with pytest.raises(Exception, match="INVALID_ARGUMENT"):
        scorer.score(np.zeros((3, 7), np.float32))
    assert gpu.opened == ["cpu"]
    assert scorer.gpu_fault is None


def test_where_the_cpu_cannot_take_over_the_part_is_held_and_it_is_told(gpu: Gpu, registry: Registry, small_vectors: Rows) -> None:
    def without_cpu(content: bytes, label: str, provider: Provider) -> Session:
        if provider == "cpu":
            raise ModelError("no memory")
        return gpu.open_session(content, label, provider)

    scorer = Scorer(registry.folder("small", "1"), "cuda", open_session=without_cpu)
    gpu.runs_left = 0
    for _ in range(2):
        with pytest.raises(ModelError, match=r"the GPU failed \(CUDA failure 719.*\), and the CPU cannot take over: no memory"):
            scorer.score(small_vectors[0])
    assert scorer.provider == "CUDA"
    assert "; parts are held since" in str(scorer.gpu_fault)
    gpu.runs_left = 10**9
    assert scorer.try_gpu_again()
    assert np.isfinite(scorer.score(small_vectors[0]).score).all()
