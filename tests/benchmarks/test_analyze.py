"""The analysis' benchmarks run and write what they say; the generated table is a valid analysis."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from i2moe_core.analysis.info import VERSION
from i2moe_core.analysis.schema import columns_of
from i2moe_core.analysis.store import count_rows, read_analysis, read_info
from i2moe_core.types import interaction_names

FOLDER = Path(__file__).parents[2] / "benchmarks"
RUN = FOLDER.parent / "checkpoints" / "scenes"
NAMES = interaction_names(("image", "text"))


@pytest.fixture(autouse=True)
def importable(monkeypatch):
    monkeypatch.syspath_prepend(str(FOLDER))
    for name in ("analyze", "generated_analysis"):
        monkeypatch.delitem(sys.modules, name, raising=False)


def test_figures_of_the_analysis(tmp_path):
    import analyze

    analyze.main([f"--json={tmp_path / 'a.json'}", "--rounds=1", "--rows=32", "--threads=1", f"--run={RUN}"])
    figures = json.loads((tmp_path / "a.json").read_text())
    assert figures["samples_per_second"] > 0
    assert figures["ratio_to_inference"] > 0
    assert figures["rows"] == 32


def test_generated_rows_have_the_real_columns(tmp_path):
    import generated_analysis

    path = tmp_path / "made.parquet"
    assert generated_analysis.write_generated(path, 3000) == path.stat().st_size
    table = read_analysis(path)
    assert list(table.columns) == columns_of(NAMES)
    assert count_rows(path) == 3000
    assert table["id"].is_unique
    shares = table[[f"share_{e}" for e in NAMES]].to_numpy()
    np.testing.assert_allclose(shares.sum(1), 1, atol=1e-5)
    assert (np.array(NAMES)[shares.argmax(1)] == table["dominant"]).all()
    assert ((table["label"] == table["prediction"]) == table["correct"].astype(bool)).all()
    assert read_info(path).version == VERSION


def test_generated_maps_are_bounded(tmp_path, monkeypatch):
    import generated_analysis

    monkeypatch.setattr(generated_analysis, "MAP_ROWS", 100)
    generated_analysis.write_generated(tmp_path / "made.parquet", 500)
    table = read_analysis(tmp_path / "made.parquet", ["umap_embedding_x", "pca_embedding_x"])
    assert table.notna().sum().tolist() == [100, 500]
