"""Each page through app.py and alone, with every kind of run, view and broken link."""

from dataclasses import replace
from pathlib import Path

import made_up
import pytest
import tiny_runs
from made_up import opened, words
from streamlit.testing.v1 import AppTest

from i2moe_core.errors import InputError
from i2moe_core.explain import pair
from i2moe_core.ui.components.ask_class import ANSWER
from i2moe_core.ui.components.sections import QUESTIONS

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("pages/home.py", "pages/explain_pair.py", "pages/attributions.py")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_through_the_app(page, monkeypatch, tmp_path):
    made_up.install(monkeypatch, tmp_path, audit=made_up.GOOD_AUDIT)
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=20).run()
    at.switch_page(page).run()
    assert not at.exception
    assert at.title


@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_alone(page, monkeypatch, tmp_path):
    made_up.install(monkeypatch, tmp_path, audit=made_up.GOOD_AUDIT)
    at = opened(page)
    assert not at.exception
    assert not at.error
    assert at.selectbox(key="run").value == "made"


@pytest.mark.parametrize("page", PAGES)
def test_a_page_without_any_run_says_what_to_do(page, monkeypatch, tmp_path):
    monkeypatch.setenv("I2MOE_CHECKPOINTS", str(tmp_path))
    at = opened(page)
    assert not at.exception
    assert "i2moe train" in at.info[0].value


@pytest.mark.parametrize("view", QUESTIONS)
@pytest.mark.parametrize("task", ["multiclass", "multilabel", "regression"])
def test_every_view_of_every_task(view, task, monkeypatch, tmp_path):
    classes = ("age",) if task == "regression" else ("circle", "triangle", "cross")
    made_up.install(monkeypatch, tmp_path, task=task, classes=classes)
    at = opened(PAGES[1], view=view)
    assert not at.exception
    assert not at.error
    assert QUESTIONS[view] in [header.value for header in at.header]
    notes = [c.value for c in at.caption if "How to read it" in c.value]
    assert len(notes) >= (2 if view != "mismatch" or task != "regression" else 1)


def test_the_sum_is_shown_as_numbers(monkeypatch, tmp_path):
    made_up.install(monkeypatch, tmp_path)
    frame = opened(PAGES[1]).dataframe[0].value
    parts = [float(value) for value in frame.iloc[:, -1]]
    assert sum(parts[:-1]) == pytest.approx(parts[-1], abs=3e-3)
    assert parts[-1] == pytest.approx(made_up.made_explanation().logits[0], abs=1e-3)


def test_another_class_can_be_asked_for(monkeypatch, tmp_path):
    made_up.install(monkeypatch, tmp_path)
    at = opened(PAGES[1])
    at.selectbox(key="class").select("cross").run()
    assert "Score of cross" in words(at)
    at.selectbox(key="rather").select("circle").run()
    assert "Lead over circle" in words(at)
    assert "times as likely as" in words(at)


def test_a_link_opens_its_example_and_view(monkeypatch, tmp_path):
    made_up.install(monkeypatch, tmp_path)
    at = opened(PAGES[1], example="s7", view="roles")
    assert at.query_params["example"] == "s7"
    assert "pick the crimson one 7" in [text.value for text in at.text]
    assert QUESTIONS["roles"] in [header.value for header in at.header]


def test_the_examples_open_on_the_page_of_the_linked_one(monkeypatch, tmp_path):
    made_up.install(monkeypatch, tmp_path)
    at = opened(PAGES[1], example="s18")  # 24 examples, 8 a page
    assert at.get("pagination")[0].proto.default == 3
    assert not at.exception


def test_broken_links_fall_back_and_say_so(monkeypatch, tmp_path):
    made_up.install(monkeypatch, tmp_path)
    at = opened(PAGES[1], run="gone", example="![x](http://evil.invalid)", view="Nowhere", class_="square")
    assert not at.exception
    shown = " ".join(warning.value for warning in at.warning)
    assert "gone" in shown or at.selectbox(key="run").value == "made"
    assert "![x]" not in shown
    assert at.query_params["example"] != "![x](http://evil.invalid)"


def test_an_input_can_be_left_out(monkeypatch, tmp_path):
    made_up.install(monkeypatch, tmp_path)
    at = opened(PAGES[1])
    at.get_by_key("given").set_value(["text"]).run()
    assert not at.exception
    assert "Without image" in words(at)


def test_a_text_alone_is_explained_and_kept_in_the_link(monkeypatch, tmp_path):
    made_up.install(monkeypatch, tmp_path)
    at = opened(PAGES[1], from_="own")
    assert "Give a picture, a text, or both" in at.info[0].value
    at.text_area(key="typed_text").set_value("find the plum disc").run()
    assert at.query_params["my_text"] == "find the plum disc"
    assert "Without image" in words(at)
    again = opened(PAGES[1], from_="own", my_text="find the plum disc")
    assert again.text_area(key="typed_text").value == "find the plum disc"


def test_a_long_text_is_explained_but_not_linked(monkeypatch, tmp_path):
    made_up.install(monkeypatch, tmp_path)
    at = opened(PAGES[1], from_="own")
    at.text_area(key="typed_text").set_value("word " * 20000).run()
    assert not at.exception
    assert "my_text" not in at.query_params
    assert "too long for a link" in words(at)


def test_a_file_that_is_no_picture_gets_one_sentence(monkeypatch, tmp_path):
    made_up.install(monkeypatch, tmp_path)
    at = opened(PAGES[1], from_="own", my_text="find the disc")
    at.file_uploader[0].upload("x.png", b"%PDF-1.7 not a picture").run()
    assert not at.exception
    assert len(at.error) == 1
    assert "PDF" in at.error[0].value
    assert at.text_area(key="typed_text").value == "find the disc"


def test_a_damaged_picture_does_not_leave_an_earlier_one_in_the_link(monkeypatch, tmp_path):
    made_up.install(monkeypatch, tmp_path)
    at = opened(PAGES[1], example="s3")
    next(button for button in at.button if button.label == "Change this pair").click().run()
    assert at.query_params["my_image"]
    at.file_uploader[0].upload("x.png", b"%PDF-1.7 not a picture").run()
    assert len(at.error) == 1
    assert "my_image" not in at.query_params


def test_an_empty_page_offers_an_example_to_change(monkeypatch, tmp_path):
    made_up.install(monkeypatch, tmp_path)
    at = opened(PAGES[1], from_="own")
    next(button for button in at.button if button.label == "Fill in an example").click().run()
    assert not at.exception
    assert at.text_area(key="typed_text").value.startswith("pick the crimson one")
    assert at.query_params["my_image"]


def test_an_example_becomes_ones_own(monkeypatch, tmp_path):
    made_up.install(monkeypatch, tmp_path)
    at = opened(PAGES[1], example="s3")
    next(button for button in at.button if button.label == "Change this pair").click().run()
    assert not at.exception
    assert at.text_area(key="typed_text").value == "pick the crimson one 3"
    assert at.query_params["my_image"]
    assert "example" not in at.query_params


def test_hostile_captions_never_meet_markdown(monkeypatch, tmp_path):
    made_up.install(monkeypatch, tmp_path, caption=made_up.HOSTILE, classes=(made_up.HOSTILE, "b", "c"))
    for view in QUESTIONS:
        at = opened(PAGES[1], view=view)
        assert not at.exception
        for part in [*at.markdown, *at.caption, *at.subheader]:
            assert "![x](http" not in part.value
            assert "<img" not in part.value.replace("\\<", "")
        assert not any("<img" in part.value for part in at.html)


def test_a_run_of_arrays_opens_with_examples(monkeypatch, tmp_path):
    kinds = {"x1": "array", "x2": "array", "x3": "array"}
    made_up.install(monkeypatch, tmp_path, kinds=kinds, truth=False)
    at = opened(PAGES[1])
    assert not at.exception
    assert not at.file_uploader
    assert "x1: 4 numbers" in words(at).replace("\\", "")


def test_misleading_weights_are_marked_on_both_pages(monkeypatch, tmp_path):
    made_up.install(monkeypatch, tmp_path, audit=made_up.BAD_AUDIT)
    for page in PAGES:
        assert "Misleading" in opened(page).error[0].value


def test_home_shows_the_audit_in_words(monkeypatch, tmp_path):
    made_up.install(monkeypatch, tmp_path, audit=made_up.GOOD_AUDIT)
    shown = words(opened(PAGES[0]))
    assert shown.count("green-badge") == 4
    assert "True interaction named: **0.97**" in shown


def test_the_router_is_moved_by_hand(monkeypatch, tmp_path):
    made_up.install(monkeypatch, tmp_path)
    at = opened(PAGES[1], view="router")
    sliders = {slider.label: slider for slider in at.slider}
    assert sliders["Synergy"].value > sliders["Redundancy"].value
    next(button for button in at.button if button.label == "All equal").click().run()
    assert [slider.value for slider in at.slider] == [25] * 4
    for toggle in [t for t in at.toggle if t.key.startswith("on_")]:
        toggle.set_value(False)
    at.run()
    assert not at.exception
    assert "nobody answers" in at.info[0].value


def test_what_the_core_refuses_is_shown_as_its_sentence(monkeypatch, tmp_path):
    made_up.install(monkeypatch, tmp_path)

    def refuse(run, values, sample_id=None):
        raise InputError("This run is a single model; open a mixture.")

    monkeypatch.setattr(pair, "explain_pair", refuse)
    at = opened(PAGES[1])
    assert not at.exception
    assert "open a mixture" in at.error[0].value


@pytest.mark.parametrize("kind", ["multiclass", "multilabel", "regression", "pictures"])
def test_the_real_core_fills_every_view(kind, monkeypatch, tmp_path):
    run, _ = tiny_runs.scenes_run() if kind == "pictures" else tiny_runs.array_run(kind, size=12)
    made_up.let_open(monkeypatch, tmp_path, replace(run, path=tmp_path / run.name))
    for view in QUESTIONS:
        at = opened(PAGES[1], view=view)
        assert not at.exception
        assert not at.error
    assert not opened(PAGES[0]).exception


def test_the_explained_class_follows_the_answer_and_a_class_is_never_compared_with_itself(
    monkeypatch, tmp_path
):
    made_up.install(monkeypatch, tmp_path)
    at = opened(PAGES[1], rather="circle")
    assert at.selectbox(key="class").value == ANSWER
    assert "Score of circle" in words(at)
    at.selectbox(key="class").select("cross").run()
    assert "Lead over circle" in words(at)
