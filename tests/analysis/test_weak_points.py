"""The eight weak points: all there for any task, and right where the answer is known by hand."""

import copy
import dataclasses
import json

import numpy as np
import pandas as pd
import pytest
import torch
from parts import tiny_config
from tiny_runs import array_run, stretch

from i2moe_core.analysis.sweep import SWEEP
from i2moe_core.analysis.weak.answers import disagreement_point, experts_point, mixed_without
from i2moe_core.analysis.weak.conflict import conflict_point
from i2moe_core.analysis.weak.draws import replacement_point
from i2moe_core.analysis.weak.gate import explained_by_group, gate_point
from i2moe_core.analysis.weak.gradients import logged_cosines, logged_shares, mean_cosines, untrained
from i2moe_core.analysis.weak.margin import _at, margin_point
from i2moe_core.analysis.weak.points import POINTS, read_weak_points, weak_points
from i2moe_core.analysis.weak.setting import Setting
from i2moe_core.analysis.weak.suppression import _own_part
from i2moe_core.checkpoint.files import write_json
from i2moe_core.checkpoint.names import WEAK_POINTS
from i2moe_core.errors import InputError
from i2moe_core.explain.evaluate import Evaluation, evaluate_rows
from i2moe_core.training.fit import fit
from i2moe_core.training.gradients import GradientReport

KEYS = {"title", "number", "numbers", "says", "means", "source"}
SPLIT = "validation"


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Fewer batches, draws and rounds."""
    monkeypatch.setattr("i2moe_core.analysis.weak.gradients.BATCHES", 2)
    monkeypatch.setattr("i2moe_core.analysis.weak.draws.DRAWS", 3)
    monkeypatch.setattr("i2moe_core.analysis.weak.cost.ROUNDS", 2)
    monkeypatch.setattr("i2moe_core.analysis.weak.cost.SECONDS", 0.0)


def setting_of(run, data, rows=None):
    rows = data.samples.rows(SPLIT) if rows is None else rows
    return Setting(run, run.model, data, SPLIT, rows, evaluate_rows(run.model, data, rows))


def said_by_hand(weights, logits, targets):
    """weights: (N, 4); logits: (4, N, C)."""
    run, data = array_run()
    weights, logits = torch.tensor(weights).double(), torch.tensor(logits).double()
    rows, mixed = np.arange(len(targets)), torch.einsum("ne,enc->nc", weights, logits)
    present = torch.ones(len(rows), 2).bool()
    said = Evaluation(rows, torch.tensor(targets), present, mixed, weights, logits, None, None)
    return dataclasses.replace(setting_of(run, data), rows=rows, said=said)


@pytest.mark.parametrize("task", ["multiclass", "multilabel", "regression"])
@pytest.mark.parametrize("recipe", ["faithful", "paper"])
def test_all_eight_for_any_task_and_nothing_moves(task, recipe):
    run, data = array_run(task, modalities=3, recipe=recipe, size=30, missing=0.2)
    stretch(run.model, 3)
    before = copy.deepcopy(run.model.state_dict())
    state = torch.get_rng_state()
    found = weak_points(run, data, SPLIT)
    assert list(found["points"]) == list(POINTS)
    assert len(POINTS) == 8
    for point in found["points"].values():
        assert set(point) == KEYS
        assert all(point[name] for name in ("title", "says", "means", "source"))
    json.dumps(found, allow_nan=False)
    assert (found["points"]["margin"]["number"] is None) == (recipe == "faithful")
    assert all(torch.equal(value, before[name]) for name, value in run.model.state_dict().items())
    assert torch.equal(torch.get_rng_state(), state)
    assert not run.model.training


def test_but_for_the_times_it_gives_the_same_again():
    run, data = array_run()
    first, second = (weak_points(run, data, SPLIT)["points"] for _ in range(2))
    for name in set(POINTS) - {"cost"}:
        assert first[name] == second[name]


def test_watchers_hear_of_every_point_and_an_empty_split_is_refused():
    run, data = array_run()
    heard = []
    weak_points(run, data, SPLIT, watch=lambda done, total: heard.append((done, total)))
    assert heard == [(n, 8) for n in range(9)]
    with pytest.raises(InputError, match="no sample in split 'test'"):
        weak_points(run, data, "test")
    vanilla, data = array_run(recipe="vanilla")
    with pytest.raises(InputError, match="single fusion"):
        weak_points(vanilla, data, SPLIT)


def test_a_training_s_log_is_used_where_it_is_there():
    run, data = array_run()
    old = conflict_point(setting_of(run, data))
    assert old.numbers["logged"] is None
    assert "Over the training" not in old.says
    run = dataclasses.replace(run, history=fit(run.model, data, tiny_config()).frame())
    new = conflict_point(setting_of(run, data))
    assert new.number == new.numbers["logged"][0]["mean"]
    assert new.says.startswith("Over the training")
    assert set(new.numbers["phases"]) == {"probes", "experts"}


def test_the_log_summed_up_by_hand():
    history = pd.DataFrame(
        {
            "phase": ["p", "p", "q", "q"],
            "conflict.a~b": [0.5, -0.5, np.nan, np.nan],
            "conflict.b~c": [np.nan, np.nan, -0.2, -0.6],
            "gradient.x": [np.nan, np.nan, 0.2, 0.6],
            "gradient.y": [np.nan, np.nan, 0.2, 0.2],
        }
    )
    lowest, other = logged_cosines(history)
    assert (lowest["phase"], lowest["a"], lowest["b"]) == ("q", "b", "c")
    assert (lowest["mean"], lowest["last"], lowest["lowest"]) == pytest.approx((-0.4, -0.6, -0.6))
    assert (lowest["negative"], lowest["epochs"]) == (1, 2)
    assert (other["mean"], other["last"], other["negative"]) == (0, -0.5, 0.5)
    assert logged_shares(history, ("x", "y")) == pytest.approx({"x": 0.625, "y": 0.375})
    assert logged_shares(history, ("x", "z")) == {}
    assert logged_cosines(pd.DataFrame({"phase": ["p"]})) == []


def test_what_a_phase_began_with():
    """The faithful recipe's second phase began with the encoders and probes that the first one taught."""
    run, data = array_run()
    drawn = {name: value.clone() for name, value in run.model.state_dict().items()}
    run.model.encoders["x1"].mean.fill_(7)
    with torch.no_grad():
        for p in run.model.parameters():
            p.add_(1)
    setting = setting_of(run, data)
    first, second = (untrained(setting, phase).state_dict() for phase in setting.phases())
    trained = run.model.state_dict()
    for name, value in drawn.items():
        learns_first = name.startswith(("encoders", "probes", "missing"))
        if name in dict(run.model.named_parameters()):
            assert torch.equal(first[name], value if learns_first else trained[name])
            assert torch.equal(second[name], trained[name] if learns_first else value)
    assert bool((first["encoders.x1.mean"] == 7).all())
    assert conflict_point(setting).numbers["phases"]["experts"]["lowest"]["start"] is not None


def report(cosine, norms=None):
    return GradientReport(("task", "own"), np.array([[1, cosine], [cosine, 1]]), {}, norms or {})


def test_cosines_of_batches_are_averaged():
    found = mean_cosines([report(-0.5), report(-0.1)])
    assert found["lowest"] == pytest.approx({"a": "task", "b": "own", "cosine": -0.3, "std": 0.2})
    unknown = mean_cosines([report(np.nan)])
    assert unknown["lowest"] is None


def test_the_part_of_an_expert_s_gradient_that_no_weight_shrinks():
    norms = {"synergy": np.array([1.0, 3.0])}
    assert _own_part([report(0, norms), report(0, norms)], "synergy") == 0.75
    assert _own_part([report(0, norms)], "redundancy") is None


def test_disagreement_counted_by_hand():
    """Samples 0 and 1: all agree, one right; 2 and 3: expert 3 differs, both right."""
    logits = np.zeros((4, 4, 3))
    logits[:, :, 0] = 2.0
    logits[3, 2:] = [0.0, 3.0, 0.0]
    found = disagreement_point(said_by_hand([[0.7, 0.1, 0.1, 0.1]] * 4, logits, [0, 1, 0, 0]))
    assert found.number == found.numbers["share"] == 0.5
    assert (found.numbers["accuracy_agree"], found.numbers["accuracy_disagree"]) == (0.5, 1.0)
    assert found.numbers["quadrants"] == {
        "agree_right": 1, "agree_wrong": 1, "disagree_right": 2, "disagree_wrong": 0,
    }  # fmt: skip
    # Three right answers against one wrong: two of them with less agreement, one with as much.
    assert found.numbers["sign"]["value"] == pytest.approx(1 / 6)
    assert "50.0%" in found.says


def test_agreement_everywhere():
    logits = np.zeros((4, 2, 3))
    logits[:, :, 0] = 2.0
    found = disagreement_point(said_by_hand([[0.25] * 4] * 2, logits, [0, 0]))
    assert found.number == 0
    assert "In all 2 samples the experts agree; 100% of the answers are right." in found.says


def test_without_an_expert_its_weight_goes_to_the_others():
    weights = torch.tensor([[0.5, 0.3, 0.2], [1.0, 0.0, 0.0]]).double()
    logits = torch.tensor([[[9.0], [9.0]], [[1.0], [2.0]], [[6.0], [4.0]]]).double()
    mixed = mixed_without(weights, logits, 0)
    assert mixed[:, 0].tolist() == pytest.approx([0.6 * 1 + 0.4 * 6, 3.0])


def test_the_expert_that_nobody_needs_is_named():
    """Expert 0 alone answers right; the others say nothing, so leaving one of them out costs nothing."""
    targets = np.arange(40) % 3
    logits = np.zeros((4, 40, 3))
    logits[0, np.arange(40), targets] = 5.0
    found = experts_point(said_by_hand([[0.4, 0.2, 0.2, 0.2]] * 40, logits, targets))
    without = found.numbers["without"]
    assert without["unique:x1"]["accuracy"] == pytest.approx(14 / 40)  # ties go to the first class
    assert without["unique:x1"]["drop"] == pytest.approx(26 / 40)
    assert without["unique:x1"]["drop_low"] > 0.4
    assert without["synergy"]["drop"] == without["synergy"]["drop_high"] == 0
    assert "any one of X2 alone, Synergy and Redundancy" in found.says
    weights = np.array([0.4, 0.2, 0.2, 0.2])
    assert found.number == pytest.approx(np.exp(-(weights * np.log(weights)).sum()))
    assert found.numbers["dominant"]["unique:x1"] == 1


def test_variance_between_groups_by_hand():
    groups = np.array([0, 0, 1, 1])
    follows = np.array([[0.9, 0.1]] * 2 + [[0.1, 0.9]] * 2)
    ignores = np.array([[0.9, 0.1], [0.1, 0.9]] * 2)
    half = np.array([[0.8, 0.2], [0.6, 0.4], [0.4, 0.6], [0.2, 0.8]])  # between .04, in all .05
    assert explained_by_group(follows, groups) == pytest.approx(1)
    assert explained_by_group(ignores, groups) == pytest.approx(0)
    assert explained_by_group(half, groups) == pytest.approx(0.8)
    assert explained_by_group(np.full((4, 2), 0.5), groups) is None


def test_a_gate_that_spells_out_the_class_is_found_out():
    targets = np.arange(12) % 3
    logits = np.zeros((4, 12, 3))
    logits[:, np.arange(12), targets] = 4.0
    weights = np.full((12, 4), 0.1)
    weights[np.arange(12), targets] = 0.7
    found = gate_point(said_by_hand(weights, logits, targets))
    assert found.number == pytest.approx(1)
    assert found.numbers["leak"] == 1
    assert found.numbers["contribution"]["same"] == 1
    assert found.numbers["by_interaction"] is None
    assert found.numbers["by_probes"] is None


def test_replacements_that_nobody_looks_at_do_not_spread():
    run, data = array_run()
    with torch.no_grad():
        for expert in run.model.experts:
            expert.head.weight.zero_()
        run.model.gate.network[-1].weight.zero_()
    found = replacement_point(setting_of(run, data)).numbers
    for kind in ("random", "swap"):
        assert all(value < 1e-12 for value in found[kind]["experts"].values())
        assert found[kind]["mixture"] < 1e-12
        assert found[kind]["changed"] == 0


def test_an_expert_is_moved_only_by_the_input_it_sees():
    """The masked expert of x1 is moved in one of two replacements; expert 2, cut off, in none."""
    run, data = array_run()
    stretch(run.model, 3)
    with torch.no_grad():
        run.model.experts[2].head.weight.zero_()
    found = replacement_point(setting_of(run, data)).numbers["random"]
    assert found["experts"]["unique:x1"] > 0.001
    assert found["experts"]["synergy"] < 1e-12
    assert found["effect"]["synergy"] == pytest.approx(0, abs=1e-7)


def test_no_complete_sample_no_replacement():
    run, data = array_run(missing=1.0)
    found = replacement_point(setting_of(run, data))
    assert found.number is None
    assert "none can be replaced" in found.says


def test_triplets_within_a_margin_by_hand():
    """Negatives at distance 5 and positives at 1: four apart, within a margin of 5 and beyond one of 2."""
    full = torch.zeros(1, 2)
    far, near = torch.tensor([[3.0, 4.0]]), torch.tensor([[0.0, 1.0]])
    passes = torch.stack([torch.stack([full, far, near]), torch.stack([full, near, far])]).double()
    assert _at(passes, 5.0, 2.0) == pytest.approx({"loss": 1.0, "active": 1.0}, abs=1e-5)
    assert _at(passes, 2.0, 2.0) == {"loss": 0.0, "active": 0.0}


def test_the_margin_of_the_paper_s_recipe():
    run, data = array_run(recipe="paper")
    point = margin_point(setting_of(run, data))
    active = [row["active"] for row in point.numbers["sensitivity"]]
    assert active == sorted(active)
    assert point.number == pytest.approx(active[3] - active[1])  # of 2 and .5
    assert [row["margin"] for row in point.numbers["sensitivity"]] == [0.1, 0.5, 1.0, 2.0, 5.0]


def test_a_sweep_beside_the_run_tells_more(tmp_path):
    run, data = array_run(recipe="paper")
    run = dataclasses.replace(run, path=tmp_path / "m-1", name="m-1")
    rows = [
        {"run": f"m-{n}", "settings": {"margin": margin}, "seed": 0, "measure": "accuracy", "accuracy": value}
        for n, (margin, value) in enumerate([(0.5, 0.6), (1.0, 0.9), (2.0, 0.8)])
    ]
    values = {
        "schema_version": 1,
        "parameters": {"margin": "training.recipe_options.margin"},
        "fixed": {},
        "planned": 3,
        "rows": rows,
    }
    write_json(tmp_path / SWEEP, values)
    point = margin_point(setting_of(run, data))
    assert point.number == pytest.approx(0.3)
    assert [row["margin"] for row in point.numbers["sweep"]] == [0.5, 1.0, 2.0]
    assert "0.300" in point.says
    stranger = dataclasses.replace(run, name="another")
    assert "sweep" not in margin_point(setting_of(stranger, data)).numbers


def test_the_cost_counts_parameters_exactly():
    run, data = array_run()
    cost = weak_points(run, data, SPLIT)["points"]["cost"]["numbers"]
    parts = cost["parameters"]
    assert parts["mixture"] == sum(p.numel() for p in run.model.parameters())
    assert parts["experts"] == sum(p.numel() for p in run.model.experts.parameters())
    vanilla, _ = array_run(recipe="vanilla")
    assert parts["single"] == sum(p.numel() for p in vanilla.model.parameters())
    training = cost["training"]
    whole = sum(training[name]["epochs"] * training[name]["mixture"] for name in ("probes", "experts"))
    first = training["probes"]
    assert training["ratio"] == pytest.approx(whole / (first["epochs"] * first["single"]))


def test_what_was_kept_is_read_and_another_version_refused(tmp_path):
    assert read_weak_points(tmp_path) is None
    values = {"version": 1, "points": {name: {} for name in POINTS}}
    write_json(tmp_path / WEAK_POINTS, values)
    assert read_weak_points(tmp_path) == values
    write_json(tmp_path / WEAK_POINTS, values | {"version": 0})
    with pytest.raises(InputError, match="another version"):
        read_weak_points(tmp_path)
