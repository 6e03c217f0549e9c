"""A sample as changeable numbers: unchanged it answers as the model does; its cells cover it once."""

import numpy as np
import pytest
import torch
from tiny_runs import array_run, scenes_run, stretch, values_of

from i2moe_core.data.batching import encode_sample
from i2moe_core.errors import InputError
from i2moe_core.explain.attribution.baselines import Baseline
from i2moe_core.explain.attribution.problem import build_problem


@pytest.fixture(scope="module")
def scenes():
    run, _ = scenes_run()
    stretch(run.model, 1.5)
    return run


def test_unchanged_inputs_give_the_models_own_answer(scenes):
    values = values_of(scenes, 3)
    problem = build_problem(scenes, values)
    batch = encode_sample(values, scenes.reference.modalities, scenes.config.data, scenes.vocabulary)
    with torch.inference_mode():
        own = scenes.model(batch)
        ours = problem.forward(*problem.inputs)
    torch.testing.assert_close(ours.logits, own.logits)
    torch.testing.assert_close(ours.weights, own.weights)
    torch.testing.assert_close(ours.expert_logits, own.expert_logits)


def test_cell_numbers_are_disjoint_and_cover_every_number(scenes):
    problem = build_problem(scenes, values_of(scenes, 0))
    sets = [set(numbers.unique().tolist()) for numbers in problem.cell_numbers]
    assert not sets[0] & sets[1]
    assert sets[0] | sets[1] == set(range(len(problem.cells)))
    assert [len(s) for s in sets] == [64, len(values_of(scenes, 0)["text"].split())]
    ones = tuple(torch.ones_like(x) for x in problem.inputs)
    width = problem.inputs[1].shape[-1]
    assert problem.sum_cells(ones).tolist() == [48.0] * 64 + [float(width)] * len(sets[1])


def test_removed_cells_become_the_baseline_and_the_others_stay(scenes):
    problem = build_problem(scenes, values_of(scenes, 0), baseline=Baseline(image="zero", text="zero"))
    kept = torch.ones(2, len(problem.cells), dtype=torch.bool)
    kept[1, 9] = False  # the patch in row 2, column 2
    kept[1, 64] = False  # the first word
    image, text = problem.compose(kept)
    assert torch.equal(image[0], problem.inputs[0][0])
    changed = (image[1] != problem.inputs[0][0]).any(0)
    assert changed[4:8, 4:8].all()
    assert changed.sum() == 16
    assert (text[1, 0] == 0).all()
    assert torch.equal(text[1, 1:], problem.inputs[1][0, 1:])


def test_versions_in_slices_are_the_versions_at_once(scenes):
    problem = build_problem(scenes, values_of(scenes, 1))
    kept = torch.rand(9, len(problem.cells), generator=torch.Generator().manual_seed(0)) < 0.5
    one, many = problem.evaluate(kept, 2), problem.evaluate(kept, 64)
    torch.testing.assert_close(one.logits, many.logits)
    torch.testing.assert_close(one.expert_logits, many.expert_logits)
    assert one.expert_logits.shape == (4, 1, 9, 3)


@pytest.mark.parametrize("missing", ["image", "text"])
def test_a_missing_modality_is_no_input_but_the_answer_is_the_models(scenes, missing):
    values = values_of(scenes, 2) | {missing: None}
    problem = build_problem(scenes, values)
    assert missing not in problem.names
    batch = encode_sample(values, scenes.reference.modalities, scenes.config.data, scenes.vocabulary)
    with torch.inference_mode():
        torch.testing.assert_close(problem.forward(*problem.inputs).logits, scenes.model(batch).logits)


def test_three_arrays_are_three_inputs():
    run, _ = array_run("regression", 3)
    problem = build_problem(run, values_of(run, 0))
    assert problem.kinds == ("array",) * 3
    assert [c.label for c in problem.cells[:5]] == [
        "number 1",
        "number 2",
        "number 3",
        "number 4",
        "number 1",
    ]
    assert [c.modality for c in problem.cells[3:5]] == ["x1", "x2"]


def test_the_mean_baseline_is_the_mean_of_the_reference():
    run, _ = array_run()
    problem = build_problem(run, values_of(run, 0))
    expected = np.mean(run.reference.raw["x2"], axis=0)
    np.testing.assert_allclose(problem.baselines[1][0].numpy(), expected, atol=1e-6)


def test_refusals_name_what_is_wrong(scenes):
    with pytest.raises(InputError, match="Did you mean 'blur'"):
        build_problem(scenes, values_of(scenes, 0), baseline=Baseline(image="blurr"))
    with pytest.raises(InputError, match="Nothing was given"):
        build_problem(scenes, {"image": None, "text": " "})
    vanilla, _ = array_run(recipe="vanilla")
    with pytest.raises(InputError, match="single fusion"):
        build_problem(vanilla, values_of(vanilla, 0))
