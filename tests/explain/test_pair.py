"""The explanation of one sample: it closes, it is the same on any day, and it bears gaps and all tasks."""

import dataclasses
import json
import time

import numpy as np
import pytest
import torch
from tiny_runs import array_run, scenes_run, stretch, values_of

from i2moe_core.errors import InputError
from i2moe_core.explain.pair import explain_pair, mismatch_probe, remix
from i2moe_core.explain.serialise import to_json_dict

TASKS = ("multiclass", "multilabel", "regression")


@pytest.fixture(scope="module")
def scenes():
    run, _ = scenes_run()
    stretch(run.model, 1.5)
    return run


@pytest.mark.parametrize("probes", [True, False])
@pytest.mark.parametrize("modalities", [2, 3])
@pytest.mark.parametrize("task", TASKS)
def test_contributions_add_up_to_what_the_model_says(task, modalities, probes):
    run, data = array_run(task, modalities, probes=probes)
    found = explain_pair(run, values_of(run, 5))
    with torch.no_grad():
        said = run.model(data.batch([5]))
    np.testing.assert_allclose(found.logits, said.logits[0], atol=1e-5)
    np.testing.assert_allclose(sum(e.contribution for e in found.experts), found.logits, atol=1e-9)
    np.testing.assert_allclose(found.weights, said.weights[0], atol=1e-6)
    assert sum(e.share for e in found.experts) == pytest.approx(1)


@pytest.mark.parametrize("probes", [True, False])
@pytest.mark.parametrize("modalities", [2, 3])
def test_components_add_up_to_the_joint_evidence(modalities, probes):
    run, data = array_run("multiclass", modalities, probes=probes)
    found = explain_pair(run, values_of(run, 5))
    batch = data.batch([5])
    with torch.no_grad():
        features = run.model.encode(batch)
        joint = run.model.probes(features, batch.present)[1] if probes else run.model.mix(features).logits
        smoothed = 0.99 * joint[0].softmax(-1) + 0.01 * run.model.prior
    np.testing.assert_allclose(found.components.sum(0), (smoothed / run.model.prior).log(), atol=1e-5)
    assert found.components_source == ("probes" if probes else "swaps")


@pytest.mark.parametrize("task", TASKS)
def test_shapes_and_json(task):
    run, _ = array_run(task, 3)
    found = explain_pair(run, values_of(run, 0), partners=7)
    classes = len(run.info.classes)
    assert found.perturbed.shape == (5, 3, 7, classes)
    assert found.mixture_perturbed.shape == (3, 7, classes)
    assert found.components.shape == (5, classes)
    values = json.loads(json.dumps(to_json_dict(found), allow_nan=False))
    wanted = {"prediction", "probability", "logits", "experts", "perturbed", "disagreement", "components"}
    assert wanted <= set(values)
    assert {"name", "weight", "prediction", "logits", "contribution", "share"} <= set(values["experts"][0])
    given = np.array([expert["contribution"] for expert in values["experts"]])
    np.testing.assert_allclose(given.sum(0), values["logits"], atol=1e-5)


def test_the_same_sample_gets_the_same_explanation(scenes):
    values = values_of(scenes, 3)
    first, again = explain_pair(scenes, values), explain_pair(scenes, dict(reversed(values.items())))
    assert first.sample_id == again.sample_id
    np.testing.assert_array_equal(first.perturbed, again.perturbed)
    other = explain_pair(scenes, values, sample_id="another name")
    assert not np.array_equal(first.perturbed, other.perturbed)
    np.testing.assert_allclose(first.logits, other.logits, atol=1e-6)


def test_replaced_answers_are_those_of_really_replaced_inputs(scenes):
    """Each perturbed answer must be found among the explanations of the composed samples."""
    values = values_of(scenes, 3)
    found = explain_pair(scenes, values, partners=3)
    texts = [row for row in range(len(scenes.reference)) if row != 3]
    composed = [values | {"text": scenes.reference.raw["text"][row]} for row in texts]
    answers = np.stack([explain_pair(scenes, c, partners=1).probabilities for c in composed])
    for answer in found.mixture_perturbed[1]:
        assert np.abs(answers - answer).max(-1).min() < 1e-5


def test_an_expert_ignores_what_it_does_not_see(scenes):
    found = explain_pair(scenes, values_of(scenes, 3))
    own = found.experts[0].probabilities
    np.testing.assert_allclose(found.perturbed[0, 1], np.broadcast_to(own, (16, 3)), atol=1e-6)
    assert np.abs(found.perturbed[0, 0] - own).max() > 1e-3


def test_a_reference_sample_is_never_its_own_partner(scenes):
    for row in range(0, 80, 9):
        values = values_of(scenes, row)
        probe = mismatch_probe(scenes, values, "image", count=1000)
        assert scenes.reference.ids[row] not in probe.ids
        assert len(probe.ids) == 79


def test_a_missing_modality_is_named_and_borne(scenes):
    values = values_of(scenes, 3)
    found = explain_pair(scenes, {"image": values["image"], "text": None})
    assert found.missing == ("text",)
    assert set(found.far) == {"image"}
    assert np.isfinite(found.perturbed).all()
    np.testing.assert_allclose(found.components[1], 0, atol=1e-6)  # what is missing adds nothing of its own
    same = explain_pair(scenes, {"image": values["image"]})
    np.testing.assert_array_equal(found.logits, same.logits)


@pytest.mark.parametrize("modalities", [2, 3])
def test_a_missing_modality_without_probes(modalities):
    run, _ = array_run("multiclass", modalities, probes=False)
    values = values_of(run, 0) | {"x1": None}
    found = explain_pair(run, values)
    np.testing.assert_allclose(found.components[0], 0, atol=1e-6)


def test_nothing_given_is_refused(scenes):
    with pytest.raises(InputError, match="at least one"):
        explain_pair(scenes, {"image": None, "text": "  "})


def test_an_unknown_modality_is_refused(scenes):
    with pytest.raises(InputError, match="'sound'"):
        explain_pair(scenes, {"sound": "x", "text": "y"})
    with pytest.raises(InputError, match="'sound'"):
        mismatch_probe(scenes, values_of(scenes, 0), "sound")


def test_a_single_fusion_has_nothing_to_break_down():
    run, _ = array_run(recipe="vanilla")
    with pytest.raises(InputError, match="single fusion"):
        explain_pair(run, values_of(run, 0))


def test_a_cut_text_is_noted(scenes):
    values = {"text": "the red circle " * 50}
    assert explain_pair(scenes, values).cut == {"text": scenes.config.data.max_tokens}
    assert explain_pair(scenes, {"text": "the red circle"}).cut == {}


def test_far_from_everything_is_seen_as_far():
    run, _ = array_run()
    near = explain_pair(run, values_of(run, 0))
    far = explain_pair(run, {name: 100 * value for name, value in values_of(run, 0).items()})
    assert far.far == {"x1": 100, "x2": 100}
    assert all(0 <= value < 100 for value in near.far.values())


def test_few_reference_samples_mean_few_partners():
    run, _ = array_run(size=6)
    assert explain_pair(run, values_of(run, 0)).perturbed.shape[2] == 5


def test_mean_weights_are_the_gates_mean(scenes):
    found = explain_pair(scenes, values_of(scenes, 0))
    every = [explain_pair(scenes, values_of(scenes, row), partners=1).weights for row in range(80)]
    np.testing.assert_allclose(found.mean_weights, np.mean(every, 0), atol=1e-5)


@pytest.mark.parametrize("task", TASKS)
def test_remix_with_the_own_weights_changes_nothing(task):
    run, _ = array_run(task)
    found = explain_pair(run, values_of(run, 0))
    logits, probabilities = remix(found, found.weights)
    np.testing.assert_allclose(logits, found.logits, atol=1e-9)
    np.testing.assert_allclose(probabilities, found.probabilities, atol=1e-9)


def test_remix_to_one_expert_is_that_expert(scenes):
    found = explain_pair(scenes, values_of(scenes, 0))
    for k, expert in enumerate(found.experts):
        logits, probabilities = remix(found, np.eye(4)[k])
        np.testing.assert_allclose(logits, expert.logits)
        np.testing.assert_allclose(probabilities, expert.probabilities, atol=1e-6)


def test_mismatch_probe_answers_are_those_of_the_composed_samples(scenes):
    values = values_of(scenes, 3)
    probe = mismatch_probe(scenes, values, "text", count=4)
    assert probe.weights.shape == probe.shares.shape == probe.expert_probability.shape == (4, 4)
    first = int(explain_pair(scenes, values).probabilities.argmax())
    for k, name in enumerate(probe.ids):
        row = scenes.reference.ids.index(name)
        assert probe.labels[k] == scenes.reference.classes[scenes.reference.targets[row]]
        there = explain_pair(scenes, values | {"text": scenes.reference.raw["text"][row]})
        assert probe.predictions[k] == there.prediction
        assert probe.mixture_probability[k] == pytest.approx(there.probabilities[first], abs=1e-5)
        np.testing.assert_allclose(probe.weights[k], there.weights, atol=1e-5)
        np.testing.assert_allclose(probe.shares[k], [e.share for e in there.experts], atol=1e-4)
        np.testing.assert_allclose(
            probe.expert_probability[k], [e.probabilities[first] for e in there.experts], atol=1e-5
        )
    assert mismatch_probe(scenes, values, "text", count=4).ids == probe.ids
    assert mismatch_probe(scenes, values, "text", count=4, seed=1).ids != probe.ids


def test_an_explanation_leaves_nothing_on_the_model(scenes):
    before = set(vars(scenes.model))
    values = {name: tensor.clone() for name, tensor in scenes.model.state_dict().items()}
    explain_pair(scenes, values_of(scenes, 1))
    assert set(vars(scenes.model)) == before
    assert not scenes.model.training
    assert all(torch.equal(values[name], tensor) for name, tensor in scenes.model.state_dict().items())


def test_two_runs_do_not_share_a_reference(scenes):
    moved = dataclasses.replace(scenes, id="other", reference=_first(scenes.reference, 10))
    assert explain_pair(moved, values_of(scenes, 0)).perturbed.shape[2] == 9
    assert explain_pair(scenes, values_of(scenes, 0)).perturbed.shape[2] == 16


def test_a_warm_pair_takes_less_than_a_tenth_of_a_second(scenes):
    values = values_of(scenes, 2)
    explain_pair(scenes, values)
    times = []
    for _ in range(5):
        started = time.perf_counter()
        explain_pair(scenes, values)
        times.append(time.perf_counter() - started)
    assert min(times) < 0.1


def _first(samples, count):
    return dataclasses.replace(
        samples,
        ids=samples.ids[:count],
        raw={name: values[:count] for name, values in samples.raw.items()},
        targets=samples.targets[:count],
        splits=samples.splits[:count],
        truth=None,
    )


@pytest.mark.parametrize("modalities", [2, 3])
def test_swaps_find_the_one_modality_that_matters(modalities):
    """With all other encoders silenced, what x1 alone says is the whole answer: u_1 + r = evidence of all."""
    run, _ = array_run("multiclass", modalities, probes=False)
    stretch(run.model, 2.0)
    with torch.no_grad():
        for name in run.model.modalities[1:]:
            for parameter in run.model.encoders[name].parameters():
                parameter.zero_()
    found = explain_pair(run, values_of(run, 5))
    whole = found.components.sum(0)
    assert np.abs(whole).max() > 0.05
    np.testing.assert_allclose(found.components[0] + found.components[-1], whole, atol=1e-5)
