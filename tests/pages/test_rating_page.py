"""Rating studies, through app.py and alone: made, rated blind, opened; nothing tells the arm before that."""

import io
from functools import partial
from pathlib import Path

import made_up
import pandas as pd
import pytest
from made_up import words
from streamlit.testing.v1 import AppTest

from i2moe_core.teaching.rating.ledger import Rating, read_ledger
from i2moe_core.teaching.rating.placebo import PLACEBO, REAL
from i2moe_core.teaching.rating.study import load_study, order_for
from i2moe_core.ui import studies
from i2moe_core.ui.components.teach import rate_results

ROOT = Path(__file__).resolve().parents[2]
PAGE = "pages/rating.py"
opened = partial(made_up.opened, PAGE)


@pytest.fixture
def run(monkeypatch, tmp_path):
    return made_up.install(monkeypatch, tmp_path, audit=made_up.GOOD_AUDIT)


@pytest.fixture
def study(run):
    return studies.make_study(run, "first", 8, 3)


def rate(at, score, remark=""):
    number = int(at.radio[0].key.removeprefix("score_"))
    at.radio[0].set_value(score)
    at.text_input(key=f"remark_{number}").set_value(remark)
    next(button for button in at.button if button.label == "Save and go on").click()
    return at.run()


def ledger(tmp_path):
    return read_ledger(tmp_path / "studies" / "first" / "ratings.jsonl")


def test_the_page_opens_through_the_app(run):
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30).run()
    at.switch_page(PAGE).run()
    assert not at.exception
    assert not at.error
    assert at.title[0].value == "Do people tell real explanations from placebos?"


def test_a_study_is_made_by_the_form_and_listed_with_its_link(run, tmp_path):
    at = opened()
    at.text_input(key="study_name").set_value("my study")
    at.number_input(key="study_items").set_value(6)
    at.number_input(key="study_seed").set_value(11)
    next(button for button in at.button if button.label == "Make the study").click().run()
    assert not at.exception
    assert "is made" in at.success[0].value
    made = load_study(tmp_path / "studies", "my study")
    assert (len(made.items), made.seed, made.run) == (6, 11, "made")
    assert "study=my+study" in at.code[0].value
    next(button for button in at.button if button.label == "Make the study").click().run()
    assert "already" in at.error[0].value


@pytest.mark.parametrize("name", ["", "../up", "a/b"])
def test_a_name_that_is_no_folder_is_one_sentence(run, name, tmp_path):
    at = opened()
    at.text_input(key="study_name").set_value(name)
    next(button for button in at.button if button.label == "Make the study").click().run()
    assert not at.exception
    assert "1 to 40 letters" in at.error[0].value
    assert not (tmp_path / "studies").exists()


def test_a_rater_enters_a_code_and_rates_in_an_order_of_their_own(study, tmp_path):
    at = opened(study="first")
    at.text_input(key="rater_code").set_value(" R1 ")
    next(button for button in at.button if button.label == "Begin").click().run()
    assert at.query_params["rater"] == "R1"
    for place, number in enumerate(order_for(study, "R1")):
        assert at.radio[0].key == f"score_{number}"
        at = rate(at, 1 + place % 5, f"remark {place}")
        assert not at.exception
    assert "All is rated" in at.success[0].value
    kept = ledger(tmp_path).ratings
    assert [(r.item, r.score, r.comment) for r in kept] == [
        (number, 1 + place % 5, f"remark {place}") for place, number in enumerate(order_for(study, "R1"))
    ]
    again = opened(study="first", rater="R1")
    assert "All is rated" in again.success[0].value
    assert opened(study="first", rater="R2").radio


def test_no_answer_is_no_rating(study, tmp_path):
    at = opened(study="first", rater="R1")
    next(button for button in at.button if button.label == "Save and go on").click().run()
    assert "one of the five answers" in at.error[0].value
    assert ledger(tmp_path).ratings == ()


def test_an_empty_code_is_asked_for_again(study):
    at = opened(study="first")
    next(button for button in at.button if button.label == "Begin").click().run()
    assert not at.exception
    assert "1 to 24 characters" in at.error[0].value
    assert "rater" not in at.query_params


def everything(at):
    """All that the browser is sent and all that the session keeps, as one text."""
    sent = " ".join(str(element.proto) for element in at.main) + " ".join(str(e.proto) for e in at.sidebar)
    return f"{sent} {at.session_state!r} {dict(at.query_params)}"


def shape(at):
    """The kinds and keys of the elements of a page, without their contents."""
    return [(element.type, getattr(element, "label", "")) for element in at.main]


def test_neither_page_nor_session_tells_the_arm(study, tmp_path):
    seen = {REAL: [], PLACEBO: []}
    at = opened(study="first", rater="R1")
    for number in order_for(study, "R1"):
        text = everything(at).lower()
        for word in (PLACEBO, "shuffle", "derange", "arm=", "'arm'", '"arm"', "control"):
            assert word not in text, word
        item = study.items[number]
        seen[item.arm].append(shape(at))
        for position, weight in enumerate(item.weights):
            assert at.dataframe[0].value.iloc[position, 1] == f"{weight:.1%}"
        at = rate(at, 3)
    assert len(seen[REAL]) == len(seen[PLACEBO]) == 4
    assert all(one == seen[REAL][0] for one in [*seen[REAL], *seen[PLACEBO]])
    assert PLACEBO not in (tmp_path / "studies" / "first" / "ratings.jsonl").read_text()


def test_both_arms_are_drawn_alike_and_add_up(study):
    """What is sent for an item holds its own numbers only: no trace of where a placebo's came from."""
    found = made_up.made_explanation()
    parts = [float(expert.contribution[0]) for expert in found.experts]
    for item in study.items:
        assert sorted(item.parts) == sorted(parts)
        assert (item.parts == parts) == (item.arm == REAL)


def test_the_results_ask_before_they_tell(study, tmp_path):
    for rater in ("R1", "=R2"):
        for number, item in enumerate(study.items):
            studies.rate(study, Rating(number, rater, 5 if item.arm == REAL else 1 + number % 2))
    at = opened(study="first", view="results")
    assert "no longer rate blind" in at.warning[0].value
    assert not at.metric
    assert ledger(tmp_path).unblinded == ""
    at.button(key="unblind").click().run()
    assert not at.exception
    assert ledger(tmp_path).unblinded
    assert at.metric[0].value == "5.00"
    assert at.metric[3].value == "16"
    assert "rated higher than placebos" in words(at)
    assert "does not show" in words(at)
    assert "no control arm" in words(at)
    studies.rate(study, Rating(0, "late", 1))
    at.run()
    assert "1 ratings came after" in words(at)


def test_the_table_is_safe_and_complete(study, monkeypatch):
    kept = []
    original = rate_results.frame_as_csv
    monkeypatch.setattr(rate_results, "frame_as_csv", lambda frame: kept.append(original(frame)) or kept[-1])
    studies.rate(study, Rating(2, "=R2", 4, "@cmd"))
    studies.rate(study, Rating(3, "R1", 2))
    opened(study="first", view="results").button(key="unblind").click().run()
    table = pd.read_csv(io.BytesIO(kept[-1]), encoding="utf-8-sig")
    assert table["rater"].tolist() == ["'=R2", "R1"]
    assert table["comment"].tolist()[0] == "'@cmd"
    assert table["arm"].tolist() == [study.items[2].arm, study.items[3].arm]


def test_a_study_without_ratings_and_with_one_arm_says_so(study):
    at = opened(study="first", view="results")
    at.button(key="unblind").click().run()
    assert "Nothing has been rated" in at.info[0].value
    studies.rate(study, Rating(0, "R1", 4))
    at.run()
    assert not at.exception
    assert "Both arms need ratings" in words(at)


@pytest.mark.parametrize(
    "link", [{"study": "gone"}, {"study": "../../etc"}, {"study": "first", "view": "nowhere"}]
)
def test_broken_links_are_one_sentence(study, link):
    at = opened(**link)
    assert not at.exception
    assert at.error or "Does the explanation fit?" in words(at)


def test_a_study_of_a_run_that_is_gone_is_one_sentence(study, monkeypatch):
    monkeypatch.setattr(studies.cached, "list_runs", list)
    at = opened(study="first", rater="R1")
    assert not at.exception
    assert "is not here" in at.error[0].value


def test_it_works_without_a_run_and_in_chinese(monkeypatch, tmp_path):
    monkeypatch.setenv("I2MOE_CHECKPOINTS", str(tmp_path))
    at = opened()
    assert not at.exception
    assert "no trained model" in at.info[0].value
    assert opened(lang="zh").title[0].value == "人们能分清真实的解释和安慰剂吗？"


def test_a_rater_is_asked_in_chinese(study):
    at = opened(study="first", rater="R1", lang="zh")
    assert not at.exception
    assert at.radio[0].options[0] == "1：完全不符"
