"""Rows to take home: those of the mask, all columns but pictures, no text that a spreadsheet would run."""

import csv
import io

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from i2moe_core.analysis.export import rows_as_csv, rows_as_parquet
from i2moe_core.analysis.store import write_analysis

HOSTILE = ["=1+1", "+cmd|' /C calc'!A0", "-2", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1", 'a "b", c', "fine"]


@pytest.fixture
def path(tmp_path):
    table = pd.DataFrame(
        {
            "id": [f"s{n}" for n in range(10)],
            "text": HOSTILE,
            "thumbnail": [b"picture"] * 10,
            "probability": np.array([-0.5, np.nan, *range(8)], dtype=np.float32),
            "sign_split_by_label": [[0.5, 1.0]] * 10,
            "weight_synergy": np.ones(10),
        }
    )
    write_analysis(table, tmp_path / "a.parquet")
    return tmp_path / "a.parquet"


def test_no_text_of_the_csv_is_run_and_numbers_stay_numbers(path):
    content = rows_as_csv(path, np.ones(10, dtype=bool)).decode()
    names, *lines = csv.reader(io.StringIO(content, newline=""))
    assert names == ["id", "text", "probability", "weight_synergy"]
    assert [line[1] for line in lines] == [*(f"'{text}" for text in HOSTILE[:8]), *HOSTILE[8:]]
    assert [line[2] for line in lines[:3]] == ["-0.5", "", "0"]


def test_a_csv_holds_the_first_rows_of_the_mask(path):
    rows = np.arange(10) >= 8
    assert pd.read_csv(io.BytesIO(rows_as_csv(path, rows)))["id"].tolist() == ["s8", "s9"]
    assert pd.read_csv(io.BytesIO(rows_as_csv(path, rows, most=1)))["id"].tolist() == ["s8"]
    assert rows.sum() == 2  # the mask is shared by all figures


def test_parquet_holds_the_rows_as_they_are(path):
    found = pq.read_table(io.BytesIO(rows_as_parquet(path, np.arange(10) % 5 == 0))).to_pandas()
    assert found["id"].tolist() == ["s0", "s5"]
    assert found["text"].tolist() == ["=1+1", "\rx"]
    assert found["sign_split_by_label"][0].tolist() == [0.5, 1.0]
    assert "thumbnail" not in found.columns


def test_no_row_gives_a_file_with_columns_only(path):
    nothing = np.zeros(10, dtype=bool)
    assert len(pq.read_table(io.BytesIO(rows_as_parquet(path, nothing)))) == 0
    assert rows_as_csv(path, nothing).decode().startswith('"id","text"')
