"""The Disagreement page: every question of every task, links, both languages, the simple mode."""

from dataclasses import replace
from functools import partial

import made_up
import numpy as np
import pytest
import tiny_runs
from made_up import words
from spoken import english_left

from i2moe_core.analysis.records import analyze_run
from i2moe_core.analysis.store import write_analysis
from i2moe_core.language import say
from i2moe_core.ui.components import abstain
from i2moe_core.ui.components.apart import views as apart_views
from i2moe_core.ui.components.apart.facet import FACETS
from i2moe_core.ui.table import read_table

opened = partial(made_up.opened, "pages/disagreement.py")


@pytest.fixture
def run(generated_run):
    return generated_run


def measured(monkeypatch, folder, task):
    """A tiny run of another task with the analysis of its samples."""
    run, data = tiny_runs.array_run(task, 2, size=40)
    frame = analyze_run(run, data, str(run.reference.splits[0]), draws=1)
    run = replace(run, path=folder / run.name)
    run.path.mkdir()
    write_analysis(frame, run.path / "analysis.parquet")
    made_up.let_open(monkeypatch, folder, run)
    return run


def keys(at):
    return {key for key in ("facet", "measure", "target") if key in at.session_state}


@pytest.mark.parametrize("facet", FACETS)
def test_every_facet(facet, run):
    at = opened(facet=facet, cell="disagree wrong", between="synergy redundancy")
    assert not at.exception
    assert not at.error
    assert at.header[0].value == FACETS[facet][1]
    assert sum("How to read it" in caption.value for caption in at.caption) >= 1


def test_broken_links_show_the_plain_page(run):
    at = opened(cell="x y", between="synergy nobody", facet="Nothing", measure="Nothing")
    assert not at.exception
    assert "Is it right when they agree?" in [header.value for header in at.header]
    assert not at.subheader


def test_keeping_a_threshold_writes_what_is_shown(run, monkeypatch):
    kept = []
    monkeypatch.setattr(abstain, "write_abstain", lambda path, record: kept.append((path, record)))
    at = opened(facet="less", measure="vote_entropy", target="19")
    button = [button for button in at.button if button.key == "keep_threshold"]
    if not button:
        pytest.fail(words(at))
    button[0].click().run()
    assert kept[0][0] == run.path
    assert kept[0][1].measure == "vote_entropy"
    assert kept[0][1].bound <= kept[0][1].target


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        (
            [[9, 1], [2, 2]],
            "the 10 answers where all experts agree, **90.0%** are right; of the 4 others, **50.0%**.",
        ),
        ([[0, 0], [2, 2]], "In none of the 4 samples do all experts agree; **50.0%** of the answers are"),
        ([[3, 1], [0, 0]], "In all 4 samples the experts agree; **75.0%** of the answers are right."),
    ],
)
def test_the_counts_are_one_whole_sentence(counts, sentence, run, monkeypatch):
    monkeypatch.setattr(apart_views.apart, "cells", lambda table, chosen: np.array(counts))
    said = words(opened(detail="simple"))
    assert sentence in said


@pytest.mark.parametrize("facet", FACETS)
def test_it_speaks_chinese(facet, run):
    link = {"facet": facet, "cell": "disagree wrong", "between": "synergy redundancy"}
    at = opened(lang="zh", **link)
    assert not at.exception
    assert at.title[0].value == "专家们在哪里有分歧？"
    assert english_left(at, "broken is damaged", *texts(run)) == []
    assert english_left(opened(**link), *texts(run))


def texts(run):
    """Sentences of the samples, which are of the data."""
    table = read_table(run.path / "analysis.parquet")
    return [str(text) for text in table.rows(range(table.length), ["text"])["text"] if text]


@pytest.mark.parametrize("facet", FACETS)
@pytest.mark.parametrize("task", ["multilabel", "regression"])
def test_other_tasks_in_chinese(task, facet, monkeypatch, tmp_path):
    run = measured(monkeypatch, tmp_path, task)
    at = opened(lang="zh", facet=facet, cell="disagree wrong", between="synergy redundancy")
    assert not at.exception
    assert not at.error
    assert english_left(at, "broken is damaged", *texts(run)) == []


def test_a_regression_begins_with_how_far_apart_the_numbers_are(monkeypatch, tmp_path):
    measured(monkeypatch, tmp_path, "regression")
    at = opened(detail="simple")
    assert at.header[0].value == "How far apart are they?"
    assert len(at.get("plotly_chart")) == 1
    assert "neither right nor wrong" in opened(facet="agree").info[0].value


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_link_means_the_same_in_both_languages(lang, run):
    at = opened(lang=lang, facet="less", measure="vote_entropy")
    assert at.session_state["facet"] == "less"
    assert at.selectbox(key="measure").value == "vote_entropy"
    assert at.query_params["facet"] == "less"
    assert at.query_params["measure"] == "vote_entropy"


def test_simple_shows_the_main_figure_alone(run):
    at = opened(detail="simple")
    assert len(at.get("plotly_chart")) == 1
    assert "facet" not in keys(at)
    assert " to " not in next(m.value for m in at.markdown if "all experts agree" in m.value)
    assert sum("How to read it" in caption.value for caption in at.caption) == 1
    full = next(m.value for m in opened().markdown if "all experts agree" in m.value)
    assert " to " in full


def test_simple_shows_what_the_link_asks_for(run):
    at = opened(detail="simple", facet="size")
    assert at.header[0].value == "How far apart are they?"
    assert len(at.get("plotly_chart")) == 1  # of four measures
    at = opened(detail="simple", facet="less")
    assert keys(at) == {"facet"}
    assert "Area of the risk" not in words(at)
    at = opened(detail="simple", facet="less", measure="vote_entropy", target="19")
    assert keys(at) == {"facet", "measure", "target"}
    assert at.slider(key="target").value == 19


def test_the_words_of_the_page_are_explained(run):
    assert say("How far the experts' answers to one sample are apart.") in words(opened())
