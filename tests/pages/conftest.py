"""A made-up run with the analysis of made-up samples, for pages that read an analysis."""

import sys
from pathlib import Path

import made_up
import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def generated(tmp_path_factory):
    """The analysis of 400 made-up samples, as a file's content."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "benchmarks"))
        patch.delitem(sys.modules, "generated_analysis", raising=False)
        from generated_analysis import write_generated

    path = tmp_path_factory.mktemp("generated") / "analysis.parquet"
    write_generated(path, 400, classes=("circle", "triangle", "cross"), run_id="made-000000000000")
    return path.read_bytes()


@pytest.fixture
def generated_run(generated, monkeypatch, tmp_path):
    """The run that the app opens; its analysis is ``generated``."""
    run = made_up.install(monkeypatch, tmp_path, audit=made_up.GOOD_AUDIT)
    run.path.mkdir()
    (run.path / "analysis.parquet").write_bytes(generated)
    return run
