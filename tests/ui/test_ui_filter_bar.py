"""The filter bar: codes in the link, alike in both languages; bounds in the simple mode; all in Chinese."""

import pytest
from spoken import english_left
from streamlit.testing.v1 import AppTest
from test_ui_filters import made_table


def page():
    import streamlit as st

    from i2moe_core.ui.components.filter_bar import filter_bar

    table = st.session_state["table"]
    st.session_state["chosen"] = filter_bar(table)


@pytest.fixture
def opened(tmp_path):
    table = made_table(tmp_path)

    def open_it(**query):
        at = AppTest.from_function(page, default_timeout=20)
        at.session_state["table"] = table
        for name, value in query.items():
            at.query_params[name] = value
        at.run()
        assert not at.exception
        return at

    return open_it


def link(at, name):
    return "".join(at.query_params.get(name, ""))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_link_sets_the_same_filter_in_either_language(opened, lang):
    asked = {"f_expert": "synergy,unique:text", "f_correct": "right", "f_class": "a"}
    at = opened(**asked, lang=lang)
    chosen = at.session_state["chosen"]
    assert (chosen.experts, chosen.correct, chosen.classes) == (("synergy", "unique:text"), "right", ("a",))
    assert {name: link(at, name) for name in asked} == asked


def test_what_is_chosen_goes_into_the_link_as_codes_and_is_let_go_again(opened):
    at = opened(lang="zh")
    at.multiselect(key="f_expert").set_value(["synergy"]).run()
    at.get_by_key("f_correct").set_value("wrong").run()
    assert (link(at, "f_expert"), link(at, "f_correct")) == ("synergy", "wrong")
    at.button(key="f_reset").click().run()
    assert at.session_state["chosen"].empty
    assert (link(at, "f_expert"), link(at, "f_correct")) == ("", "")


def test_experts_of_another_run_are_dropped(opened):
    at = opened(f_expert="synergy,unique:sound")
    assert at.session_state["chosen"].experts == ("synergy",)
    assert at.multiselect(key="f_expert").value == ["synergy"]


def test_in_the_simple_mode_bounds_are_asked_for_only_where_the_link_has_some(opened):
    keys = {slider.key for slider in opened().slider}
    assert keys == {"f_apart", "f_sure"}
    assert not opened(detail="simple").slider
    at = opened(detail="simple", f_sure=["0.5", "1.0"])
    assert [slider.key for slider in at.slider] == ["f_sure"]
    assert at.session_state["chosen"].sure == (0.5, 1.0)


@pytest.mark.parametrize("query", [{}, {"f_class": "a"}, {"f_text": "no text has this"}])
def test_the_bar_is_chinese_as_a_whole(opened, query):
    at = opened(**query, lang="zh")
    assert english_left(at, "no text has this") == []
    assert any("\u4e00" <= letter <= "\u9fff" for letter in at.text_input[0].label)
