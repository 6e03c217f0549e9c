"""The page of attributions in Chinese and in its simple mode; links hold codes, alike in both languages."""

import json
from dataclasses import replace
from functools import partial

import made_up
import pytest
import tiny_runs
from made_up import words
from spoken import english_left

from i2moe_core.explain import interactions
from i2moe_core.language import current
from i2moe_core.ui.components.attribution import report as attribution_report
from i2moe_core.ui.components.attribution.ask import QUESTIONS, VIEWS

PAGE = "pages/attributions.py"
opened = partial(made_up.opened, PAGE)
OF_THE_DATA = ("pick the crimson one", "broken: broken is damaged")
FULL_ONLY = ("class", "method", "about", "compare", "hide", "baseline_image")


def chinese(monkeypatch, tmp_path, **options):
    made_up.install(monkeypatch, tmp_path, **options)
    return partial(opened, lang="zh")


def left(at, *own):
    assert not at.exception
    return english_left(at, *own, *OF_THE_DATA)


def keys(at):
    """Keys of all figures shown, without the number of their panel."""
    return {e.proto.id.rsplit("-", 1)[-1].split("_")[0] for e in at.get("plotly_chart")}


def controls(at):
    """Keys of all controls shown."""
    groups = (at.selectbox, at.slider, at.toggle, at.get("button_group"))
    return {getattr(widget, "key", None) for group in groups for widget in group}


@pytest.mark.parametrize("detail", ["simple", "full"])
@pytest.mark.parametrize("view", VIEWS)
def test_nothing_is_left_in_english_in_any_view(view, detail, monkeypatch, tmp_path):
    at = chinese(monkeypatch, tmp_path)(about=view, detail=detail, part="17", rather="cross")
    assert left(at) == []
    assert at.title[0].value == "是什么影响了每位专家？"
    assert QUESTIONS[view] not in [header.value for header in at.header]


@pytest.mark.parametrize("query", [{"compare": "synergy", "hide": "30"}, {"given": "text"}, {"part": "3"}])
def test_nothing_is_left_in_english_in_the_branches(query, monkeypatch, tmp_path):
    assert left(chinese(monkeypatch, tmp_path)(method="occlusion", **query)) == []


def test_nothing_is_left_in_english_for_arrays(monkeypatch, tmp_path):
    kinds = {"x1": "array", "x2": "array"}
    at = chinese(monkeypatch, tmp_path, kinds=kinds, truth=False)(part="1")
    assert left(at) == []
    bars = [json.loads(e.proto.spec) for e in at.get("plotly_chart") if "bars_x2" in e.proto.id]
    assert bars[0]["data"][0]["text"][1].startswith("第 2 个数: ")
    assert "第 2 个数" in words(at)


def test_short_words_are_said_too(monkeypatch, tmp_path):
    at = chinese(monkeypatch, tmp_path)()
    assert list(at.dataframe[0].value.columns) == ["分图", "部分", "评定", "必需", "足够", "剩余", "一致"]
    assert at.selectbox(key="method").options[:2] == ["检验结果最好的", "积分梯度"]
    assert at.selectbox(key="baseline_text").options[0] == "被遮住的词"
    assert words(at).count(">成立<") == 5
    assert "积分梯度排在最前" in words(at)


def test_what_was_kept_in_one_language_is_said_in_the_other(monkeypatch, tmp_path):
    made_up.install(monkeypatch, tmp_path)
    first, second = opened(part="3"), opened(part="3", lang="zh")
    assert "Integrated gradients comes first" in words(first)
    assert "They are needed: without" in words(first)
    assert "积分梯度排在最前" in words(second)
    assert "这些部分是必需的：拿掉" in words(second)
    assert left(second) == []


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_link_opens_the_same_choices_in_either_language(lang, monkeypatch, tmp_path):
    asked = {
        "about": "contributions", "method": "occlusion", "compare": "synergy", "with": "unique:image",
        "baseline_image": "colour",
    }  # fmt: skip
    made_up.install(monkeypatch, tmp_path)
    at = opened(lang=lang, **asked)
    for key in ("method", "compare", "with", "baseline_image"):
        assert at.selectbox(key=key).value == asked[key]
    assert at.session_state["about"] == "contributions"
    assert {key: "".join(at.query_params[key]) for key in asked} == asked
    assert len([e for e in at.get("plotly_chart") if "map_image_contribution" in e.proto.id]) == 5


def test_simple_shows_the_maps_and_their_verdicts_without_the_rest(monkeypatch, tmp_path):
    made_up.install(monkeypatch, tmp_path)
    at = opened(detail="simple")
    assert keys(at) == {"map", "scale"}
    assert words(at).count(">holds<") == 5
    assert "Orange counts for" in words(at)
    assert not controls(at) & set(FULL_ONLY)
    assert not at.dataframe
    assert not at.get("download_button")
    assert "comes first" not in words(at)
    assert "→" not in words(at)
    full = opened()
    assert set(FULL_ONLY) - {"about"} <= controls(full)
    assert keys(full) == {"map", "scale", "input"}
    assert "comes first" in words(full)


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({"about": "router"}, "about"),
        ({"method": "occlusion"}, "method"),
        ({"class": "cross"}, "class"),
        ({"compare": "synergy"}, "compare"),
        ({"hide": "30"}, "hide"),
        ({"baseline_image": "zero"}, "baseline_image"),
    ],
)
def test_simple_shows_what_a_link_asks_for(query, shown, monkeypatch, tmp_path):
    made_up.install(monkeypatch, tmp_path)
    at = opened(detail="simple", **query)
    assert "".join(at.query_params[shown]) == query[shown]
    assert str(at.session_state[shown]) == query[shown]


def test_a_control_that_a_link_brought_stays_when_the_usual_is_chosen(monkeypatch, tmp_path):
    made_up.install(monkeypatch, tmp_path)
    at = opened(detail="simple", compare="synergy")
    at.selectbox(key="compare").set_value("nothing").run()
    assert "compare" not in at.query_params
    assert at.selectbox(key="compare").value == "nothing"


def test_pairs_and_the_report_of_the_real_core_are_said(monkeypatch, tmp_path):
    run, _ = tiny_runs.scenes_run()
    made_up.let_open(monkeypatch, tmp_path, replace(run, path=tmp_path / run.name))
    few, written = interactions.explain_interactions, []
    monkeypatch.setattr(
        interactions, "explain_interactions", lambda *args, **options: few(*args, coalitions=4, **options)
    )
    monkeypatch.setattr(attribution_report, "html_report", lambda *args: written.append(current()) or "")
    at = opened(lang="zh", pairs="on", near="true", pairs_of="synergy", pairs_by="negative", example="s1")
    own = run.reference.raw["text"]
    assert left(at, *own) == []
    assert at.selectbox(key="pairs_of").value == "synergy"
    assert at.selectbox(key="pairs_by").value == "negative"
    next(button for button in at.button if button.label == "生成报告").click()
    at.run()
    assert written == ["zh"]
    assert left(at, *own) == []
