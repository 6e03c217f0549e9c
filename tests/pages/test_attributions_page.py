"""The page of attributions: views, links, what a click tells, refusals, hostile texts, every kind of run."""

import json
import re
from dataclasses import replace
from functools import partial
from pathlib import Path

import made_up
import pytest
import streamlit as st
import tiny_runs
from made_up import words
from streamlit.testing.v1 import AppTest

from i2moe_core.errors import InputError
from i2moe_core.explain import interactions
from i2moe_core.explain.attribution import engine
from i2moe_core.plots.saliency import picture_panel
from i2moe_core.ui import attributed
from i2moe_core.ui.components.attribution import maps as attribution_maps
from i2moe_core.ui.components.attribution.ask import QUESTIONS

ROOT = Path(__file__).resolve().parents[2]
PAGE, PAIR_PAGE = "pages/attributions.py", "pages/explain_pair.py"
opened = partial(made_up.opened, PAGE)


def figures(at):
    """Key -> figure of all figures shown."""
    found = {}
    for element in at.get("plotly_chart"):
        proto = element.proto
        found[proto.id.rsplit("-", 1)[-1]] = json.loads(proto.spec)
    return found


def strips(at):
    """The rows of every strip of words."""
    shown = [json.loads(e.proto.json) for e in at.get("bidi_component") if "i2moe_words" in str(e.proto)]
    return [row for data in shown for row in data["rows"]]


def click(at, label):
    next(button for button in at.button if button.label == label).click()
    return at.run()


@pytest.mark.parametrize("view", QUESTIONS)
@pytest.mark.parametrize("task", ["multiclass", "multilabel", "regression"])
def test_every_view_of_every_task(view, task, monkeypatch, tmp_path):
    classes = ("age",) if task == "regression" else ("circle", "triangle", "cross")
    made_up.install(monkeypatch, tmp_path, task=task, classes=classes)
    at = opened(about=view)
    assert not at.exception
    assert not at.error
    shown = view if view != "rather" or task == "multiclass" else "experts"
    assert QUESTIONS[shown] in [header.value for header in at.header]
    assert len([c for c in at.caption if "How to read it" in c.value]) >= 3
    maps = {"experts": 5, "contributions": 5, "router": 4, "rather": 3, "disagreement": 1}[shown]
    assert len([key for key in figures(at) if key.startswith("map_image")]) == maps
    assert len(strips(at)) == maps


def test_all_maps_share_one_scale_and_the_slider_hides_the_weakest(monkeypatch, tmp_path):
    made_up.install(monkeypatch, tmp_path)
    limits = []

    def spied(pixels, values, limit, parts, picked, opacity, threshold, grey):
        limits.append((limit, threshold, opacity))
        return picture_panel(pixels)

    monkeypatch.setattr(attribution_maps, "plot_saliency", spied)
    at = opened()
    assert len(set(limits[-5:])) == 1
    assert limits[-1][1] == 0
    assert limits[-1][0] > 0
    at.slider(key="hide").set_value(50).run()
    assert len(set(limits[-5:])) == 1
    assert limits[-1][1] > 0


def test_the_best_badge_is_taken_and_the_reason_is_told(monkeypatch, tmp_path):
    made_up.install(monkeypatch, tmp_path)
    at = opened()
    assert "Integrated gradients comes first" in words(at)
    assert words(at).count(">holds<") == 5
    at = opened(method="occlusion")
    assert at.selectbox(key="method").value == "occlusion"
    assert "Integrated gradients comes first" in words(at)
    at = click(at, "Show integrated gradients")
    assert at.selectbox(key="method").value == "best"
    assert "method" not in at.query_params


ASKED = {
    "example": "s7", "about": "contributions", "class": "cross", "method": "occlusion", "hide": "30",
    "compare": "synergy", "with": "unique:image", "part": "3", "baseline_image": "colour",
}  # fmt: skip


def test_a_link_brings_back_the_whole_state(monkeypatch, tmp_path):
    made_up.install(monkeypatch, tmp_path)
    at = opened(**ASKED)
    assert not at.exception
    assert at.selectbox(key="class").value == "cross"
    assert at.selectbox(key="method").value == "occlusion"
    assert at.selectbox(key="baseline_image").value == "colour"
    assert at.slider(key="hide").value == 30
    assert "Synergy − Image alone" in words(at)
    assert "Row 1, column 4 of the image" in words(at)
    assert len(figures(at)["part"]["data"][0]["y"]) == 6
    assert at.query_params["example"] == "s7"
    assert "pick the crimson one 7" in [text.value for text in at.text]


def test_broken_links_fall_back(monkeypatch, tmp_path):
    made_up.install(monkeypatch, tmp_path)
    for part in ("999", "-1", "x", "٣", "1" * 50):
        at = opened(part=part, about="nowhere", method="magic", compare="me", hide="900", baseline_text="1")
        assert not at.exception
        assert not at.error
        assert "Click a patch, a word" in words(at)


def test_a_picked_part_is_told_in_every_panel_and_dropped_with_its_pair(monkeypatch, tmp_path):
    made_up.install(monkeypatch, tmp_path)
    at = opened(example="s3", part="17")
    assert "**The word “the”** in every panel" in words(at)
    assert len(figures(at)["part"]["data"][0]["y"]) == 5
    at.session_state["link:example"] = "s4"
    at.query_params["example"] = "s4"
    at.run()
    assert "part" not in at.query_params
    assert "Click a patch, a word" in words(at)


def test_a_click_on_a_patch_is_kept_in_the_link(monkeypatch, tmp_path):
    made_up.install(monkeypatch, tmp_path)
    monkeypatch.setattr(st, "session_state", {"map": {"selection": {"points": [{"customdata": 4}]}}})
    picked = []
    monkeypatch.setattr(attribution_maps, "pick_part", picked.append)
    shown = type("Shown", (), {"found": type("Found", (), {"cells": range(10)})})
    attribution_maps._picker("map", shown)()
    for other in ({}, {"selection": {"points": []}}, {"selection": {"points": [{"customdata": 10}]}}):
        st.session_state["map"] = other
        attribution_maps._picker("map", shown)()
    assert picked == [4]


def test_hostile_texts_stay_inert(monkeypatch, tmp_path):
    made_up.install(monkeypatch, tmp_path, caption=made_up.HOSTILE, classes=(made_up.HOSTILE, "b", "c"))
    for view in QUESTIONS:
        at = opened(about=view, part="16")
        assert not at.exception
        for part in [*at.markdown, *at.caption, *at.subheader, *at.header]:
            assert "![x](http" not in part.value
            assert "<img" not in part.value.replace("\\<", "")
        assert not any("<img" in part.value or "<script" in part.value for part in at.html)
        for figure in figures(at).values():
            assert "<img" not in json.dumps(figure)
        assert "".join(part["text"] for part in strips(at)[0]["parts"]).startswith(made_up.HOSTILE)


def test_a_run_of_arrays_shows_bars_in_place_of_a_picture(monkeypatch, tmp_path):
    kinds = {"x1": "array", "x2": "array", "x3": "array"}
    made_up.install(monkeypatch, tmp_path, kinds=kinds, truth=False)
    at = opened()
    assert not at.exception
    shown = figures(at)
    assert len([key for key in shown if key.startswith("bars_x2")]) == 6
    assert not [key for key in shown if key.startswith("map_")]
    assert not at.slider


def test_a_missing_input_has_no_map(monkeypatch, tmp_path):
    made_up.install(monkeypatch, tmp_path)
    at = opened(given="text")
    assert not at.exception
    assert "Without image" in words(at)
    assert not [key for key in figures(at) if key.startswith("map_")]
    assert "input_shares" not in figures(at)
    assert strips(at)


def test_a_method_that_refuses_says_why(monkeypatch, tmp_path):
    made_up.install(monkeypatch, tmp_path)

    def refuse(*args, **options):
        raise InputError("Grad-CAM needs a picture.")

    monkeypatch.setattr(engine, "attribute", refuse)
    monkeypatch.setattr(attributed, "refusals", lambda run, pair: {"occlusion": "It needs a picture."})
    at = opened(method="occlusion")
    assert not at.exception
    assert [error.value for error in at.error] == ["Grad\\-CAM needs a picture\\."]
    assert "Not here: **Occlusion**" in at.selectbox(key="method").help
    assert at.selectbox(key="method").value == "occlusion"


def test_stopped_work_says_so_and_can_be_started_again(monkeypatch, tmp_path):
    made_up.install(monkeypatch, tmp_path)

    def interrupted(*args, **options):
        st.stop()

    monkeypatch.setattr(engine, "attribute", interrupted)
    at = opened()
    at.button(key="stop_attribution").click().run()
    assert "was stopped before it had finished" in words(at)
    monkeypatch.setattr(engine, "attribute", made_up.made_attributions)
    at = click(at, "Start again")
    assert len([key for key in figures(at) if key.startswith("map_image")]) == 5


def test_stopped_tests_leave_the_maps_and_can_be_made_up_for(monkeypatch, tmp_path):
    made_up.install(monkeypatch, tmp_path)
    monkeypatch.setattr(attributed, "gather_evidence", lambda *args: st.stop())
    at = opened()
    assert words(at).count(">not tested<") == 5
    at.button(key="stop_tests").click().run()
    assert "The maps were not tested" in words(at)
    monkeypatch.undo()
    made_up.let_open(monkeypatch, tmp_path, made_up.install(monkeypatch, tmp_path))
    at = click(at, "Test them")
    assert words(at).count(">holds<") == 5


def test_the_numbers_can_be_taken_home(monkeypatch, tmp_path):
    made_up.install(monkeypatch, tmp_path)
    labels = [button.label for button in opened().get("download_button")]
    assert labels == ["Numbers as CSV", "Numbers as JSON"]


def test_the_pair_page_shows_the_strongest_words_and_leads_here(monkeypatch, tmp_path):
    made_up.install(monkeypatch, tmp_path)
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    at.switch_page(PAIR_PAGE).run()
    assert not at.exception
    assert "What moved each expert?" in [header.value for header in at.header]
    told = [text.value for text in at.text if re.search(r"[+−]\d", text.value)]
    assert len(told) == 4


def test_the_pair_and_the_class_come_along_from_the_pairs_page(monkeypatch, tmp_path):
    made_up.install(monkeypatch, tmp_path)
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    at.switch_page(PAIR_PAGE).run()
    at.selectbox(key="class").set_value("cross").run()
    at.switch_page(PAGE)
    at.query_params["class"] = "cross"  # as the way to this page has it
    at.run()
    assert at.selectbox(key="class").value == "cross"
    assert "given" not in at.query_params
    assert len([key for key in figures(at) if key.startswith("map_image")]) == 5


def test_untouched_arrays_and_classes_never_reach_another_view(monkeypatch, tmp_path):
    """Each view asks for its own targets, and the class in the link is the one that is explained."""
    made_up.install(monkeypatch, tmp_path)
    asked = []
    real = made_up.made_attributions

    def spied(run, values, method, targets, *rest, **options):
        asked.append(targets)
        return real(run, values, method, targets, *rest, **options)

    monkeypatch.setattr(engine, "attribute", spied)
    opened(**{"class": "triangle", "example": "s5"})
    assert asked[0][0] == "answer/1"
    assert asked[0][1:] == tuple(f"expert/{name}/1" for name in EXPERTS)
    asked.clear()
    opened(about="rather", rather="cross", example="s6")
    assert asked[0] == ("difference/0/2", "answer/0", "answer/2")


EXPERTS = ("unique:image", "unique:text", "synergy", "redundancy")


@pytest.mark.parametrize("kind", ["multiclass", "multilabel", "regression"])
def test_the_real_core_fills_every_view_of_arrays(kind, monkeypatch, tmp_path):
    run, _ = tiny_runs.array_run(kind, size=12)
    made_up.let_open(monkeypatch, tmp_path, replace(run, path=tmp_path / run.name))
    for view in QUESTIONS:
        at = opened(about=view, method="integrated_gradients")
        assert not at.exception
        assert not at.error
        assert "comes first" in words(at)
    at = click(opened(), "Find the pairs")
    assert not at.exception
    assert "The check: without one of the first" in words(at)
    assert "pairs" in figures(at)
    at = click(at, "Write the report")
    assert not at.exception
    assert "Download the report" in [button.label for button in at.get("download_button")]


def test_the_real_core_fills_the_page_of_a_picture(monkeypatch, tmp_path):
    run, _ = tiny_runs.scenes_run()
    made_up.let_open(monkeypatch, tmp_path, replace(run, path=tmp_path / run.name))
    few = interactions.explain_interactions
    monkeypatch.setattr(
        interactions, "explain_interactions", lambda *args, **options: few(*args, coalitions=4, **options)
    )
    at = opened(method="occlusion", pairs="on", near="true")
    assert not at.exception
    assert not at.error
    shown = figures(at)
    assert {"pairs", "pair_words", "near_0", "input_shares"} <= set(shown)
