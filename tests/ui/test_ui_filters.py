"""Filters by hand: each condition alone, together, several labels, nothing known; rows and keys of tables."""

import numpy as np
import pandas as pd
import pytest

from i2moe_core.analysis.info import AnalysisInfo
from i2moe_core.analysis.schema import columns_of
from i2moe_core.analysis.store import INFO, write_analysis
from i2moe_core.config import to_dict
from i2moe_core.types import interaction_names
from i2moe_core.ui.filters import Filter, apply
from i2moe_core.ui.table import read_table

EXPERTS = interaction_names(("image", "text"))


def made_table(folder, task="multiclass", labels=("a", "b", "a", "c"), leave_out=()):
    """Four samples, of which the third is not known to be right or sure."""
    known = {
        "id": ["s0", "s1", "s2", "s3"],
        "label": list(labels),
        "dominant": ["synergy", "redundancy", "synergy", "unique:text"],
        "jensen_shannon": [0.1, 0.3, 0.5, 1.0],
        "probability": [0.9, 0.4, np.nan, 0.6],
        "correct": [True, False, None, True],
        "text": ["red disc", "Blue disc", None, "RED"],
    }
    columns = {name: known.get(name, [None] * 4) for name in columns_of(EXPERTS)}
    columns |= {name: [0.25] * 4 for name in columns if name.startswith("weight_")}
    frame = pd.DataFrame({n: v for n, v in columns.items() if n not in leave_out})
    info = AnalysisInfo("r", "made", "test", task, ["a", "b", "c"], ["image", "text"], list(EXPERTS), 1, "")
    frame.attrs[INFO] = to_dict(info)
    write_analysis(frame, folder / "analysis.parquet")
    return read_table(folder / "analysis.parquet")


@pytest.mark.parametrize(
    ("chosen", "rows"),
    [
        (Filter(), [0, 1, 2, 3]),
        (Filter(classes=("a",)), [0, 2]),
        (Filter(classes=("b", "c")), [1, 3]),
        (Filter(experts=("synergy", "unique:text")), [0, 2, 3]),
        (Filter(apart=(0.1, 0.3)), [0, 1]),
        (Filter(sure=(0.5, 1.0)), [0, 3]),
        (Filter(correct="right"), [0, 3]),
        (Filter(correct="wrong"), [1]),
        (Filter(text="red"), [0, 3]),
        (Filter(classes=("a",), experts=("synergy",), text="disc"), [0]),
        (Filter(classes=("nothing",)), []),
    ],
)
def test_each_condition(chosen, rows, tmp_path):
    assert np.flatnonzero(apply(made_table(tmp_path), chosen)).tolist() == rows


def test_one_of_several_labels_is_enough(tmp_path):
    table = made_table(tmp_path, "multilabel", ("a, b", "b", "ab", "c, a"))
    assert np.flatnonzero(apply(table, Filter(classes=("a",)))).tolist() == [0, 3]


def test_a_mask_cannot_be_written(tmp_path):
    rows = apply(made_table(tmp_path), Filter())
    with pytest.raises(ValueError, match="read-only"):
        rows[0] = False


def test_a_table_gives_rows_by_id_and_by_place(tmp_path):
    table = made_table(tmp_path)
    assert table.length == 4
    assert table.experts == EXPERTS
    assert table.row("s1")["text"] == "Blue disc"
    assert table.row("gone") is None
    assert table.rows([3, 0], ["id"])["id"].tolist() == ["s3", "s0"]
    assert table.columns(["label", "dominant"]).shape == (4, 2)


def test_a_rewritten_table_is_read_anew(tmp_path):
    first = made_table(tmp_path)
    assert first.columns(["label"])["label"].tolist() == ["a", "b", "a", "c"]
    second = made_table(tmp_path, labels=("c", "c", "c", "c"))
    assert second.key != first.key
    assert second.columns(["label"])["label"].tolist() == ["c"] * 4


def test_a_table_of_an_older_version_is_not_opened(tmp_path):
    assert made_table(tmp_path, leave_out=("sign_split",)) is None
