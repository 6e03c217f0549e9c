"""The Representations page through app.py and alone: figures, the job, asking by example and by text."""

import json
from dataclasses import replace
from functools import partial
from pathlib import Path

import made_up
import pytest
import tiny_runs
from made_up import words
from spoken import english_left
from streamlit.testing.v1 import AppTest

from i2moe_core.analysis.job import Job
from i2moe_core.analysis.retrieval.file import retrieval_path, write_retrieval
from i2moe_core.analysis.retrieval.run import measure_retrieval
from i2moe_core.config import TrainingConfig
from i2moe_core.ui import jobs
from i2moe_core.ui.components.representations_try import Asked, search

ROOT = Path(__file__).resolve().parents[2]
PAGE = "pages/representations.py"
opened = partial(made_up.opened, PAGE)


@pytest.fixture(scope="module")
def measured():
    """A tiny run on scenes with its test samples as reference, and its figures."""
    run, data = tiny_runs.scenes_run()
    config = replace(run.config, training=TrainingConfig(methods={"alignment": {}}))
    run = replace(run, config=config)
    return run, measure_retrieval(Job(run, data.samples, config.data, "test"))


@pytest.fixture
def run(measured, monkeypatch, tmp_path):
    return install(monkeypatch, tmp_path, measured[0])


def install(monkeypatch, folder, run):
    run = replace(run, path=folder / run.name)
    run.path.mkdir()
    made_up.let_open(monkeypatch, folder, run)
    return run


def keep(run, found):
    write_retrieval(found, retrieval_path(run.path, found.split))


def test_the_page_opens_through_the_app(run, measured):
    keep(run, measured[1])
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    at.switch_page(PAGE).run()
    assert not at.exception
    assert not at.error
    assert at.title[0].value == "Do the inputs lie in one place?"


def test_the_figures_are_this_runs_and_each_says_how_it_is_read(run, measured):
    keep(run, measured[1])
    at = opened()
    assert not at.exception
    assert not at.error
    pair = measured[1].pairs[0]
    assert f"**{pair.directions[0].figures['median_rank'].value:,.0f}** of 20" in words(at)
    assert at.metric[0].value == f"{pair.gap.distance:.2f}"
    notes = [c.value for c in at.caption if "How to read it" in c.value]
    assert len(notes) == 3
    assert all("What it does not show" in note for note in notes)
    assert len(at.dataframe[0].value) == 8


def test_what_was_not_measured_is_started_as_a_job(run, monkeypatch, tmp_path):
    asked = []
    monkeypatch.setattr(jobs, "start", lambda *arguments, **about: asked.append((*arguments, about)))
    at = opened(split="validation")
    assert "Nobody has measured" in words(at)
    at.get_by_key("make_retrieval").click().run()
    command, folder, title, about = asked[0]
    assert title.format(**about) == f"The retrieval of '{run.name}' (validation)"
    assert command[3:7] == ["retrieve", str(run.path), "--split", "validation"]
    assert "--progress" in command
    assert folder == tmp_path / ".jobs" / f"retrieve-{run.name}-validation"


def test_figures_of_other_weights_are_not_shown(run, measured):
    keep(run, replace(measured[1], run_id="other"))
    at = opened()
    assert "other weights" in words(at)
    assert not at.metric


def test_a_damaged_file_is_one_sentence(run):
    retrieval_path(run.path, "test").write_text("{")
    at = opened()
    assert not at.exception
    assert "damaged" in at.error[0].value


@pytest.mark.parametrize(("query", "item"), [("image", "text"), ("text", "image")])
def test_an_example_finds_its_partners_rank_without_any_figures(run, query, item):
    at = opened(ask=query, example=run.reference.ids[3])
    assert not at.exception
    assert f"The nearest of the run's {len(run.reference)} examples" in words(at)
    _, found = search(run, Asked(query, run.reference.raw[query][3], 3), item, None)
    assert len(found.rows) == len(run.reference)
    assert f"Its own {item} is at rank **{found.rows.index(3) + 1}**" in words(at)


def test_a_typed_text_is_asked_with(run):
    at = opened(ask="text")
    at.text_input(key="ask_text").set_value("find the red circle").run()
    assert not at.exception
    assert "Its own" not in words(at)
    assert at.query_params["ask"] == "text"
    assert "find the red circle" in [text.value for text in at.text]


def test_hostile_words_stay_inert(run):
    at = opened(ask="text", ask_text=made_up.HOSTILE)
    assert not at.exception
    assert made_up.HOSTILE in [text.value for text in at.text]
    assert "![x]" not in " ".join(part.value for part in [*at.markdown, *at.caption])


def test_arrays_of_three_inputs_are_compared_two_by_two(monkeypatch, tmp_path):
    run, data = tiny_runs.array_run(modalities=3)
    found = measure_retrieval(Job(run, data.samples, run.config.data, "train"))
    run = install(monkeypatch, tmp_path, run)
    keep(run, found)
    at = opened(split="train", inputs="x2+x3")
    assert not at.exception
    assert not at.error
    assert "Asked with the **x2**" in words(at)
    assert "nothing brought partners together" in words(at)
    assert "linear map" in words(at)


def test_a_single_fusion_is_measured_too(monkeypatch, tmp_path):
    run, _ = tiny_runs.array_run(recipe="vanilla")
    install(monkeypatch, tmp_path, run)
    at = opened()
    assert not at.exception
    assert not at.error
    assert "expect chance" in words(at)


TYPED = "the crimson disc"  # what might be typed, in the language of the data


def chinese(run, **link):
    """What the page still says in English to a visitor who reads Chinese."""
    at = opened(lang="zh", **link)
    assert not at.exception
    texts = [text[:cut] for text in run.reference.raw.get("text", []) for cut in (None, 80)]  # figures cut
    return english_left(at, "broken is damaged", TYPED, str(run.path), *texts)


@pytest.mark.parametrize(
    "link", [{}, {"detail": "simple"}, {"ask": "text"}, {"ask": "text", "ask_text": "red"}]
)
def test_nothing_of_the_figures_is_left_in_english(run, measured, link):
    keep(run, measured[1])
    assert chinese(run, **link) == []


def test_nothing_of_what_is_missing_or_stale_is_left_in_english(run, measured):
    assert chinese(run, split="validation") == []
    keep(run, replace(measured[1], run_id="other"))
    assert chinese(run) == []


@pytest.mark.parametrize("recipe", ["faithful", "vanilla"])
def test_nothing_of_three_inputs_is_left_in_english(recipe, monkeypatch, tmp_path):
    run, data = tiny_runs.array_run(modalities=3, recipe=recipe)
    found = measure_retrieval(Job(run, data.samples, run.config.data, "train"))
    run = install(monkeypatch, tmp_path, run)
    keep(run, found)
    assert chinese(run, split="train", inputs="x2+x3", ask="x3") == []
    assert chinese(run, split="train", inputs="x1+x2", detail="simple") == []


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_link_opens_the_same_choices_in_either_language(lang, monkeypatch, tmp_path):
    run, _ = tiny_runs.array_run(modalities=3)
    install(monkeypatch, tmp_path, run)
    asked = {"split": "validation", "inputs": "x1+x3", "ask": "x3"}
    at = opened(lang=lang, **asked)
    assert not at.exception
    assert {name: "".join(at.query_params[name]) for name in asked} == asked
    assert {name: at.session_state[name] for name in asked} == asked


def test_the_simple_mode_has_the_figures_and_sentences_without_the_finer_numbers(run, measured):
    keep(run, measured[1])
    full, simple = opened(), opened(detail="simple")
    assert len(full.get("plotly_chart")) == len(simple.get("plotly_chart")) == 2
    assert (len(full.metric), len(full.dataframe)) == (5, 1)
    assert not simple.metric
    assert not simple.dataframe
    similarities = [json.loads(at.get("plotly_chart")[0].proto.spec)["data"] for at in (full, simple)]
    assert [sum("error_x" in trace for trace in traces) for traces in similarities] == [3, 1]
    assert "puts the right text at rank" in words(simple)
    assert "How to read it" in words(simple)
    assert "What it does not show" in words(simple)
