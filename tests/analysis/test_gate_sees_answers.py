"""Whoever asks a gate that sees the answers gets the mixture's own weights, on every way to them."""

import json

import numpy as np
import pandas as pd
import pytest
import torch
from tiny_runs import array_run, scenes_run, stretch, values_of

from i2moe_core.analysis.emap_run import Composer
from i2moe_core.analysis.records import analyze_run
from i2moe_core.analysis.schema import column, swapped_column
from i2moe_core.checkpoint import load_run, save_run
from i2moe_core.checkpoint.names import CONFIG
from i2moe_core.explain.attribution.engine import attribute, read_targets
from i2moe_core.explain.attribution.problem import build_problem
from i2moe_core.explain.evaluate import encode_rows, evaluate_rows, run_mixture
from i2moe_core.explain.interactions.players import build_sides
from i2moe_core.explain.interactions.table import PairTables
from i2moe_core.explain.pair import explain_pair


def listening(made):
    """A run whose gate has learned to listen: its view is no longer zero."""
    run, data = made
    stretch(run.model, 2.0)
    torch.manual_seed(5)
    torch.nn.init.normal_(run.model.gate.view.outer.weight)
    return run, data


@pytest.fixture(scope="module")
def arrays():
    return listening(array_run(gate_sees_answers=True, missing=0.2))


@pytest.fixture(scope="module")
def scenes():
    return listening(scenes_run(gate_sees_answers=True))


def test_the_answers_move_its_weights(arrays):
    run, data = arrays
    said = evaluate_rows(run.model, data, np.arange(20))
    features = encode_rows(run.model, data, np.arange(20))
    with torch.no_grad():
        deaf = run.model.weigh(features, torch.zeros_like(said.expert_logits).float())
    assert (said.weights - deaf).abs().max() > 0.1


@pytest.mark.parametrize("fusion", ["concat", "cross_attention", "transformer"])
def test_composing_is_asking_the_mixture(fusion):
    run, data = listening(array_run(gate_sees_answers=True, fusion=fusion))
    features = encode_rows(run.model, data, np.arange(6))
    sources = np.array([[0, 5], [3, 3], [4, 1]])
    expected = run_mixture(run.model, features, [torch.from_numpy(s) for s in sources.T])[0]
    np.testing.assert_allclose(Composer(run.model, features).logits(sources), expected.numpy(), atol=1e-5)


def test_swaps_and_rows_are_those_of_the_pair_page(arrays):
    run, data = arrays
    table = analyze_run(run, data, "validation", draws=3)
    for place in range(8):
        record = table.iloc[place]
        found = explain_pair(run, values_of(run, int(record["row"])), record["id"], partners=3)
        answer = int(found.logits.argmax())
        for expert in found.experts:
            assert record[column("weight", expert.name)] == pytest.approx(expert.weight, abs=1e-5)
        for m, name in enumerate(found.modalities):
            if name not in found.missing:
                mean = found.mixture_perturbed[m, :, answer].mean()
                assert record[swapped_column(name)] == pytest.approx(mean, abs=1e-4)


def test_the_pairs_table_is_the_mixtures(scenes):
    run, _ = scenes
    problem = build_problem(run, values_of(run, 1))
    targets = read_targets(run, problem, ("answer/1", "gate/redundancy"))
    sides = build_sides(problem, grid=2)
    first, second = (torch.arange(len(side)) % 2 == 0 for side in sides)
    table = PairTables(problem, sides, targets)(first, second)
    out = problem.evaluate(~(sides[0].removed(first[None]) | sides[1].removed(second[None])))
    expected = torch.stack([target.value(out)[0] for target in targets]).double()
    torch.testing.assert_close(table[:, 0, 0], expected, atol=1e-5, rtol=1e-5)


def test_a_map_of_the_gate_follows_the_answers_through():
    """Integrated gradients miss the change of a weight wherever the way through the answers is cut."""
    run, _ = listening(array_run(gate_sees_answers=True))
    found = attribute(
        run, values_of(run, 0), "integrated_gradients", ["gate/synergy"], options={"steps": 300}
    )
    assert found.items[0].gap < 0.02


def test_a_saved_run_weighs_bit_for_bit_the_same(arrays, tmp_path):
    run, data = arrays
    history = pd.DataFrame({"phase": ["probes"], "epoch": [0], "score": [1.5]})
    save_run(tmp_path / "r", run.model, run.config, run.info, None, data.samples, history)
    opened = load_run(tmp_path / "r", "cpu")
    assert opened.config.model.gate_sees_answers
    batch = data.batch(np.arange(9))
    with torch.no_grad():
        assert torch.equal(opened.model(batch).weights, run.model(batch).weights)


def test_a_run_from_before_the_option_opens_and_answers_the_same(tmp_path):
    run, data = array_run()
    history = pd.DataFrame({"phase": ["probes"], "epoch": [0], "score": [1.5]})
    save_run(tmp_path / "r", run.model, run.config, run.info, None, data.samples, history)
    path = tmp_path / "r" / CONFIG
    assert "gate_sees_answers" in json.loads(path.read_text())["config"]["model"]
    opened = load_run(tmp_path / "r", "cpu")
    assert opened.model.gate.view is None
    batch = data.batch(np.arange(9))
    with torch.no_grad():
        before, after = run.model(batch), opened.model(batch)
    assert torch.equal(before.logits, after.logits)
    assert not [name for name in opened.model.state_dict() if "view" in name]
