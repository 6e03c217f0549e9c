"""The guided tour through app.py and alone: five steps, links, every task, both languages, broken links."""

import re
from dataclasses import replace
from functools import partial
from pathlib import Path

import made_up
import pytest
import tiny_runs
from made_up import words
from streamlit.testing.v1 import AppTest

from i2moe_core.teaching.tour.encoded import Encoded
from i2moe_core.ui import toured
from i2moe_core.ui.components.teach.tour_steps import STEPS

ROOT = Path(__file__).resolve().parents[2]
PAGE = "pages/tour.py"
opened = partial(made_up.opened, PAGE)


@pytest.fixture
def run(monkeypatch, tmp_path):
    vector = made_up.np.linspace(-1, 1, 8)
    monkeypatch.setattr(toured, "encode_for_tour", lambda run, values, sample_id: [
        Encoded(name, vector, 6, True) for name in run.info.modalities
    ])  # fmt: skip
    return made_up.install(monkeypatch, tmp_path, audit=made_up.GOOD_AUDIT)


def formulas(at):
    return [part.value for part in at.latex]


def test_the_page_opens_through_the_app(run):
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30).run()
    at.switch_page(PAGE).run()
    assert not at.exception
    assert not at.error
    assert at.title[0].value == "One sample, step by step"


@pytest.mark.parametrize("step", STEPS)
def test_every_step_has_a_text_a_formula_and_how_it_is_read(run, step):
    at = opened(step=step)
    assert not at.exception
    assert not at.error
    assert at.header[0].value == f"{step}. {STEPS[step]}"
    assert formulas(at)
    notes = [c.value for c in at.caption if "How to read it" in c.value]
    assert len(notes) == 1
    assert "What it does not show" in notes[0]


def test_the_steps_are_gone_through_and_kept_in_the_link(run):
    at = opened()
    assert at.button(key="tour_left").disabled
    for step in "2345":
        at.button(key="tour_right").click().run()
        assert at.query_params["step"] == step
        assert at.header[0].value.startswith(f"{step}.")
    at.button(key="tour_left").click().run()
    assert at.header[0].value.startswith("4.")
    at.button(key="tour_right").click().run()
    at.button(key="tour_right").click().run()
    assert at.header[0].value.startswith("1.")


def test_a_picked_step_is_kept_in_the_link(run):
    at = opened()
    at.get_by_key("tour_step").set_value("3").run()
    assert at.query_params["step"] == "3"
    assert at.header[0].value == "3. Experts"


def test_a_link_opens_its_sample_and_a_broken_one_says_so(run):
    assert "pick the crimson one 7" in words(opened(sample="s7", step="2"))
    at = opened(sample="![x](http://evil.invalid)", step="nine")
    assert not at.exception
    assert at.header[0].value == "1. Sample"
    shown = at.warning[0].value
    assert "another one is shown" in shown
    assert "![x]" not in shown


def test_the_last_step_closes_to_the_models_scores(run):
    at = opened(step="5")
    table, logits = at.dataframe[0].value, made_up.made_explanation().logits
    for column in table.columns[1:]:
        shown = [float(text.replace("−", "-")) for text in table[column]]
        assert round(sum(shown[:-1]), 3) == shown[-1]
        assert shown[-1] == pytest.approx(logits[list(run.info.classes).index(column)], abs=5e-4 + 1e-9)
    written = re.findall(r"-?\s?\d+\.\d{3}", formulas(at)[0].split(r"z_{\text{circle}} &=")[-1])
    *terms, total = [float(text.replace(" ", "")) for text in written]
    assert len(terms) == 4
    assert round(sum(terms), 3) == total
    assert total == pytest.approx(logits[0], abs=5e-4 + 1e-9)


def test_simple_mode_shows_figures_without_formulas(run):
    for step in STEPS:
        at = opened(step=step, detail="simple")
        assert not at.exception
        assert formulas(at) == []
        assert not at.dataframe


def test_it_speaks_chinese(run):
    for step in STEPS:
        at = opened(step=step, lang="zh")
        assert not at.exception
        assert at.title[0].value == "一步一步看一个样本"
        assert "怎样读图" in words(at)


def test_names_from_files_never_meet_markdown_or_a_formula(monkeypatch, tmp_path, run):
    made_up.install(monkeypatch, tmp_path, caption=made_up.HOSTILE, classes=(made_up.HOSTILE, "b", "c"))
    for step in STEPS:
        at = opened(step=step)
        assert not at.exception
        for part in [*at.markdown, *at.caption, *at.latex]:
            assert "![x](http" not in part.value
            assert "<img" not in part.value.replace("\\<", "")


@pytest.mark.parametrize("kind", ["multiclass", "multilabel", "regression", "pictures"])
def test_the_real_core_fills_every_step(kind, monkeypatch, tmp_path):
    found, _ = tiny_runs.scenes_run() if kind == "pictures" else tiny_runs.array_run(kind, size=12)
    made_up.let_open(monkeypatch, tmp_path, replace(found, path=tmp_path / found.name))
    for step in STEPS:
        at = opened(step=step)
        assert not at.exception
        assert not at.error


def test_a_single_fusion_has_no_experts_to_tour(monkeypatch, tmp_path):
    found, _ = tiny_runs.array_run(recipe="vanilla", size=12)
    made_up.let_open(monkeypatch, tmp_path, replace(found, path=tmp_path / found.name))
    at = opened()
    assert not at.exception
    assert "without experts" in at.error[0].value


def test_without_any_run_it_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setenv("I2MOE_CHECKPOINTS", str(tmp_path))
    assert "i2moe train" in opened().info[0].value
