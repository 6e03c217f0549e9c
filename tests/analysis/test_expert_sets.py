"""Other sets of experts from training to explanation: pairs of three modalities, and sets of one's own."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch
from parts import tiny_config, tiny_model_config, tiny_samples
from tiny_runs import as_run, values_of

from i2moe_core.analysis.audit import audit_run
from i2moe_core.analysis.comparison.compare import compare_runs
from i2moe_core.analysis.records import analyze_run
from i2moe_core.analysis.schema import column, swapped_column
from i2moe_core.analysis.store import read_info, write_analysis
from i2moe_core.analysis.triangulation import measure_values
from i2moe_core.analysis.weak.points import weak_points
from i2moe_core.checkpoint import load_run, save_run
from i2moe_core.cli.audit import audit_lines
from i2moe_core.config import ExpertConfig
from i2moe_core.errors import InputError
from i2moe_core.explain.attribution.targets import Asked, default_targets, parse_target
from i2moe_core.explain.pair import explain_pair
from i2moe_core.losses.task import evidence
from i2moe_core.training.fit import fit
from i2moe_core.types import interaction_names

NAMES = ("x1", "x2", "x3")
OWN = [
    ExpertConfig("unique", ["x1"]), ExpertConfig("synergy", ["x1", "x3"]), ExpertConfig("synergy"),
    ExpertConfig("redundancy"), ExpertConfig("redundancy"),
]  # fmt: skip
PAPER = {"masked_uniqueness": False, "replacement": "random", "gate_pooling": "mean", "probes": False}
EXPECTED = {
    "pairwise": [
        *(f"unique:{name}" for name in NAMES), "synergy:x1+x2", "redundancy:x1+x2", "synergy:x1+x3",
        "redundancy:x1+x3", "synergy:x2+x3", "redundancy:x2+x3",
    ],
    "custom": ["unique:x1", "synergy:x1+x3", "synergy", "redundancy", "redundancy#2"],
}  # fmt: skip
TASKS = {"pairwise": "multiclass", "custom": "multilabel"}


def made(recipe, kind, task="multiclass", missing=0.1):
    """A run of one epoch a phase, its data and its history."""
    own = {"custom_experts": OWN} if kind == "custom" else {}
    model = tiny_model_config(experts=kind, **own, **(PAPER if recipe == "paper" else {}))
    config = tiny_config(recipe, model, epochs=1, expert_epochs=1)
    run, data = as_run(f"{recipe}-{kind}", tiny_samples(task, 3, 48, missing), config)
    history = fit(run.model, data, config)
    return run, data, history.frame()


@pytest.fixture(scope="module", params=[(r, k) for r in ("faithful", "paper") for k in EXPECTED])
def trained(request):
    recipe, kind = request.param
    return recipe, kind, *made(recipe, kind, TASKS[kind])


def test_every_expert_has_its_loss_and_its_gradient(trained):
    _, kind, run, _, history = trained
    assert list(run.model.expert_names) == EXPECTED[kind]
    assert len(run.model.experts) == len(EXPECTED[kind])
    for role in run.model.roles:
        name = role.name if f"train.{role.name}" in history else role.loss_name(NAMES)
        assert history[f"train.{name}"].notna().any()
        assert history[f"gradient.{role.name}"].notna().any()


def test_the_probes_of_pairs_learn_in_the_first_phase_of_faithful(trained):
    recipe, kind, run, _, history = trained
    groups = {"pairwise": ["x1+x2", "x1+x3", "x2+x3"], "custom": ["x1+x3"]}[kind]
    assert len(run.model.groups) == len(groups)
    assert {f"train.{group}" in history for group in groups} == {recipe == "faithful"}


def test_a_saved_run_opens_as_it_was(trained, tmp_path):
    _, kind, run, data, history = trained
    save_run(tmp_path / "run", run.model, run.config, run.info, None, data.samples, history)
    again = load_run(tmp_path / "run", "cpu")
    assert list(again.model.expert_names) == EXPECTED[kind]
    batch = data.batch(range(8))
    with torch.no_grad():
        assert torch.equal(run.model(batch).expert_logits, again.model(batch).expert_logits)


def test_the_audit_tests_and_counts_every_expert(trained):
    _, kind, run, data, _ = trained
    audit = audit_run(run, data, "validation")
    for key in ("roles", "mean_weights", "mean_shares"):
        assert list(audit[key]) == EXPECTED[kind]
    assert list(audit["expert_use"]["weight"]) == EXPECTED[kind]
    lines = audit_lines(audit)
    assert f"of {len(EXPECTED[kind])} experts" in lines
    assert all(f"\n{name} " in lines for name in EXPECTED[kind])


def test_the_analysis_has_every_expert_and_every_modality(trained, tmp_path):
    _, kind, run, data, _ = trained
    table = analyze_run(run, data, "validation")
    for name in EXPECTED[kind]:
        assert table[column("weight", name)].between(0, 1).all()
        assert table[column("component", name)].notna().all()
        assert table[column("model_component", name)].notna().all()
    assert all(swapped_column(m, "synergy:x1+x3") in table for m in NAMES)
    assert set(table["dominant"]) <= set(EXPECTED[kind])
    path = tmp_path / "analysis.parquet"
    write_analysis(table, path)
    info = read_info(path)
    assert info.experts == EXPECTED[kind]
    assert info.interactions == interaction_names(NAMES)
    values = measure_values(table, info)
    assert all(array.shape == (len(table), 5) for array in values.values())
    np.testing.assert_allclose(values["weight"].sum(1), 1, atol=1e-5)
    pairs = [column("weight", n) for n in EXPECTED[kind] if n.startswith("synergy")]
    np.testing.assert_allclose(values["weight"][:, 3], table[pairs].sum(axis=1), atol=1e-6)


def test_a_pair_is_explained_and_its_parts_add_up(trained):
    recipe, kind, run, data, _ = trained
    complete = next(row for row in range(len(data.samples)) if bool(data.present[row].all()))
    found = explain_pair(run, values_of(run, complete))
    assert [expert.name for expert in found.experts] == EXPECTED[kind]
    assert found.components.shape == (len(EXPECTED[kind]), 3)
    assert found.components_source == ("probes" if recipe == "faithful" else "swaps")
    batch = data.batch([complete])
    with torch.no_grad():
        features = run.model.encode(batch)
        joint = (
            run.model.probes(features, batch.present)[1] if recipe == "faithful" else run.model(batch).logits
        )
    whole = evidence(run.model.task, joint.double(), run.model.prior.double(), 0.01)[0]
    np.testing.assert_allclose(found.components.sum(0) + found.unheld, whole, atol=1e-4)
    assert np.abs(found.unheld).max() > 1e-4  # nobody has what three tell together, or x2 alone


def test_what_a_pair_makes_the_mixture_say_is_the_same_on_the_page_and_in_the_table():
    run, data, _ = made("paper", "pairwise", missing=0.0)
    table = analyze_run(run, data, "validation", draws=16)
    row = int(table["row"][0])
    found = explain_pair(run, values_of(run, row), sample_id=str(table["id"][0]), partners=16)
    place = run.info.classes.index(table["prediction"][0])
    for expert, part in zip(found.experts, found.components[:, place], strict=True):
        assert table[column("model_component", expert.name)][0] == pytest.approx(part, abs=1e-3)


def test_every_expert_can_be_a_target(trained):
    _, kind, run, data, _ = trained
    asked = Asked.of(run.model, run.info.classes, run.info.scale)
    with torch.no_grad():
        output = run.model(data.batch(range(4)))
    for key in (*default_targets(asked, 1), *(f"gate/{name}" for name in EXPECTED[kind])):
        assert parse_target(key, asked).value(output).shape == (4,)


def test_the_weak_points_are_measured_of_any_set(trained, monkeypatch):
    monkeypatch.setattr("i2moe_core.analysis.weak.gradients.BATCHES", 1)
    monkeypatch.setattr("i2moe_core.analysis.weak.draws.DRAWS", 2)
    monkeypatch.setattr("i2moe_core.analysis.weak.cost.ROUNDS", 1)
    monkeypatch.setattr("i2moe_core.analysis.weak.cost.SECONDS", 0.0)
    _, kind, run, data, _ = trained
    found = weak_points(replace(run, history=pd.DataFrame()), data, "validation")["points"]["experts"]
    assert list(found["numbers"]["weight"]) == EXPECTED[kind]
    assert len(found["numbers"]["alike"]) == len(EXPECTED[kind]) * (len(EXPECTED[kind]) - 1) // 2


def test_runs_of_different_experts_are_not_compared(trained):
    _, _, run, data, _ = trained
    other, _ = as_run(
        "other",
        tiny_samples(TASKS["pairwise" if run.info.task == "multiclass" else "custom"], 3, 48),
        tiny_config("faithful", tiny_model_config()),
    )
    with pytest.raises(InputError, match="they have different experts"):
        compare_runs([run, other], data.samples, "validation")
