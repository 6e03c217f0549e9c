"""The Interactions page through app.py and alone: every look, task and link; EMAP as a job; the paragraph."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import made_up
import numpy as np
import pytest
import tiny_runs
from made_up import words
from spoken import english_left
from streamlit.testing.v1 import AppTest

from i2moe_core.analysis.emap_file import write_emap
from i2moe_core.analysis.emap_run import measure_emap
from i2moe_core.analysis.job import Job
from i2moe_core.analysis.records import analyze_run
from i2moe_core.analysis.store import write_analysis
from i2moe_core.analysis.triangulation import measure_values
from i2moe_core.types import interaction_names
from i2moe_core.ui import jobs
from i2moe_core.ui.components.interactions.look import LOOKS
from i2moe_core.ui.table import read_table
from i2moe_core.ui.words import percent

ROOT = Path(__file__).resolve().parents[2]
PAGE = "pages/interactions.py"
opened = partial(made_up.opened, PAGE)


@pytest.fixture(scope="module")
def analyzed():
    """A tiny run on scenes, the analysis of its 20 test samples, and EMAP of 8 of them."""
    run, data = tiny_runs.scenes_run()
    frame = analyze_run(run, data, draws=2)
    return run, frame, measure_emap(Job(run, data.samples, run.config.data, "test"), samples=8)


@pytest.fixture
def run(analyzed, monkeypatch, tmp_path):
    return install(monkeypatch, tmp_path, *analyzed[:2])


def install(monkeypatch, folder, run, frame):
    run = replace(run, path=folder / run.name)
    run.path.mkdir()
    if frame is not None:
        write_analysis(frame, run.path / "analysis.parquet")
    made_up.let_open(monkeypatch, folder, run)
    return run


def paragraph(at):
    return next(part.value for part in at.markdown if "name the same interaction" in part.value)


def test_the_page_opens_through_the_app(run):
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30).run()
    at.switch_page(PAGE).run()
    assert not at.exception
    assert not at.error
    assert at.title[0].value == "Do the measures of interaction agree?"


@pytest.mark.parametrize("look", LOOKS)
def test_every_look_says_how_it_is_read(run, analyzed, look):
    write_emap(analyzed[2], run.path / "emap.json")
    at = opened(measures_look=look)
    assert not at.exception
    assert not at.error
    notes = [c.value for c in at.caption if "How to read it" in c.value]
    assert len(notes) >= 2
    assert all("What it does not show" in note for note in notes)
    assert "rest on 2 swaps a sample" in notes[0]


def test_the_paragraph_is_of_these_samples_and_this_runs_numbers(run, analyzed):
    frame = analyzed[1]
    said = paragraph(opened())
    assert "Of these 20 samples" in said
    names = interaction_names(("image", "text"))
    weight, share = (
        frame[[f"{kind}_{e}" for e in names]].to_numpy().argmax(1) for kind in ("weight", "share")
    )
    part = (weight == share).mean()
    assert f"{percent(part)}: the experts" in said if part >= 0.95 else f"part in {percent(1 - part)}" in said
    few = int((frame["label"] == "circle").sum())
    assert f"Of these {few} samples" in paragraph(opened(f_class="circle"))


def test_without_emap_nothing_is_said_of_sums(run, analyzed):
    assert "best sum" not in paragraph(opened())
    write_emap(analyzed[2], run.path / "emap.json")
    assert f"reaches {analyzed[2].additive:.2f}" in paragraph(opened())


def test_emap_is_started_as_a_job_and_its_result_is_shown_when_there(run, analyzed, monkeypatch, tmp_path):
    asked = []
    monkeypatch.setattr(jobs, "start", lambda *given, **about: asked.append((*given, about)))
    at = opened(measures_look="sum")
    at.get_by_key("make_emap").click().run()
    command, folder, title, about = asked[0]
    assert command[3:8] == ["analyze", str(run.path), "--emap", "--split", "test"]
    assert "--out" not in command
    assert "--progress" in command
    assert folder == tmp_path / ".jobs" / f"emap-{run.name}"
    assert title.format(**about) == f"The EMAP of '{run.name}' (test)"
    write_emap(analyzed[2], run.path / "emap.json")
    at = opened(measures_look="sum")
    assert [metric.value for metric in at.metric] == [
        f"{analyzed[2].full:.3f}", f"{analyzed[2].additive:.3f}", f"{analyzed[2].gap:.3f}",
    ]  # fmt: skip
    assert "all 64 combinations" in words(at)


def test_an_emap_of_other_weights_is_not_shown(run, analyzed):
    write_emap(replace(analyzed[2], run_id="other"), run.path / "emap.json")
    at = opened(measures_look="sum")
    assert "other weights" in words(at)
    assert not at.metric


def test_a_damaged_emap_is_one_sentence(run):
    (run.path / "emap.json").write_text("{")
    at = opened()
    assert not at.exception
    assert "damaged" in at.error[0].value


def test_a_cell_in_the_link_shows_its_samples_and_a_sample_itself(run, analyzed):
    frame = analyzed[1]
    at = opened(cell="weight~2", sample=frame["id"].iloc[3])
    assert not at.exception
    names = [f"weight_{e}" for e in interaction_names(("image", "text"))]
    count = int((frame[names].to_numpy().argmax(1) == 2).sum())
    assert f"{count} samples" in words(at)
    shown = at.dataframe[0].value["m_weight"].to_numpy() if count else np.zeros(0)
    assert (np.diff(shown) <= 0).all()
    assert frame["text"].iloc[3] in [text.value for text in at.text]
    at = opened(cell="weight~share~0")
    assert "rank 20 samples most differently" in words(at)
    assert len(at.dataframe[0].value) == 12
    at.get_by_key("forget_cell").click().run()
    assert "cell" not in at.query_params


@pytest.mark.parametrize(
    "cell", ["weight", "gone~1", "weight~9", "weight~weight~1", "a~b~c~1", "weight~²", "~~"]
)
def test_a_broken_cell_is_no_cell(run, cell):
    at = opened(cell=cell)
    assert not at.exception
    assert "Click a cell" in words(at)


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize(
    ("task", "modalities", "probes"),
    [("multilabel", 2, True), ("regression", 2, True), ("multiclass", 3, True), ("multiclass", 2, False)],
)
def test_other_tasks_and_inputs(task, modalities, probes, look, monkeypatch, tmp_path):
    run, data = tiny_runs.array_run(task, modalities, size=40, missing=0.2, probes=probes)
    frame = analyze_run(run, data, str(run.reference.splits[0]), draws=1)
    install(monkeypatch, tmp_path, run, frame)
    at = opened(measures_look=look, sample=frame["id"].iloc[0])
    assert not at.exception
    assert not at.error


@pytest.mark.parametrize("look", LOOKS)
def test_hostile_names_never_meet_markdown(analyzed, look, monkeypatch, tmp_path):
    frame = analyzed[1].copy()
    frame["text"], frame["label"], frame["prediction"] = (made_up.HOSTILE,) * 3
    frame.attrs = analyzed[1].attrs
    install(monkeypatch, tmp_path, analyzed[0], frame)
    at = opened(measures_look=look, cell="share~drop~1", sample=frame["id"].iloc[0])
    assert not at.exception
    for part in [*at.markdown, *at.caption]:
        assert "![x](http" not in part.value
        assert "<img" not in part.value.replace("\\<", "")


def test_without_an_analysis_the_page_offers_to_make_one(analyzed, monkeypatch, tmp_path):
    install(monkeypatch, tmp_path, analyzed[0], None)
    at = opened()
    assert not at.exception
    assert at.get_by_key("make_analysis")


@pytest.mark.parametrize(
    ("look", "cell"), zip(LOOKS, ["weight~2", "emap~0", "weight~share~0", ""], strict=True)
)
def test_it_speaks_chinese(look, cell, run, analyzed):
    write_emap(analyzed[2], run.path / "emap.json")
    at = opened(lang="zh", measures_look=look, cell=cell)
    assert not at.exception
    assert at.title[0].value == "各种交互度量意见一致吗？"
    assert len(at.header) == 4
    assert english_left(at, "broken is damaged") == []
    assert "Do the measures of interaction agree" in english_left(opened(measures_look=look))


@pytest.mark.parametrize("of_others", [False, True])
def test_the_offer_of_emap_speaks_chinese(of_others, run, analyzed):
    if of_others:
        write_emap(replace(analyzed[2], run_id="other"), run.path / "emap.json")
    at = opened(lang="zh", measures_look="sum")
    assert ("别的权重" in words(at)) == of_others
    assert english_left(at, "broken is damaged") == []


@pytest.mark.parametrize(
    ("task", "modalities", "probes"),
    [("multilabel", 2, True), ("regression", 2, True), ("multiclass", 3, True), ("multiclass", 2, False)],
)
def test_other_tasks_in_chinese(task, modalities, probes, monkeypatch, tmp_path):
    run, data = tiny_runs.array_run(task, modalities, size=40, probes=probes)
    split = str(run.reference.splits[0])
    installed = install(monkeypatch, tmp_path, run, analyze_run(run, data, split, draws=1))
    emap = measure_emap(Job(run, data.samples, run.config.data, split), samples=8)
    write_emap(emap, installed.path / "emap.json")
    for look in LOOKS:
        at = opened(lang="zh", measures_look=look, cell="share~1")
        assert not at.exception
        assert not at.error
        assert english_left(at, "broken is damaged") == []


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_link_means_the_same_in_both_languages(lang, run):
    at = opened(lang=lang, measures_look="ranks", interaction="redundancy")
    assert at.session_state["measures_look"] == "ranks"
    assert at.session_state["interaction"] == "redundancy"
    assert at.query_params["interaction"] == "redundancy"
    at = opened(lang=lang, measures_look="truth")
    assert at.query_params["measures_look"] == "truth"
    assert LOOKS["truth"][1] in words(at) or lang == "zh"


def test_two_of_three_inputs_are_chosen_by_their_names(monkeypatch, tmp_path):
    run, data = tiny_runs.array_run("multiclass", 3, size=40, probes=True)
    install(monkeypatch, tmp_path, run, analyze_run(run, data, str(run.reference.splits[0]), draws=1))
    first, *_, last = run.info.modalities
    at = opened(measures_look="set", pair=f"{first}+{last}")
    assert at.selectbox(key="pair").value == f"{first}+{last}"
    assert at.selectbox(key="pair").options[1] == f"{first} and {last}"


def test_simple_shows_the_main_figure_and_its_answer(run, analyzed):
    at = opened(detail="simple")
    assert len(at.get("plotly_chart")) == 1
    assert "What each measure is" not in [part.label for part in at.expander]
    assert "measures_look" not in at.session_state
    assert "name the same interaction in only" not in words(at)
    assert sum("How to read it" in caption.value for caption in at.caption) == 1
    assert len(at.header) == 1
    info = read_table(run.path / "analysis.parquet").info
    said = [values.argmax(1) for values in measure_values(analyzed[1], info).values()]
    shares = [float((a == b).mean()) for n, a in enumerate(said) for b in said[n + 1 :]]
    assert f"in **{percent(min(shares))}** to **{percent(max(shares))}** of the samples" in words(at)


def test_simple_shows_what_the_link_asks_for(run):
    at = opened(detail="simple", measures_look="set", cell="weight~2")
    assert at.session_state["measures_look"] == "set"
    assert [header.value for header in at.header] == [
        "What does each measure say?", "What does the set as a whole hold?", "The samples behind a cell",
    ]  # fmt: skip
