from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.manifest import Thresholds
from models.thresholds import Target, expected_escapes, expected_overkill, thresholds
from trainer.calibration import calibration
from trainer.data import DataError
from trainer.evaluation import Judged, angular_similarity, auroc, compare, table


def judged(modes: list[str], scores: list[float], limit: float = 1.0, **changes: object) -> Judged:
    row = {
        "names": tuple(f"p{i}" for i in range(len(modes))),
        "modes": np.array(modes),
        "scores": np.array(scores, np.float32),
        "by_view": {},
        "positions": ("",) * len(modes),
        "thresholds": Thresholds(ok_at_most=limit, ng_above=2 * limit),
        "cues": None,
    }
    return Judged(**(row | changes))  # type: ignore[arg-type]


def test_figures_count_escapes_by_mode_and_overkill() -> None:
    rows = judged(["OK", "OK", "M", "M", "X"], [0.5, 3, 0.9, 1.1, 5]).figures()
    assert [(f.what, f.wrong, f.parts) for f in rows] == [("overkill", 1, 2), ("escape M", 1, 2), ("escape X", 0, 1), ("escape in all", 1, 3)]
    assert "| escape M | 1 | 2 | 50.0% |" in table(rows)


def test_a_held_part_is_overkill_if_good_and_no_escape_if_defective() -> None:
    one = judged(["OK", "M"], [np.nan, np.nan])
    assert [(f.what, f.wrong) for f in one.figures()] == [("overkill", 1), ("escape M", 0)]


def test_escapes_are_counted_by_position_and_by_view() -> None:
    one = judged(
        ["OK", "M", "M"], [0.5, 0.5, 4], positions=("", "row 0, column 3", "row 1, column 3"),
        by_view={"left": np.array([0.5, 0.5, 0.2], np.float32), "right": np.array([3, 0.1, 4], np.float32)},
    )  # fmt: skip
    rows = {f.what: (f.wrong, f.parts) for f in one.positions_and_views()}
    assert rows == {
        "escape at row 0, column 3": (1, 1),
        "escape at row 1, column 3": (0, 1),
        "overkill, view left alone": (0, 1),
        "escape, view left alone": (2, 2),
        "overkill, view right alone": (1, 1),
        "escape, view right alone": (1, 2),
    }


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=20), st.lists(st.floats(-5, 5), min_size=1, max_size=20))
def test_auroc_is_the_chance_that_the_defective_part_scores_higher(good: list[float], bad: list[float]) -> None:
    pairs = [(b > g) + 0.5 * (b == g) for b in bad for g in good]
    assert auroc(np.array(good), np.array(bad)) == pytest.approx(sum(pairs) / len(pairs))


def test_a_cue_counts_whichever_way_round_it_tells() -> None:
    cues = np.array([[10, 0, 0], [11, 0, 0], [2, 0, 0], [3, 0, 0]], np.float32)
    assert judged(["OK", "OK", "M", "M"], [0, 0, 1, 1], cues=cues).cue_aurocs()["mean brightness"] == {"M": 1.0, "all": 1.0}


def test_the_authors_similarity_is_at_least_one_half_for_every_non_negative_pair() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.uniform(0, 1, (200, 128)), rng.uniform(0, 1, (200, 128))
    assert (angular_similarity(a, b) >= 0.5).all()
    assert angular_similarity(a, -a) == pytest.approx(np.zeros(200), abs=1e-6)


def test_a_clear_difference_is_evidence_and_a_small_one_is_not() -> None:
    modes = ["OK"] * 50 + ["M"] * 30
    a = judged(modes, [0.1] * 50 + [0.5] * 12 + [5] * 18)
    b = judged(modes, [0.1] * 49 + [5] + [5] * 30)
    escapes, overkill = compare(a, b)
    assert (escapes.wrong, escapes.only) == ((12, 0), (12, 0))
    assert escapes.p_value == pytest.approx(2 * 0.5**12)
    assert escapes.words.startswith("B is better")
    assert escapes.difference[0] == pytest.approx(-0.4)
    assert escapes.difference[1] < -0.4 < escapes.difference[2] < 0
    assert overkill.words.startswith("no evidence")
    assert compare(b, a)[0].words.startswith("B is worse")


def test_other_parts_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="the same parts"):
        compare(judged(["OK"], [1]), judged(["OK"], [1], names=("other",)))


@given(st.lists(st.floats(0, 100), min_size=8, max_size=200), st.floats(0.001, 0.5))
def test_thresholds_are_in_order_and_pass_the_share_asked_for(scores: list[float], overkill: float) -> None:
    limits = thresholds(np.array(scores, np.float32), Target(overkill))
    assert limits.ok_at_most <= limits.ng_above
    passed = np.mean(np.array(scores, np.float32) <= limits.ok_at_most + 1e-4)
    assert passed >= min(1 - overkill, 0.9) - 1 / len(scores)


def test_thresholds_of_an_exponential_tail_are_where_it_says() -> None:
    rng = np.random.default_rng(0)
    for n, overkill in ((120, 0.005), (100_000, 0.005), (300, 0.02)):
        limits = [thresholds(rng.exponential(1, n).astype(np.float32), Target(overkill)).ok_at_most for _ in range(40)]
        true = [np.mean(rng.exponential(1, 20_000) > limit) for limit in limits]
        assert np.median(true) == pytest.approx(overkill, rel=0.5)


@given(st.lists(st.floats(0.5, 500), min_size=8, max_size=100), st.floats(0.2, 0.9))
def test_a_threshold_for_escapes_passes_no_more_than_that_share(scores: list[float], share: float) -> None:
    bad = np.array(scores, np.float32)
    limit = thresholds(np.zeros(20, np.float32), Target(escapes=share), bad).ok_at_most
    assert np.mean(bad < limit - 1e-4) <= share + 1 / len(bad)


def test_a_rare_escape_target_lies_below_the_lowest_defect_seen() -> None:
    bad = np.exp(np.random.default_rng(0).normal(3, 0.5, 60)).astype(np.float32)
    assert thresholds(np.zeros(20, np.float32), Target(escapes=0.001), bad).ok_at_most < bad.min()


def test_the_least_cost_threshold_lies_in_the_gap_and_moves_with_the_costs() -> None:
    rng = np.random.default_rng(0)
    good, bad = rng.exponential(0.4, 120).astype(np.float32), np.exp(rng.normal(3, 0.5, 60)).astype(np.float32)
    cheap, dear = (thresholds(good, Target(cost_of_escape=c), bad).ok_at_most for c in (1, 100))
    assert np.quantile(good, 0.95) < dear < cheap < bad.min()


def test_expected_rates_go_down_and_up_with_the_threshold() -> None:
    rng = np.random.default_rng(0)
    good, bad, at = rng.exponential(1, 120).astype(np.float32), np.exp(rng.normal(3, 1, 60)).astype(np.float32), np.linspace(0.01, 50, 500)
    assert (np.diff(expected_overkill(good, at)) <= 0.011).all()
    assert (np.diff(expected_escapes(bad, at)) >= -0.021).all()


@pytest.mark.parametrize("target", [Target(escapes=0.01), Target(cost_of_escape=5)])
def test_a_target_that_needs_defective_parts_says_so(target: Target) -> None:
    with pytest.raises(DataError, match="at least 8 defective parts in the calibration sessions; there are 3"):
        thresholds(np.ones(20, np.float32), target, np.ones(3, np.float32))


@pytest.mark.parametrize("values", [{"overkill": 0}, {"overkill": 1.5}, {"escapes": 2}, {"cost_of_escape": -1}, {"defect_rate": 0}])
def test_an_impossible_target_is_refused(values: dict[str, float]) -> None:
    with pytest.raises(DataError, match="expected more than 0"):
        Target(**values)


def test_a_calibration_that_is_too_small_warns_with_three_over_n() -> None:
    from models.part_files import PartFiles
    from trainer.data import Parts

    parts = Parts(tuple(PartFiles(str(i), {}, "monday") for i in range(30)), np.zeros((30, 1, 1404), np.float32), np.array(["OK"] * 30))
    small = calibration(parts, "session", Target())
    assert small.warning == "30 good calibration parts cannot show an overkill of 0.50%: none of 30 wrong means only at most 11.6% (95 %)"
    assert calibration(parts, "session", Target(0.2)).warning == ""
    assert "20 defective calibration parts cannot show escapes of 1.00%" in calibration(parts, "session", Target(escapes=0.01), 20).warning


def test_an_escape_target_that_no_threshold_reaches_is_refused() -> None:
    bad = np.concatenate([np.full(30, -0.2), np.full(70, 9.0)]).astype(np.float32)
    with pytest.raises(DataError, match=r"no threshold lets so few as 1.00% .* 30.0% score like the median good part"):
        thresholds(np.zeros(20, np.float32), Target(escapes=0.01), bad)


def test_a_report_is_written_though_a_whole_mode_was_held_or_one_part_is_judged() -> None:
    from trainer import plots
    from trainer.report import _aurocs

    one = judged(["OK", "OK", "M", "F"], [0.1, 0.2, 5, np.nan], cues=np.array([[1, 2, 3]] * 3 + [[np.nan] * 3], np.float32))
    assert "–" in _aurocs(one, one.aurocs())
    assert plots.png(plots.embedding_map(np.ones((1, 128)), ["OK"]))
