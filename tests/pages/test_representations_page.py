"""The Representations page through app.py and alone: figures, the job, asking by example and by text."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import made_up
import pytest
import tiny_runs
from made_up import words
from streamlit.testing.v1 import AppTest

from i2moe_core.analysis.job import Job
from i2moe_core.analysis.retrieval_file import retrieval_path, write_retrieval
from i2moe_core.analysis.retrieval_run import measure_retrieval
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
    monkeypatch.setattr(jobs, "start", lambda *arguments: asked.append(arguments))
    at = opened(split="validation")
    assert "Nobody has measured" in words(at)
    at.get_by_key("make_retrieval").click().run()
    command, folder, _ = asked[0]
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


@pytest.mark.parametrize("way", ["image → text", "text → image"])
def test_an_example_finds_its_partners_rank_without_any_figures(run, way):
    at = opened(ask=way, example=run.reference.ids[3])
    assert not at.exception
    assert f"The nearest of the run's {len(run.reference)} examples" in words(at)
    query, item = way.split(" → ")
    _, found = search(run, Asked(query, run.reference.raw[query][3], 3), item, None)
    assert len(found.rows) == len(run.reference)
    assert f"Its own {item} is at rank **{found.rows.index(3) + 1}**" in words(at)


def test_a_typed_text_is_asked_with(run):
    at = opened(ask="text → image")
    at.text_input(key="ask_text").set_value("find the red circle").run()
    assert not at.exception
    assert "Its own" not in words(at)
    assert "find the red circle" in [text.value for text in at.text]


def test_hostile_words_stay_inert(run):
    at = opened(ask="text → image", ask_text=made_up.HOSTILE)
    assert not at.exception
    assert made_up.HOSTILE in [text.value for text in at.text]
    assert "![x]" not in " ".join(part.value for part in [*at.markdown, *at.caption])


def test_arrays_of_three_inputs_are_compared_two_by_two(monkeypatch, tmp_path):
    run, data = tiny_runs.array_run(modalities=3)
    found = measure_retrieval(Job(run, data.samples, run.config.data, "train"))
    run = install(monkeypatch, tmp_path, run)
    keep(run, found)
    at = opened(split="train", inputs="x2 and x3")
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
