"""Comparing runs: a run agrees with itself wholly, hand-made runs as counted, and differing runs say why."""

import copy
import dataclasses
import json

import numpy as np
import pandas as pd
import pytest
import torch
from parts import tiny_samples
from tiny_runs import array_run, as_run, scenes_run, stretch

from i2moe_core.analysis.comparison.compare import compare_runs, run_labels
from i2moe_core.analysis.comparison.file import comparison_content, read_comparison
from i2moe_core.analysis.comparison.pairs import agreement_table
from i2moe_core.analysis.comparison.said import RunSaid
from i2moe_core.analysis.comparison.samples import difference_sentence, difference_table
from i2moe_core.checkpoint.files import write_json
from i2moe_core.cli.output import json_content
from i2moe_core.config import DataConfig, RunConfig
from i2moe_core.data import load_samples
from i2moe_core.errors import InputError
from i2moe_core.explain.evaluate import Evaluation, evaluate_rows

EXPERTS = ("unique:x1", "unique:x2", "synergy", "redundancy")
TABLES = ("table", "agreement", "stability", "samples", "differences")


def reseeded(run, seed=1, factor=1.0):
    """The same run with other random weights."""
    other = copy.deepcopy(run.model)
    torch.manual_seed(seed)
    with torch.no_grad():
        for p in other.parameters():
            p.copy_(torch.randn_like(p) * 0.4 * factor)
    config = dataclasses.replace(run.config, training=dataclasses.replace(run.config.training, seed=seed))
    return dataclasses.replace(run, name=f"seed {seed}", model=other, config=config)


def said_by_hand(label, weights, logits, targets):
    """A run of 4 experts, 2 classes; logits: (E, N, C), weights: (N, E)."""
    run, data = array_run()
    rows = np.arange(len(targets))
    weights, logits = torch.tensor(weights).double(), torch.tensor(logits).double()
    mixed = torch.einsum("ne,enc->nc", weights, logits)
    said = Evaluation(
        rows, torch.tensor(targets), torch.ones(len(rows), 2).bool(), mixed, weights, logits, None, None
    )
    outcomes = mixed.softmax(-1).unsqueeze(-2).numpy()
    votes = outcomes.argmax(-1)[:, 0]
    names = np.array(["a", "b"], dtype=object)
    return RunSaid(
        label, run, data, said, outcomes, names[votes], votes == np.array(targets), weights.numpy(), {}
    )


ONE, TWO = [0.7, 0.1, 0.1, 0.1], [0.1, 0.7, 0.1, 0.1]


def pair_by_hand():
    """4 samples; the runs answer otherwise on the last one and weigh otherwise on the last two."""
    logits = np.zeros((4, 4, 2))
    logits[0, :, 0] = logits[1, :, 0] = 4.0
    other = logits.copy()
    other[1, 3] = [0.0, 6.0]
    a = said_by_hand("A", [ONE] * 4, logits, [0, 0, 1, 0])
    return a, said_by_hand("B", [ONE, ONE, TWO, TWO], other, [0, 0, 1, 0])


def test_a_run_agrees_with_itself():
    run, data = array_run(missing=0.1)
    stretch(run.model, 3)
    found = compare_runs([run, run], data, "validation")
    pair = found.agreement.iloc[0]
    for name in ("same_answer", "same_dominant", "same_heaviest"):
        assert pair[[name, f"{name}_low", f"{name}_high"]].tolist() == [1, 1, 1]
    for name in ("weight_difference", "share_difference", "accuracy_difference"):
        assert pair[name] == 0
    assert [pair[f"rank.{name}"] for name in found.experts] == pytest.approx([1] * 4)
    assert len(found.differences) == 0
    assert found.runs == (run.name, f"{run.name} (2)")
    assert found.table.group.tolist() == [1, 1]
    assert found.stability.lowest_rank.tolist() == pytest.approx([1])
    assert found.stability.accuracy_std.tolist() == [0]


def test_agreement_of_runs_made_by_hand():
    pair = agreement_table(pair_by_hand(), EXPERTS).iloc[0]
    assert pair.same_answer == 0.75
    assert pair.same_dominant == pair.same_heaviest == 0.5
    assert pair.weight_difference == pytest.approx(2 * (0.6 + 0.6) / 16)  # 2 samples, 2 experts of 4
    assert pair.accuracy_difference == -0.25
    assert pair.accuracy_difference_low <= -0.25 <= pair.accuracy_difference_high


def test_where_two_runs_differ_most_and_why():
    """Sample 3: from +.7*4 of expert 0 to -.7*6 of expert 1, for a against b."""
    found = difference_table(pair_by_hand(), EXPERTS)
    assert found.id.tolist() == ["s3", "s2"]
    first, second = found.iloc[0], found.iloc[1]
    assert (first.a, first.b, first.answer_a, first.answer_b) == ("A", "B", "a", "b")
    assert (first.right_a, first.right_b) == (True, False)
    assert first.expert == "unique:x2"
    assert (first.before, first.after) == pytest.approx((0.1 * 4, -0.7 * 6))
    assert "X2 alone adds +0.40 in A and −4.20 in B" in first.why
    assert second.answer_a == second.answer_b
    assert second.share_distance == pytest.approx(0.6)
    assert second.distance == pytest.approx(second.answer_distance + 0.6)
    assert second.expert == "unique:x1"
    assert (second.before, second.after) == pytest.approx((0.7, 0.1))
    assert "Both answer a" in second.why


LINE = {
    "a": "A",
    "b": "B",
    "answer_a": "3.2",
    "answer_b": "3.5",
    "expert": "synergy",
    "before": 0.4,
    "after": 0.6,
}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            {"turned": False},
            "A answers 3.2, B answers 3.5; Synergy holds 40.0% of the answer in A and 60.0% in B.",
        ),
        ({"turned": True}, "for the first against the second, Synergy adds +0.40 in A and +0.60 in B."),
        ({}, "for the first against the second, Synergy adds +0.40 in A and +0.60 in B."),
        ({"answer_b": "3.2"}, "Both answer 3.2; Synergy holds 40.0% of the answer in A and 60.0% in B."),
        ({"expert": None}, "A answers 3.2, B answers 3.5; a single fusion has no experts to say why."),
    ],
)
def test_the_sentence_of_a_difference_is_made_from_its_line_also_of_an_earlier_version(change, said):
    assert difference_sentence(LINE | change).endswith(said)


def test_what_experts_add_to_a_margin_sums_to_it():
    run, data = array_run(size=90)
    stretch(run.model, 4)
    found = compare_runs([run, reseeded(run)], data, "validation")
    changed = found.differences[found.differences.answer_a != found.differences.answer_b]
    assert len(changed)
    other = evaluate_rows(reseeded(run).model, data, data.samples.rows("validation"))
    ids = [data.samples.ids[row] for row in other.rows]
    for row in changed.itertuples():
        n = ids.index(row.id)
        first, second = (run.info.classes.index(name) for name in (row.answer_a, row.answer_b))
        given = other.weights[n] * (other.expert_logits[:, n, first] - other.expert_logits[:, n, second])
        assert given.sum() == pytest.approx(float(other.logits[n, first] - other.logits[n, second]))
        assert row.after == pytest.approx(float(given[found.experts.index(row.expert)]))


def test_the_greatest_difference_comes_first():
    run, data = array_run(size=90)
    found = compare_runs([run, reseeded(run), reseeded(run, 2)], data, "validation")
    assert found.differences.distance.is_monotonic_decreasing
    assert not found.differences.id.duplicated().any()
    assert len(found.agreement) == 3
    assert found.stability.runs.tolist() == [3]


@pytest.mark.parametrize("task", ["multiclass", "multilabel", "regression"])
@pytest.mark.parametrize("modalities", [2, 3])
def test_every_task_and_back_from_the_file(task, modalities, tmp_path):
    run, data = array_run(task, modalities, missing=0.2)
    stretch(run.model, 3)
    found = compare_runs([run, reseeded(run)], data, "validation")
    samples = found.samples
    assert len(samples) == found.total == len(data.samples.rows("validation"))
    weights = samples[[f"{run.name} weight {name}" for name in found.experts]].sum(axis=1)
    np.testing.assert_allclose(weights, 1, atol=1e-6)
    said = evaluate_rows(run.model, data, data.samples.rows("validation"))
    given = samples[[f"{run.name} contribution {name}" for name in found.experts]].sum(axis=1)
    np.testing.assert_allclose(given, said.logits.amax(-1), rtol=1e-5, atol=1e-5)
    path = tmp_path / "c.json"
    path.write_bytes(json_content(comparison_content(found)))
    again = read_comparison(path)
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(again, name), getattr(found, name), check_dtype=False)
    assert again.runs == found.runs


def test_each_run_reads_with_its_own_vocabulary():
    """Two runs of different seeds have different pieces; each must say what it says by itself."""
    run, data = scenes_run()
    other_data = DataConfig(source="scenes", seed=5, options={"sizes": [60, 20, 20]}, vocabulary_size=300)
    other, _ = as_run("other", load_samples(other_data), RunConfig(data=other_data))
    assert other.info.vocabulary_size != run.info.vocabulary_size
    found = compare_runs([run, other], data.samples, "test", limit=12)
    assert len(found.samples) == 12
    assert found.total == 20
    places = [data.samples.ids.index(name) for name in found.samples.id]
    alone = evaluate_rows(run.model, data, np.array(places))
    np.testing.assert_allclose(
        found.samples["tiny-scenes weight synergy"], alone.weights[:, 2].numpy(), atol=1e-6
    )
    assert found.table["roles.synergy"].notna().all()
    assert found.table.contribution_argmax.notna().all()


def test_a_single_fusion_is_compared_by_its_answers():
    run, data = array_run()
    vanilla, _ = array_run(recipe="vanilla")
    found = compare_runs([run, vanilla], data, "validation")
    assert found.table.accuracy.notna().all()
    assert found.table["weight.synergy"].isna().tolist() == [False, True]
    assert np.isnan(found.agreement.same_dominant.iloc[0])
    assert 0 <= found.agreement.same_answer.iloc[0] <= 1
    assert len(found.stability) == 0
    assert found.differences.expert.isna().all()
    json.dumps(comparison_content(found)["stability"])


def test_runs_that_cannot_be_compared_are_refused():
    run, data = array_run()
    with pytest.raises(InputError, match="two runs or more, but got 1"):
        compare_runs([run], data, "validation")
    with pytest.raises(InputError, match="different inputs"):
        compare_runs([run, array_run(modalities=3)[0]], data, "validation")
    with pytest.raises(InputError, match="different tasks"):
        compare_runs([run, array_run("multilabel")[0]], data, "validation")
    other = dataclasses.replace(run, info=dataclasses.replace(run.info, classes=["a", "b", "d"]))
    with pytest.raises(InputError, match=r"different classes \(a, b, c against a, b, d\)"):
        compare_runs([run, other], data, "validation")
    with pytest.raises(InputError, match="no sample in split 'test'"):
        compare_runs([run, run], data, "test")


def test_labels_differ():
    assert run_labels(["a", "b", "a", "a"]) == ["a", "b", "a (2)", "a (3)"]


def test_a_file_of_something_else_is_refused(tmp_path):
    assert read_comparison(tmp_path / "none.json") is None
    write_json(tmp_path / "c.json", {"runs": ["a"]})
    with pytest.raises(InputError, match="no comparison of runs"):
        read_comparison(tmp_path / "c.json")


def test_the_same_samples_are_taken_every_time():
    run, _ = array_run(size=120)
    samples = tiny_samples(size=120)
    first, second = (compare_runs([run, run], samples, "validation", limit=10) for _ in range(2))
    assert first.samples.id.tolist() == second.samples.id.tolist()
    assert len(first.samples) == 10
