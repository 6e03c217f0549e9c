"""Predict first, through app.py and alone: guesses, reveals, the score, links, truth known and unknown."""

import io
from collections import Counter
from dataclasses import replace
from functools import partial
from pathlib import Path

import made_up
import pandas as pd
import pytest
import tiny_runs
from made_up import words
from spoken import english_left
from streamlit.testing.v1 import AppTest

from i2moe_core.analysis.records import analyze_run
from i2moe_core.analysis.store import write_analysis
from i2moe_core.explain.numbers import percent
from i2moe_core.types import interaction_names
from i2moe_core.ui import guessed
from i2moe_core.ui.components.teach import guess_score

ROOT = Path(__file__).resolve().parents[2]
PAGE = "pages/predict.py"
NAMES = interaction_names(["image", "text"])
opened = partial(made_up.opened, PAGE)


@pytest.fixture
def run(monkeypatch, tmp_path):
    return made_up.install(monkeypatch, tmp_path, audit=made_up.GOOD_AUDIT)


def answers(run, count=12, seed=1):
    kinds = guessed.kinds(run).of
    return [kinds[row] for row in guessed.drawn(run, count, seed)]


def click(at, expert):
    at.button(key=f"guess_{NAMES.index(expert)}").click().run()
    return at


def test_the_page_opens_through_the_app(run):
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30).run()
    at.switch_page(PAGE).run()
    assert not at.exception
    assert not at.error
    assert "Sample 1 of 12" in words(at)


def test_nothing_is_told_before_the_guess(run):
    at = opened()
    assert not at.success
    assert not at.metric
    assert not at.get("plotly_chart")
    assert "made so that" not in words(at)


def test_guesses_are_revealed_counted_and_kept_in_the_link(run):
    true = answers(run)
    wrong = next(name for name in NAMES if name != true[1])
    at = click(opened(), true[0])
    assert "Right:" in at.success[0].value
    assert at.query_params["guesses"] == str(NAMES.index(true[0]))
    assert [metric.value for metric in at.metric] == ["1 / 1", "over 99.9%", "25.0%"]
    at.button(key="guess_next").click().run()
    assert "Sample 2 of 12" in words(at)
    at = click(at, wrong)
    assert "Your guess was" in at.error[0].value
    assert at.metric[0].value == "1 / 2"
    again = opened(guesses=at.query_params["guesses"], at="2")
    assert again.error[0].value == at.error[0].value
    assert again.metric[0].value == "1 / 2"


def test_a_guess_cannot_be_taken_back_by_the_link(run):
    at = opened(guesses="01", at="1")
    assert at.success or at.error
    assert not [button for button in at.button if button.key in ("guess_0", "guess_1")]


def test_the_second_of_two_quick_clicks_does_not_count():
    def page():
        from i2moe_core.ui.components.teach.guess_state import guess

        for expert in "ba":
            guess(("a", "b"), expert, 0)

    at = AppTest.from_function(page).run()
    assert not at.exception
    assert at.query_params["guesses"] == "1"
    assert at.query_params["at"] == "1"


def test_the_reveal_says_why_in_this_samples_numbers(run):
    at = click(opened(), answers(run)[0])
    said = words(at)
    found = made_up.made_explanation()
    kept = found.mixture_perturbed.mean(axis=1)[:, int(found.probabilities.argmax())]
    for share, name in zip(kept, ("image", "text"), strict=True):
        assert f"{percent(share)} with another {name}" in said
    assert "How to read it" in said


def test_the_draw_is_balanced_without_replacement_and_by_the_seed(run):
    assert set(Counter(answers(run, 12, 5)).values()) == {3}
    drawn = guessed.drawn(run, 24, 9).tolist()
    assert len(set(drawn)) == len(drawn) == 24
    assert guessed.drawn(run, 12, 1).tolist() != guessed.drawn(run, 12, 2).tolist()


def test_a_round_ends_with_the_whole_score(run):
    true = answers(run, 8, 3)
    at = opened(seed="3", items="8", guesses="".join(str(NAMES.index(name)) for name in true), at="9")
    assert "All 8 samples are guessed" in at.success[0].value
    assert at.metric[0].value == "8 / 8"
    assert "better than chance" in words(at)
    at.button(key="guess_again").click().run()
    assert not at.exception
    assert "guesses" not in at.query_params
    assert at.query_params["items"] == "8"
    assert "Sample 1 of 8" in words(at)


BROKEN = {
    "guesses": ("0x1", "9", "0" * 500), "seed": ("-1", "9" * 400), "at": ("77", "0"), "items": ("0", "²"),
}  # fmt: skip


@pytest.mark.parametrize("link", [{name: value} for name, values in BROKEN.items() for value in values])
def test_broken_links_fall_back(run, link):
    at = opened(**link)
    assert not at.exception
    assert not [error for error in at.error if "program" in error.value]


def test_the_guesses_can_be_taken_home(run, monkeypatch):
    kept = []
    original = guess_score.frame_as_csv
    monkeypatch.setattr(guess_score, "frame_as_csv", lambda frame: kept.append(original(frame)) or kept[-1])
    true = answers(run)
    opened(guesses="01", at="2")
    table = pd.read_csv(io.BytesIO(kept[-1]), encoding="utf-8-sig")
    assert table["answer"].tolist() == true[:2]
    assert table["guess"].tolist() == list(NAMES[:2])
    assert table["held_against"].tolist() == ["truth", "truth"]
    assert table["right"].tolist() == [int(t == g) for t, g in zip(true[:2], NAMES[:2], strict=True)]


def test_simple_mode_keeps_to_the_guess_and_the_score(run):
    at = opened(guesses="01", at="3", detail="simple")
    assert not at.exception
    assert at.metric
    assert not at.get("plotly_chart")
    assert not at.get("selectbox")[1:]


def test_it_speaks_chinese(run):
    at = opened(guesses="01", at="2", lang="zh")
    assert not at.exception
    assert at.title[0].value == "这个答案靠什么得出？"
    assert "你的成绩" in words(at)
    assert english_left(at, "broken is damaged", *map(str, run.reference.raw["text"])) == []
    assert "What does this answer rest on" in english_left(opened(guesses="01", at="2"))


@pytest.mark.parametrize("task", ["multiclass", "multilabel", "regression"])
def test_every_task(task, monkeypatch, tmp_path):
    classes = ("age",) if task == "regression" else ("circle", "triangle", "cross")
    made_up.install(monkeypatch, tmp_path, task=task, classes=classes)
    at = click(opened(), "synergy")
    assert not at.exception
    assert "holds" in words(at)


def test_hostile_names_never_meet_markdown(monkeypatch, tmp_path):
    made_up.install(monkeypatch, tmp_path, caption=made_up.HOSTILE, classes=(made_up.HOSTILE, "b", "c"))
    at = click(opened(), "synergy")
    assert not at.exception
    for part in [*at.markdown, *at.caption, *at.success, *at.error]:
        assert "![x](http" not in part.value
        assert "<img" not in part.value.replace("\\<", "")


def test_without_truth_and_analysis_it_offers_to_make_one(monkeypatch, tmp_path):
    made_up.install(monkeypatch, tmp_path, truth=False)
    at = opened()
    assert not at.exception
    assert "Make the run's analysis" in at.info[0].value
    assert at.button(key="guess_analysis")
    assert not [button for button in at.button if button.key == "guess_0"]


def test_without_truth_the_models_largest_part_counts_and_that_is_said(monkeypatch, tmp_path):
    found, data = tiny_runs.array_run(size=24)
    found = replace(found, path=tmp_path / found.name)
    found.path.mkdir()
    frame = analyze_run(found, data, split="train", draws=2)
    write_analysis(frame, found.path / "analysis.parquet")
    made_up.let_open(monkeypatch, tmp_path, found)
    at = opened(items="8")
    assert "Sample 1 of" in words(at)
    known = guessed.kinds(found)
    assert known.source == "model"
    dominant = dict(zip(frame["id"], frame["dominant"], strict=True))
    assert known.of == tuple(dominant.get(name) for name in found.reference.ids)
    at.button(key="guess_0").click().run()
    assert not at.exception
    assert "Nobody knows what this sample really needs" in words(at)


def test_without_any_run_it_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setenv("I2MOE_CHECKPOINTS", str(tmp_path))
    assert "i2moe train" in opened().info[0].value
