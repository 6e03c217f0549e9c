"""The lessons that ask a model: stand-ins, removal, and two small trainings."""

import numpy as np
import pytest
import torch
from tiny_runs import array_run, scenes_run, stretch, values_of

from i2moe_core.analysis.audit import audit_model
from i2moe_core.errors import InputError
from i2moe_core.explain.attribution.problem import build_problem
from i2moe_core.explain.reference import reference_of
from i2moe_core.teaching.lessons.recipes import train_small
from i2moe_core.teaching.lessons.removal import RANDOM, removal
from i2moe_core.teaching.lessons.stand_ins import KINDS, replace_input


@pytest.fixture(scope="module")
def run():
    found, _ = scenes_run()
    stretch(found.model, 1.5)
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_an_expert_that_does_not_see_the_input_stays(run, kind):
    for modality in (0, 1):
        found = replace_input(run, modality, kind)
        assert found.moved[1 - modality] == pytest.approx(0, abs=1e-6)
        assert found.sure_after[1 - modality] == pytest.approx(found.sure_before[1 - modality], abs=1e-6)
        assert found.moved[modality] > 1e-4


def test_another_samples_input_is_as_near_as_real_ones_and_random_ones_are_not(run):
    assert replace_input(run, 0, "permutation").far == pytest.approx(1, abs=0.25)
    assert replace_input(run, 0, "random").far > 1.5


def test_zeros_lie_where_zero_lies(run):
    pooled = reference_of(run).features[0].pooled.double()
    found = replace_input(run, 0, "zero")
    centre = pooled.mean(0)
    directions = torch.linalg.svd(pooled - centre, full_matrices=False).Vh[:2]
    expected = (-centre @ directions.T).numpy()
    np.testing.assert_allclose(np.abs(found.stand_ins[0]), np.abs(expected), atol=1e-4)
    np.testing.assert_allclose(found.real.mean(0), 0, atol=1e-4)


def test_the_same_draws_each_time(run):
    first, second = (replace_input(run, 0, "random") for _ in range(2))
    np.testing.assert_allclose(first.sure_after, second.sure_after)


def test_removal_goes_in_the_maps_order(run):
    values, name = values_of(run, 2), run.reference.ids[2]
    found = removal(run, values, name, 1)
    count = len(found.cells)
    assert found.own.shape == (count + 1,)
    assert found.random.shape == (RANDOM, count + 1)
    assert (np.diff(found.values[found.order]) <= 0).all()
    np.testing.assert_allclose(found.random[:, 0], found.own[0], atol=1e-6)  # nothing is gone yet
    np.testing.assert_allclose(found.random[:, -1], found.own[-1], atol=1e-6)  # everything is
    problem = build_problem(run, values, name)
    kept = torch.ones(1, count, dtype=torch.bool)
    kept[0, found.order[:3].tolist()] = False
    said = problem.evaluate(kept).logits.softmax(-1)[0, 1]
    assert found.own[3] == pytest.approx(float(said), abs=1e-5)


def test_comprehensiveness_leaves_out_the_ends(run):
    found = removal(run, values_of(run, 2), run.reference.ids[2], 1)
    inner = (found.random.mean(0) - found.own)[1:-1]
    assert found.comprehensiveness == pytest.approx(float(inner.mean()))


def test_a_run_without_experts_is_refused():
    vanilla, _ = array_run(recipe="vanilla")
    with pytest.raises(InputError, match="single fusion"):
        replace_input(vanilla, 0, "zero")


def test_a_small_training_tells_how_far_it_is_and_repeats():
    shares = []
    first = train_small("faithful", 1, audit_model, shares.append, sizes=(120, 40, 80), epochs=1)
    again = train_small("faithful", 1, audit_model, sizes=(120, 40, 80), epochs=1)
    assert shares == sorted(shares)
    assert 0 < shares[0] < shares[-1] <= 1
    np.testing.assert_allclose(first.weights, again.weights, atol=1e-6)
    np.testing.assert_allclose(first.weights.sum(1), 1, atol=1e-5)
    assert first.interactions == ("unique:x1", "unique:x2", "synergy", "redundancy")
    assert first.weights.shape == (4, 4)


def test_what_the_progress_raises_ends_the_training():
    def stop(share):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_small("paper", 0, audit_model, stop, sizes=(60, 20, 20), epochs=1)


def test_the_lesson_is_true():
    """The claim of lesson 5, at the size that it trains: both are right, one's parts name the interaction."""
    paper, faithful = (train_small(recipe, 0, audit_model) for recipe in ("paper", "faithful"))
    assert abs(paper.accuracy - faithful.accuracy) < 0.03
    assert min(paper.accuracy, faithful.accuracy) > 0.9
    assert paper.irs < 0.5 < 0.8 < faithful.irs
    assert (faithful.weights.argmax(1) == np.arange(4)).all()
    assert not (paper.weights.argmax(1) == np.arange(4)).all()
