"""Running a model over a split: the same numbers as sample by sample, also with swapped inputs."""

import numpy as np
import pytest
import torch
from tiny_runs import array_run

from i2moe_core.explain.evaluate import encode_rows, evaluate_rows, other_rows, run_expert, run_mixture
from i2moe_core.explain.pointwise import (
    class_weights,
    component_sizes,
    mean_prediction,
    swapped_predictions,
)


@pytest.fixture(scope="module")
def opened():
    return array_run(missing=0.2)


def test_batches_make_no_difference(opened):
    run, data = opened
    rows = np.array([5, 2, 40, 41, 7])
    whole, pieces = evaluate_rows(run.model, data, rows), evaluate_rows(run.model, data, rows, size=2)
    for name in ("logits", "weights", "expert_logits", "single", "joint"):
        torch.testing.assert_close(getattr(whole, name), getattr(pieces, name), atol=1e-6, rtol=0)
    with torch.no_grad():
        alone = run.model(data.batch([40]))
    torch.testing.assert_close(whole.logits[2], alone.logits[0].double(), atol=1e-6, rtol=0)
    torch.testing.assert_close(
        whole.expert_logits[:, 2], alone.expert_logits[:, 0, 0].double(), atol=1e-6, rtol=0
    )
    assert whole.targets.tolist() == data.targets[rows].tolist()


def test_swapped_inputs_come_from_the_named_rows(opened):
    run, data = opened
    features = encode_rows(run.model, data, np.arange(60))
    first, second = torch.tensor([3, 4, 5]), torch.tensor([10, 4, 30])
    logits, weights, experts = run_mixture(run.model, features, [first, second], size=2)
    with torch.no_grad():
        said = run.model.mix([features[0][first], features[1][second]])
    torch.testing.assert_close(logits, said.logits.double(), atol=1e-6, rtol=0)
    torch.testing.assert_close(weights, said.weights.double(), atol=1e-6, rtol=0)
    synergy = run_expert(run.model.experts[2], features, [first, second])
    torch.testing.assert_close(synergy, experts[2], atol=1e-6, rtol=0)


def test_other_rows_are_others_and_reach_all():
    rows = torch.arange(4).repeat(200)
    others = other_rows(rows, 4, torch.Generator().manual_seed(0))
    assert (others != rows).all()
    assert set(others[rows == 1].tolist()) == {0, 2, 3}
    assert other_rows(torch.tensor([0]), 1, torch.Generator()).tolist() == [0]


def test_features_can_stand_in_where_gradients_are_taken(opened):
    run, data = opened
    features = encode_rows(run.model, data, np.arange(4))
    weight = torch.ones(8, requires_grad=True)
    (features[0].tokens * weight).sum().backward()
    assert weight.grad is not None


def test_what_a_modality_alone_makes_a_blind_model_say_is_what_it_says_anyway():
    run, data = array_run(probes=False)
    with torch.no_grad():
        for expert in run.model.experts:
            expert.head.weight.zero_()
            expert.head.bias.copy_(torch.tensor([1.0, 0.0, -1.0]))
    features = encode_rows(run.model, data, np.arange(20))
    single, joint = swapped_predictions(run.model, features, swaps=5)
    assert single.shape == (2, 20, 3)
    for m in range(2):
        torch.testing.assert_close(single[m].softmax(-1), joint.softmax(-1), atol=1e-6, rtol=0)


def test_the_mean_prediction_averages_probabilities():
    logits = torch.tensor([[[0.0, 0.0]], [[np.log(3.0), 0.0]]])
    mean = mean_prediction("multiclass", logits).softmax(-1)
    assert mean[0].tolist() == pytest.approx([0.625, 0.375])
    assert mean_prediction("multilabel", logits).sigmoid()[0].tolist() == pytest.approx([0.625, 0.5])
    assert mean_prediction("regression", logits)[0, 0].item() == pytest.approx(np.log(3) / 2)


def test_component_sizes_weigh_classes_by_their_probability():
    components = torch.tensor([[[1.0, -3.0]], [[0.0, 2.0]]])  # (2, 1, 2)
    joint = torch.tensor([[np.log(3.0), 0.0]])  # .75, .25
    assert component_sizes("multiclass", components, joint)[0].tolist() == pytest.approx([1.5, 0.5])
    assert class_weights("multilabel", joint)[0].tolist() == [0.5, 0.5]
