"""Columns in their small shape, searched texts, samples and orders: against hand-made tables."""

import numpy as np
import pandas as pd
import pytest

from i2moe_core.analysis.columns import column_names, read_column, rows_with_text, sample_rows, sorted_rows
from i2moe_core.analysis.store import write_analysis
from i2moe_core.errors import InputError


@pytest.fixture(params=["file", "folder"])
def path(request, tmp_path):
    """Five rows, in one file or in two parts whose categories differ."""
    table = pd.DataFrame(
        {
            "label": ["b", "a", None, "a", "c"],
            "weight_synergy": np.array([0.1, 0.5, np.nan, 0.2, 0.9], dtype=np.float32),
            "correct": [True, False, True, None, True],
            "text": ["The RED disc", None, "a.b red", "(Straße)", "x"],
        }
    )
    if request.param == "file":
        write_analysis(table, tmp_path / "a.parquet")
        return tmp_path / "a.parquet"
    write_analysis(table[:3], tmp_path / "parts" / "0.parquet")
    write_analysis(table[3:], tmp_path / "parts" / "1.parquet")
    return tmp_path / "parts"


def test_repeated_texts_are_categories_over_all_parts(path):
    found = read_column(path, "label")
    assert isinstance(found.dtype, pd.CategoricalDtype)
    assert sorted(found.cat.categories) == ["a", "b", "c"]
    assert found.astype(object).where(found.notna(), None).tolist() == ["b", "a", None, "a", "c"]


def test_numbers_stay_small(path):
    found = read_column(path, "weight_synergy")
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, [0.1, 0.5, np.nan, 0.2, 0.9], rtol=1e-6)
    assert len(read_column(path, "text")) == 5


def test_a_missing_column_is_one_sentence(path):
    assert column_names(path) == ["label", "weight_synergy", "correct", "text"]
    with pytest.raises(InputError, match="no column 'probability'"):
        read_column(path, "probability")


@pytest.mark.parametrize(
    ("words", "rows"), [("red", [0, 2]), ("a.b", [2]), ("(straß", [3]), ("blue", []), ("X", [4])]
)
def test_texts_are_searched_letter_by_letter(path, words, rows):
    assert np.flatnonzero(rows_with_text(path, words)).tolist() == rows


def test_a_sample_is_of_the_mask_and_the_same_again():
    rows = np.arange(100) % 2 == 0
    found = sample_rows(rows, 10)
    assert len(found) == 10
    assert rows[found].all()
    assert (np.diff(found) > 0).all()
    assert (sample_rows(rows, 10) == found).all()
    assert sample_rows(rows, 60).tolist() == list(range(0, 100, 2))


def test_what_is_not_known_comes_last_in_either_order():
    values, rows = np.array([0.2, np.nan, 0.9, 0.5, 0.7]), np.array([True, True, True, True, False])
    assert sorted_rows(values, rows, descending=True).tolist() == [2, 3, 0, 1]
    assert sorted_rows(values, rows, descending=False).tolist() == [0, 3, 2, 1]
