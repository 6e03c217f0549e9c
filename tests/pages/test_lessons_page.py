"""The page of the lessons: each lesson in both languages and both modes, links, questions, no run."""

from dataclasses import replace
from pathlib import Path

import made_up
import numpy as np
import pytest
import tiny_runs
from made_up import opened, words
from streamlit.testing.v1 import AppTest

from i2moe_core.fusion import FUSIONS
from i2moe_core.language import LANGUAGES, catalogue
from i2moe_core.teaching.lessons.atoms import EXAMPLES, written
from i2moe_core.teaching.lessons.recipes import Trained
from i2moe_core.ui.components.teach import small_training
from i2moe_core.ui.components.teach.lessons import LESSONS

PAGE = "pages/lessons.py"
NEED_RUN = ("gate", "replacement", "attributions")
TYPES = ("unique:x1", "unique:x2", "synergy", "redundancy")


def in_language(english, code):
    return english if code == "en" else catalogue(code)[english]


@pytest.fixture
def a_run(monkeypatch, tmp_path):
    run, _ = tiny_runs.scenes_run()
    tiny_runs.stretch(run.model, 1.5)
    made_up.let_open(monkeypatch, tmp_path, replace(run, path=tmp_path / run.name))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("detail", ["simple", "full"])
@pytest.mark.parametrize("name", LESSONS)
def test_every_lesson_opens(name, detail, lang, a_run):
    at = opened(PAGE, lesson=name, lang=lang, detail=detail)
    assert not at.exception
    assert not at.error
    assert [title.value for title in at.title] == [in_language(LESSONS[name].title, lang)]
    assert any(button.key == f"reveal_{name}" for button in at.button)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_index_leads_to_every_lesson_and_the_words(lang, a_run):
    at = opened(PAGE, lang=lang)
    for name, lesson in LESSONS.items():
        assert in_language(lesson.title, lang) in words(at)
        assert any(button.key == f"open_{name}" for button in at.button)
    at.button(key="open_gate").click().run()
    assert at.query_params["lesson"] == "gate"
    glossary = opened(PAGE, lang=lang, part="glossary")
    assert in_language("How far the experts' answers to one sample are apart.", lang) in words(glossary)


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_needs_no_run_or_says_what_to_do(name, monkeypatch, tmp_path):
    monkeypatch.setenv("I2MOE_CHECKPOINTS", str(tmp_path))
    at = opened(PAGE, lesson=name)
    assert not at.exception
    said = " ".join(info.value for info in at.info)
    assert ("Train one on the page Runs" in said) == (name in NEED_RUN)


def test_a_run_without_experts_makes_room_for_none(monkeypatch, tmp_path):
    made_up.install(monkeypatch, tmp_path)  # its model is no mixture, and there is no other run
    at = opened(PAGE, lesson="gate")
    assert not at.exception
    assert "Train one on the page Runs" in at.info[0].value


def test_an_unknown_lesson_lists_all(a_run):
    at = opened(PAGE, lesson="![x](http://evil.invalid)")
    assert "not here" in at.warning[0].value
    assert any(button.key == "open_fusions" for button in at.button)


def test_the_ways_forth_and_back(a_run):
    at = opened(PAGE, lesson="interactions")
    assert not [button for button in at.button if button.key == "previous_lesson"]
    at.button(key="next_lesson").click().run()
    assert at.query_params["lesson"] == "training"
    at.button(key="previous_lesson").click().run()
    assert at.query_params["lesson"] == "interactions"
    at.button(key="all_lessons").click().run()
    assert "lesson" not in at.query_params


@pytest.mark.parametrize("name", LESSONS)
def test_the_answer_comes_when_it_is_asked_for(name, a_run):
    question = LESSONS[name].question
    at = opened(PAGE, lesson=name)
    assert not at.success
    at.radio(key=f"guess_{name}").set_value("abcd"[question.right])
    at.button(key=f"reveal_{name}").click().run()
    assert question.why in at.success[0].value
    wrong = next(place for place in range(len(question.answers)) if place != question.right)
    at.radio(key=f"guess_{name}").set_value("abcd"[wrong]).run()
    assert not at.success
    assert question.answers[question.right] in at.warning[-1].value
    assert at.query_params[f"guess_{name}"] == "abcd"[wrong]


def test_the_answer_comes_without_a_guess_too(a_run):
    at = opened(PAGE, lesson="training")
    at.button(key="reveal_training").click().run()
    assert LESSONS["training"].question.why in at.info[-1].value


def test_a_link_opens_its_table_and_its_world(a_run):
    at = opened(PAGE, lesson="interactions", cells="1 0 0 1 0 1 1 0")
    assert "1.000 bits" in words(at)  # XOR, typed by hand
    assert "**Synergy" not in words(at)
    other = opened(PAGE, lesson="interactions", world="copy")
    assert "Either of them would do." in words(other)
    assert "cells" not in other.query_params


@pytest.mark.parametrize("cells", ["", "1 2 3", "x", "0 0 0 0 0 0 0 0"])
def test_a_broken_table_falls_back(cells, a_run):
    at = opened(PAGE, lesson="interactions", cells=cells)
    assert not at.exception
    assert "0.811 bits" in words(at)  # AND


def test_a_table_without_cases_is_no_failure(a_run):
    at = opened(PAGE, lesson="interactions")
    editor = f"cells_and_{written(EXAMPLES['and'])}"
    rows = {row: {"often": 0} for row, count in enumerate(EXAMPLES["and"]) if count}
    at.session_state[editor] = {"edited_rows": rows, "added_rows": [], "deleted_rows": []}
    at.run()
    assert not at.exception
    assert "No case ever happens" in at.info[0].value
    del rows[0]
    at.session_state[editor] = {"edited_rows": rows, "added_rows": [], "deleted_rows": []}
    at.run()
    assert "0.000 bits" in words(at)  # one case alone leaves nothing to be told
    assert at.query_params["cells"] == "1 0 0 0 0 0 0 0"


def test_the_margin_is_the_links(a_run):
    at = opened(PAGE, lesson="training", margin="0.0")
    assert at.slider(key="margin").value == 0
    assert "+ 0.00" in words(at)


def test_moved_points_are_the_links(a_run):
    at = opened(PAGE, lesson="training", moved="p")
    assert "points" not in at.query_params
    at.slider(key="at_p0").set_value(0.0).run()
    at.slider(key="at_p1").set_value(2.0).run()
    assert at.query_params["points"] == "0 0 0 2 1 0.5"
    assert "to the positive **2.00**" in words(at)
    again = opened(PAGE, lesson="training", points="0 0 0 2 1 0.5", moved="p")
    assert again.slider(key="at_p1").value == 2
    assert "to the positive **2.00**" in words(again)


@pytest.mark.parametrize("points", ["1 2", "a b c d e f", "9 0 0 0 0 0", "nan 0 0 0 0 0"])
def test_broken_points_fall_back(points, a_run):
    at = opened(PAGE, lesson="training", points=points)
    assert not at.exception
    assert "**1.25**" in words(at)


@pytest.mark.parametrize("side", ["synergy", "redundancy"])
def test_the_circle_shows_the_losses_beside_each_other(side, a_run):
    at = opened(PAGE, lesson="training", loss_of="circle", side=side)
    shown = words(at)
    assert "cosine (as published): loss **0.500**" in shown
    assert "1 − squared difference of unit-length outputs" in shown


def test_the_temperature_sharpens_the_weights(a_run):
    cold = words(opened(PAGE, lesson="gate", temperature="0.1"))
    warm = words(opened(PAGE, lesson="gate", temperature="10.0"))
    count = [float(text.split(" experts have a say")[0].split()[-1]) for text in (cold, warm)]
    assert count[0] < count[1]
    assert count[1] == pytest.approx(4, abs=0.1)


def test_weights_by_hand_may_all_be_zero(a_run):
    at = opened(PAGE, lesson="gate", way="hand")
    for slider in [s for s in at.slider if s.key.startswith("hand_")]:
        slider.set_value(0)
    at.run()
    assert not at.exception
    assert "nobody answers" in at.info[-1].value


@pytest.mark.parametrize(("belief", "said"), [(0, "contradict"), (50, "does not know"), (90, "the same")])
def test_disagreement_is_told_apart(belief, said, a_run):
    assert said in words(opened(PAGE, lesson="disagreement", belief=str(belief)))


def test_both_models_are_trained_once_and_kept(a_run, monkeypatch):
    asked = []

    def trained(recipe, seed, audit, progress):
        asked.append((recipe, seed))
        progress(0.5)
        return Trained(recipe, seed, TYPES, 0.95, 0.3, 0.1, 0.9, np.full((4, 4), 0.25))

    monkeypatch.setattr(small_training, "train_small", trained)
    small_training._shelf.clear()
    at = opened(PAGE, lesson="misleading", seed="3")
    assert not asked
    at.button(key="train_3").click().run()
    assert not at.exception
    assert asked == [("paper", 3), ("faithful", 3)]
    assert [metric.value for metric in at.metric][:3] == ["95%", "0.10", "0.90"]
    assert len(opened(PAGE, lesson="misleading", seed="3").metric) == 6
    assert len(asked) == 2
    small_training._shelf.clear()


def test_a_fusion_is_looked_at_with_its_formula(a_run):
    at = opened(PAGE, lesson="fusions", fusion="tensor", fusion_width="32")
    assert "Outer product of the projected vectors" in words(at)
    table = at.dataframe[-1].value
    assert len(table) == len(FUSIONS)
    assert table["Parameters"].iloc[1] == 2 * 32 * 32 + 32


def test_it_opens_through_the_app(a_run):
    at = AppTest.from_file(str(Path(__file__).resolve().parents[2] / "app.py"), default_timeout=30).run()
    at.switch_page(PAGE).run()
    assert not at.exception
    assert at.title[0].value == "Lessons"
