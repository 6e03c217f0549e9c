"""The audit's report: complete, plain, and right where the answer is known beforehand."""

import dataclasses
import json

import numpy as np
import pytest
import torch
from tiny_runs import array_run, as_run

from i2moe_core.analysis.audit import audit_model, audit_run
from i2moe_core.analysis.audit_parts import needed_together, shares_of, true_interactions
from i2moe_core.config import DataConfig, ModelConfig, RunConfig
from i2moe_core.data import load_samples
from i2moe_core.errors import InputError
from i2moe_core.explain.evaluate import Evaluation, evaluate_rows
from i2moe_core.types import Truth

KEYS = {
    "measure", "accuracy", "gate_argmax", "contribution_argmax", "auroc", "roles", "roles_detail", "leak",
    "irs", "split", "samples", "calibration", "probe_accuracy", "pointwise_argmax", "mean_weights", "reason",
    "accuracy_by_type",
}  # fmt: skip


@pytest.fixture(scope="module")
def known():
    config = DataConfig(source="vectors:struct", options={"sizes": [60, 20, 120]})
    return as_run("struct", load_samples(config), RunConfig(config, ModelConfig(width=8, fusion="concat")))


def test_every_figure_is_there_where_the_truth_is_known(known):
    audit = audit_run(*known)
    assert set(audit) >= KEYS
    assert audit["samples"] == 120
    assert set(audit["roles"]) == {"unique:x1", "unique:x2", "synergy", "redundancy"}
    assert set(audit["probe_accuracy"]) == {"x1", "x2", "all"}
    assert sum(audit["mean_weights"].values()) == pytest.approx(1)
    assert all(
        0 <= audit[name] <= 1 for name in ("gate_argmax", "contribution_argmax", "auroc", "leak", "irs")
    )
    assert audit["reason"] is None
    json.dumps(audit, allow_nan=False)


def test_it_gives_the_same_figures_again(known):
    assert audit_run(*known) == audit_run(*known)


def test_a_gate_that_knows_the_type_is_found_out(known):
    """Weights read off the truth score 1, contributions of blind experts stay at chance."""
    run, data = known
    truth = true_interactions(data.samples, run.model.modalities)
    rows = data.samples.rows("test")

    class Telling(torch.nn.Module):
        def forward(self, features, embedded=None, answers=None):
            codes = features[0].tokens[:, 0]
            place = (codes[:, None] - known_codes[None]).abs().sum(-1).argmin(1)
            return torch.eye(4)[truth[rows]][place] * 0.96 + 0.01

    with torch.no_grad():
        known_codes = run.model.encode(data.batch(rows))[0].tokens[:, 0]
    gate, run.model.gate = run.model.gate, Telling()
    try:
        audit = audit_run(run, data)
    finally:
        run.model.gate = gate
    assert audit["gate_argmax"] > 0.95
    assert audit["auroc"] > 0.95
    assert audit_run(run, data)["gate_argmax"] < 0.5


@pytest.mark.parametrize("task", ["multiclass", "multilabel", "regression"])
def test_without_the_truth_the_figures_that_need_it_are_none(task):
    run, data = array_run(task, missing=0.1)
    audit = audit_run(run, data, "validation")
    assert [audit[name] for name in ("gate_argmax", "contribution_argmax", "auroc", "irs")] == [None] * 4
    assert "not known" in audit["reason"]
    assert set(audit["roles"]) == {"unique:x1", "unique:x2", "synergy", "redundancy"}
    json.dumps(audit, allow_nan=False)


def test_a_single_fusion_has_its_accuracy_only():
    run, data = array_run(recipe="vanilla")
    audit = audit_model(run.model, run.info, data, "validation")
    assert 0 <= audit["accuracy"] <= 1
    assert audit["roles"] is None
    assert audit["irs"] is None
    assert "single fusion" in audit["reason"]


def test_an_empty_split_is_refused():
    run, data = array_run()
    with pytest.raises(InputError, match="'test'"):
        audit_run(run, data, "test")


def test_true_interactions_by_number(known):
    samples = known[1].samples
    names = ("unique:x1", "unique:x2", "synergy", "redundancy")
    numbers = true_interactions(samples, ("x1", "x2"))
    assert [names[n] for n in numbers] == samples.truth.interactions.tolist()
    partly = np.array([None, *samples.truth.interactions[1:]], dtype=object)
    assert true_interactions(dataclasses.replace(samples, truth=Truth(partly)), ("x1", "x2")) is None
    assert true_interactions(dataclasses.replace(samples, truth=None), ("x1", "x2")) is None


def test_shares_of_experts_that_say_the_prior_are_nothing(known):
    run, data = known
    said = evaluate_rows(run.model, data, data.samples.rows("test"))
    blind = run.model.prior.double().log().expand_as(said.expert_logits).clone()
    blind[2] = torch.tensor([5.0, -5.0])
    shares = shares_of(run.model, dataclasses.replace(said, expert_logits=blind))
    np.testing.assert_allclose(shares, np.tile([0, 0, 1, 0], (120, 1)), atol=1e-6)


def test_who_helps_where_one_modality_is_wrong(known):
    """Sample 0: x1's probe wrong, all right; sample 1: the probes all right; sample 2: all wrong."""
    right, wrong = [4.0, 0.0], [0.0, 4.0]
    experts = torch.zeros(4, 3, 2).double()
    experts[2, 0] = torch.tensor([2.0, 0.0])
    said = Evaluation(
        rows=np.arange(3), targets=torch.zeros(3, dtype=torch.int64), present=torch.ones(3, 2).bool(),
        logits=torch.zeros(3, 2), weights=torch.full((3, 4), 0.25).double(), expert_logits=experts,
        single=torch.tensor([[wrong, right, wrong], [right, right, wrong]]),
        joint=torch.tensor([right, right, wrong]),
    )  # fmt: skip
    report = needed_together(known[0].model, said)
    assert report["x1"]["samples"] == 1
    assert report["x2"]["samples"] == 0
    assert report["x1"]["logits"]["synergy"] == pytest.approx(0.25 * 2)
    added = torch.tensor(2.0).sigmoid().log() - known[0].model.prior[0].log()
    assert report["x1"]["evidence"]["synergy"] == pytest.approx(0.25 * added.item(), abs=1e-6)
