"""Choices by code: what the link restores, what is written into it, and in which language it is read."""

import pytest
from streamlit.testing.v1 import AppTest

from i2moe_core.ui import link as link_module


def page():
    import streamlit as st

    from i2moe_core.language import say
    from i2moe_core.ui.components.choice import choose, choose_answer, choose_kept, choose_many, choose_maybe

    words = {"image": say("image"), "text": say("text"), "synergy": say("Synergy")}
    found = [
        choose("One", words, "image", "one"),
        choose("Menu", words, "image", "menu", menu=True),
        choose_maybe("Perhaps", words, "perhaps"),
        choose_many("Many", words, "many"),
        choose_answer("Answer", words, "answer"),
        choose_kept("Kept", st.session_state.get("offered", words), "kept"),
    ]
    st.session_state["found"] = found


def opened(**query):
    at = AppTest.from_function(page)
    for name, value in query.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception
    return at


def found(at):
    return at.session_state["found"]


def link(at):
    return {name: value for name, value in at.query_params.items() if name != "lang"}


def test_at_first_the_usual_is_chosen_and_the_link_stays_empty():
    at = opened()
    assert found(at) == ["image", "image", None, [], None, ["image", "text", "synergy"]]
    assert link(at) == {}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_link_restores_the_choices_in_either_language_and_stays(lang):
    asked = {"one": "text", "menu": "synergy", "perhaps": "text", "many": "text,synergy"}
    asked |= {"answer": "image", "kept": "image,text"}
    at = opened(**asked, lang=lang)
    assert found(at) == ["text", "synergy", "text", ["text", "synergy"], "image", ["image", "text"]]
    assert {name: "".join(value) for name, value in link(at).items()} == asked


def test_codes_that_nobody_knows_are_the_usual_and_leave_the_link():
    at = opened(one="Image alone", menu="x", perhaps="x", many="x,text", answer="x", kept="x")
    assert found(at) == ["image", "image", None, ["text"], None, ["image", "text", "synergy"]]
    assert {name: "".join(value) for name, value in link(at).items()} == {"many": "text"}


def test_what_is_chosen_is_written_as_a_code_and_the_usual_is_taken_out():
    at = opened(lang="zh")
    at.selectbox(key="menu").set_value("synergy").run()
    at.multiselect(key="many").set_value(["image", "synergy"]).run()
    at.radio(key="answer").set_value("text").run()
    assert found(at)[1] == "synergy"
    assert {name: "".join(v) for name, v in link(at).items()} == {
        "menu": "synergy", "many": "image,synergy", "answer": "text",
    }  # fmt: skip
    at.selectbox(key="menu").set_value("image").run()
    assert "menu" not in link(at)


def test_a_link_that_changes_under_the_page_is_followed():
    at = opened(one="text")
    at.query_params["one"] = "synergy"
    at.query_params["many"] = "image"
    at.run()
    assert found(at)[0] == "synergy"
    assert found(at)[3] == ["image"]


def test_all_that_is_kept_may_be_taken_away_and_a_reload_keeps_it_so():
    at = opened()
    at.get_by_key("kept").set_value([]).run()
    assert found(at)[5] == []
    assert "".join(link(at)["kept"]) == "none"
    assert found(opened(kept="none"))[5] == []
    at.get_by_key("kept").set_value(["image", "text", "synergy"]).run()
    assert "kept" not in link(at)


def test_an_option_that_comes_later_is_kept_where_nothing_was_taken_away():
    at = AppTest.from_function(page)
    at.session_state["offered"] = {"image": "image", "text": "text"}
    at.run()
    assert found(at)[5] == ["image", "text"]
    at.session_state["offered"] = {"image": "image", "text": "text", "sound": "sound"}
    at.run()
    assert not at.exception
    assert found(at)[5] == ["image", "text", "sound"]


def test_a_choice_that_a_step_back_takes_out_of_the_link_is_let_go(monkeypatch):
    monkeypatch.setattr(link_module, "HEARD", 0.0)
    at = opened(one="text", perhaps="text", many="text,synergy", menu="synergy")
    for name in ("one", "perhaps", "many"):
        at.query_params.pop(name)
    at.run()
    assert found(at)[:4] == ["image", "synergy", None, []]
    assert set(link(at)) == {"menu"}


def test_a_choice_just_made_is_kept_though_the_browser_has_not_heard_of_it():
    at = opened()
    at.selectbox(key="menu").set_value("synergy").run()
    at.query_params.pop("menu")
    at.run()
    assert found(at)[1] == "synergy"
    assert "".join(link(at)["menu"]) == "synergy"


def parted():
    import streamlit as st

    from i2moe_core.ui.components.choice import choose, leave

    st.session_state["found"] = choose("One", {"a": "A", "b": "B"}, "a", "one", menu=True)
    st.button("Another part", key="go", on_click=leave)


def test_a_part_that_was_left_keeps_its_choice(monkeypatch):
    monkeypatch.setattr(link_module, "HEARD", 0.0)
    at = AppTest.from_function(parted).run()
    at.selectbox(key="one").set_value("b").run()
    at.button(key="go").click().run()
    assert found(at) == "b"
