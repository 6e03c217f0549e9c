"""The measures side by side, on made-up tables whose answer is known by hand."""

import numpy as np
import pandas as pd
import pytest

from i2moe_core.analysis.emap_file import Emap, emap_path, read_emap, write_emap
from i2moe_core.analysis.info import AnalysisInfo
from i2moe_core.analysis.set_level import set_level
from i2moe_core.analysis.triangulation import (
    DROP,
    EMAP,
    MEASURES,
    apart,
    columns_needed,
    correlations,
    drop_parts,
    mean_table,
    measure_values,
    measures_of,
    named,
    recovery,
    same_name,
    swap_noise,
)
from i2moe_core.errors import InputError
from i2moe_core.types import interaction_names

NAMES = interaction_names(("image", "text"))


def info(task="multiclass", components="probes", modalities=("image", "text"), draws=3):
    return AnalysisInfo(
        run_id="r", data="d", split="test", task=task, classes=["a", "b"], modalities=list(modalities),
        experts=list(interaction_names(modalities)), draws=draws, components=components,
    )  # fmt: skip


def emap(rows=(5, 3)):
    return Emap(
        run_id="r", data="d", split="test", seed=0, total=9, draws=2, exact=True, measure="accuracy",
        full=1.0, additive=0.5, gap=0.5, low=0.2, high=0.8, changed=0.5, rows=list(rows),
        main={"image": [1.0, 2.0], "text": [3.0, 4.0]}, rest=[-1.0, 7.0],
    )  # fmt: skip


def table(**columns):
    """Three samples; what is not given is 0."""
    names = [*columns_needed(info()), "interaction"]
    return pd.DataFrame({name: columns.get(name, np.zeros(3)) for name in names})


def test_an_input_whose_swap_costs_the_answer_is_unique():
    parts = drop_parts(np.array([1.0]), np.array([[0.5], [1.0]]), 0.5, NAMES)
    assert parts.tolist() == [[0.5, 0.0, 0.0, 0.0]]


@pytest.mark.parametrize(
    ("swapped", "part"),
    [
        ([1.0, 0.5], "unique:text"),
        ([0.5, 0.5], "synergy"),
        ([1.0, 1.0], "redundancy"),
        ([1.2, 1.0], "redundancy"),
    ],
)
def test_falls_are_read_as_interactions(swapped, part):
    parts = drop_parts(np.array([1.0]), np.array(swapped)[:, None], 0.5, NAMES)[0]
    assert dict(zip(NAMES, parts, strict=True)) == {name: 0.5 * (name == part) for name in NAMES}


@pytest.mark.parametrize("modalities", [2, 3])
def test_the_parts_of_a_drop_sum_to_what_is_above_chance(modalities):
    random = np.random.default_rng(0)
    full, swapped = random.random(50), random.random((modalities, 50))
    names = interaction_names([f"x{m}" for m in range(modalities)])
    parts = drop_parts(full, swapped, 0.25, names)
    np.testing.assert_allclose(parts.sum(1), full - 0.25)


def test_a_missing_input_leaves_the_drop_unknown():
    parts = drop_parts(np.array([1.0]), np.array([[np.nan], [0.2]]), 0.5, NAMES)
    assert np.isnan(parts).all()


def test_what_an_analysis_lacks_is_no_measure():
    assert measures_of(info(), emap()) == list(MEASURES)
    assert measures_of(info(components="swaps")) == [k for k in MEASURES if k not in ("component", EMAP)]
    assert DROP not in measures_of(info(task="regression"))


def test_emap_is_of_its_own_rows_alone():
    values = measure_values(table(row=np.array([3, 4, 5])), info(), emap())[EMAP]
    np.testing.assert_array_equal(values, [[2, 4, 7, np.nan], [np.nan] * 4, [1, 3, -1, np.nan]])


def test_the_largest_part_is_named_and_half_known_rows_name_none():
    assert named(np.array([[0.1, 0.7, 0.2], [-3.0, -2.0, -2.5], [np.nan, 9.0, 1.0]])).tolist() == [1, 1, -1]


def test_means_leave_out_what_is_not_known():
    means = mean_table({"share": np.array([[1.0, np.nan], [3.0, np.nan]])}, ["synergy", "redundancy"])
    assert means["mean"].tolist()[0] == 2.0
    assert np.isnan(means["mean"].tolist()[1])
    assert means["samples"].tolist() == [2, 0]
    assert 1.0 <= means["low"][0] <= 2.0 <= means["high"][0] <= 3.0


def test_measures_that_rise_together_correlate_and_others_do_not():
    rise = np.arange(20.0)[:, None]
    values = {"weight": rise, "share": rise**3, "drop": -rise, "emap": np.full((20, 1), np.nan)}
    found = correlations(values, 0)
    assert {pair: round(c.value, 9) for pair, c in found.items()} == {
        ("weight", "share"): 1, ("weight", "drop"): -1, ("share", "drop"): -1,
    }  # fmt: skip


def test_the_same_name_is_counted_where_both_know():
    a = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0], [np.nan, 0.0]])
    b = np.array([[2.0, 1.0], [2.0, 1.0], [2.0, 1.0], [2.0, 1.0]])
    assert same_name({"a": a, "b": b, "c": np.full((4, 2), np.nan)}) == {("a", "b"): 2 / 3}


def test_recovery_counts_hits_by_truth():
    values = {"share": np.array([[1, 0, 0, 0], [1, 0, 0, 0], [0, 0, 1, 0], [0, 1, 0, 0]], dtype=float)}
    truth = pd.Series(["unique:image", "synergy", "synergy", None], dtype="category")
    found = recovery(values, truth, NAMES).set_index("truth")
    assert found.loc["all", ["hits", "samples"]].tolist() == [2, 3]
    assert found.loc["synergy", ["hits", "samples"]].tolist() == [1, 2]
    assert np.isnan(found.loc["redundancy", "share"])
    assert (found["low"] <= found["high"]).all()
    assert recovery(values, pd.Series([None] * 4, dtype=object), NAMES).empty


def test_noise_is_all_where_samples_differ_by_their_swaps_alone():
    """100,000 samples of one true drop, K = 3 swaps each: all variance is the swaps'."""
    drawn = np.random.default_rng(0).random((100_000, 3))
    frame = pd.DataFrame({"probability": np.ones(len(drawn))})
    for m in ("image", "text"):
        frame[f"swapped_{m}_mixture"], frame[f"spread_{m}"] = drawn.mean(1), drawn.std(1)
    assert swap_noise(frame, info()) == pytest.approx(1, abs=0.01)
    frame["probability"] += np.random.default_rng(1).normal(0, np.sqrt(1 / 36), len(drawn))
    assert swap_noise(frame, info()) == pytest.approx(0.5, abs=0.01)
    assert np.isnan(swap_noise(frame, info(draws=1)))


def test_ranks_apart():
    a, b = np.array([1.0, 2.0, 3.0, np.nan]), np.array([30.0, 20.0, 10.0, 0.0])
    np.testing.assert_allclose(apart(a, b), [-1, 0, 1, np.nan])


def test_the_set_level_of_copy_and_xor():
    a, b = np.tile([0, 0, 1, 1], 50), np.tile([0, 1, 0, 1], 50)

    def parts(first, second, y):
        frame = pd.DataFrame({"probe_image": first, "probe_text": second, "label": y}).astype(str)
        found = set_level(frame, "image", "text", draws=3)
        return found.parts["bits"].round(3).tolist(), found

    assert parts(a, a, a)[0] == [0, 0, 0, 1]
    assert parts(a, b, a)[0] == [1, 0, 0, 0]
    bits, found = parts(a, b, a ^ b)
    assert bits == [0, 0, 1, 0]
    assert (found.joint, found.samples, found.merged) == (pytest.approx(1), 200, 0)
    assert (found.parts["chance"] < 0.1).all()


def test_rare_classes_are_merged_and_no_probes_give_nothing():
    y = np.arange(300) % 20
    frame = pd.DataFrame({"probe_image": y, "probe_text": y, "label": y}).astype(str)
    assert set_level(frame, "image", "text", draws=1).merged == 3 * 12
    assert set_level(frame.assign(probe_text=None), "image", "text") is None


def test_an_emap_file_is_read_as_written(tmp_path):
    path = emap_path(tmp_path / "analysis.parquet")
    assert path.name == "emap.json"
    assert emap_path(tmp_path / "other.parquet").name == "other.emap.json"
    assert read_emap(path) is None
    write_emap(emap(), path)
    assert read_emap(path) == emap()
    for content in ("{", "[]", path.read_text().replace('"rest": [', '"rest": [1.0, ')):
        path.write_text(content)
        with pytest.raises(InputError, match="damaged"):
            read_emap(path)
