"""Aggregates by hand on a few rows, against numpy on many, and with masks, nulls and nothing at all."""

import numpy as np
import pandas as pd
import pytest

from i2moe_core.analysis.summaries import (
    class_table,
    contradictions,
    distributions,
    dominance,
    group_codes,
    quadrants,
)

EXPERTS = ("unique:a", "synergy")


@pytest.fixture(scope="module")
def table():
    return pd.DataFrame(
        {
            "label": ["x", "x", "y", "y"],
            "correct": [True, False, True, None],
            "dominant": ["synergy", "synergy", "synergy", "unique:a"],
            "weight_unique:a": np.float32([0.1, 0.3, 0.5, np.nan]),
            "weight_synergy": np.float32([0.9, 0.7, 0.5, 0.2]),
            "answer_unique:a": ["x", "y", "y", "x"],
            "answer_synergy": ["x", "x", "y", "y"],
        }
    )


def test_means_by_class(table):
    found = class_table(table, "weight", EXPERTS)
    assert found["label"].tolist() == ["x", "y"]
    assert found["count"].tolist() == [2, 2]
    np.testing.assert_allclose(found["unique:a"], [0.2, 0.5], atol=1e-6)
    np.testing.assert_allclose(found["synergy"], [0.8, 0.35], atol=1e-6)
    masked = class_table(table, "weight", EXPERTS, rows=np.array([True, False, False, False]))
    assert masked["label"].tolist() == ["x"]


def test_who_dominates(table):
    found = dominance(table, EXPERTS, "label").set_index(["group", "expert"])
    assert found.loc[("x", "synergy"), "count"] == 2
    assert found.loc[("x", "unique:a"), "count"] == 0
    assert found.loc[("y", "unique:a"), "share"] == 0.5
    assert dominance(table, EXPERTS)["count"].tolist() == [1, 3]


def test_quadrants_leave_out_what_is_not_known(table):
    found = quadrants(table, np.array([True, True, False, True]))
    cells = {(agree, right): count for agree, right, count in found.itertuples(index=False)}
    assert cells == {(True, True): 1, (True, False): 1, (False, True): 1, (False, False): 0}


def test_who_contradicts_whom(table):
    found = contradictions(table, EXPERTS)
    assert found.loc["unique:a", "synergy"] == found.loc["synergy", "unique:a"] == 0.5
    assert found.loc["synergy", "synergy"] == 0
    assert (
        contradictions(table, EXPERTS, np.array([True, False, True, False])).loc["synergy", "unique:a"] == 0
    )


def test_groups_have_names(table):
    assert group_codes(table["correct"]) == (pytest.approx([0, 1, 0, 2]), ["right", "wrong", "unknown"])
    codes, names = group_codes(pd.Series(np.arange(8.0)))
    assert np.bincount(codes).tolist() == [2, 2, 2, 2]
    assert len(names) == 4


@pytest.mark.parametrize("kind", ["share", "contribution"])
def test_distributions_are_numpys(kind):
    rng = np.random.default_rng(0)
    values = rng.beta(2, 5, 20_000) if kind == "share" else rng.normal(3, 2, 20_000)
    label = rng.choice(["p", "q"], 20_000)
    table = pd.DataFrame({f"{kind}_synergy": values.astype(np.float32), "label": label})
    found = distributions(table, kind, ["synergy"], "label").set_index("group")
    for name in "pq":
        here, row = values[label == name], found.loc[name]
        assert row["count"] == len(here)
        assert row["mean"] == pytest.approx(here.mean(), rel=1e-5)
        span = row["high"] - row["low"]
        for part in (5, 25, 50, 75, 95):
            assert row[f"q{part:02}"] == pytest.approx(np.quantile(here, part / 100), abs=2e-3 * span)
        assert row["density"].sum() * span / len(row["density"]) == pytest.approx(1)
    assert (found["low"].iloc[0], found["high"].iloc[0]) == (
        (0, 1) if kind == "share" else pytest.approx((values.min(), values.max()), rel=1e-5)
    )


def test_nothing_to_summarise(table):
    nobody = np.zeros(4, dtype=bool)
    assert len(distributions(table, "weight", EXPERTS, "label", nobody)) == 0
    assert len(class_table(table, "weight", EXPERTS, rows=nobody)) == 0
    assert dominance(table, EXPERTS, rows=nobody)["count"].tolist() == [0, 0]
    assert quadrants(table, np.ones(4, dtype=bool), nobody)["count"].sum() == 0
    assert contradictions(table, EXPERTS, nobody).isna().all(axis=None)


def test_equal_values_have_a_range():
    table = pd.DataFrame({"component_synergy": np.float32([3, 3])})
    (row,) = distributions(table, "component", ["synergy"]).to_dict("records")
    assert row["low"] < 3 < row["high"]
    assert row["q50"] == pytest.approx(3, abs=0.01)
