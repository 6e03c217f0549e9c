"""The example that opens first is one that the model answers rightly and surely."""

from dataclasses import replace

import made_up
import numpy as np
import pandas as pd
import pytest

from i2moe_core.types import SYNERGY
from i2moe_core.ui.ready import ready_row


@pytest.fixture
def run(tmp_path):
    return made_up.made_run(tmp_path)


def synergy_rows(run):
    return np.flatnonzero(run.reference.truth.interactions == SYNERGY)


def analysed(run, probability, correct):
    table = pd.DataFrame({"id": run.reference.ids, "correct": correct, "probability": probability})
    table.to_parquet(run.path / "analysis.parquet")


def test_the_surest_right_answer_of_those_that_need_both(run):
    wrong, best, unsure = synergy_rows(run)[[0, 2, 1]]
    probability, correct = np.full(len(run.reference), 0.99), np.ones(len(run.reference), dtype=bool)
    probability[synergy_rows(run)] = 0.5
    probability[[wrong, best, unsure]] = 0.98, 0.9, 0.6
    correct[wrong] = False
    analysed(run, probability, correct)
    assert ready_row(run) == best


def test_without_an_analysis_the_first_that_needs_both(run):
    assert ready_row(run) == synergy_rows(run)[0]


def test_where_no_type_is_known_the_surest(run):
    blind = replace(run, reference=replace(run.reference, truth=None))
    probability = np.linspace(0.1, 0.9, len(run.reference))
    analysed(run, probability, np.ones(len(run.reference), dtype=bool))
    assert ready_row(blind) == len(run.reference) - 1


def test_a_number_has_no_probability(run):
    analysed(run, np.full(len(run.reference), np.nan), None)
    assert ready_row(run) == synergy_rows(run)[0]


def test_a_damaged_analysis_is_passed_over(run):
    (run.path / "analysis.parquet").write_bytes(b"no parquet")
    assert ready_row(run) == synergy_rows(run)[0]
