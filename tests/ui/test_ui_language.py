"""The language, the detail and the presentation: kept in the link, on every page of a visit."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from i2moe_core.ui.language import chosen

ROOT = Path(__file__).resolve().parents[2]


def opened(**query):
    page = AppTest.from_file(str(ROOT / "pages" / "runs.py"), default_timeout=60)
    for name, value in query.items():
        page.query_params[name] = value
    return page.run()


def picker(page, key):
    return next(group for group in page.get("button_group") if group.key == key)


def test_outside_of_a_page_it_is_english():
    assert chosen() == "en"


@pytest.mark.parametrize(("asked", "label"), [("zh", "语言"), ("en", "Language"), ("xx", "Language")])
def test_the_link_chooses_the_language(asked, label):
    page = opened(lang=asked)
    assert not page.exception
    assert picker(page, "lang").label == label
    assert picker(page, "lang").value == ("zh" if asked == "zh" else "en")


def test_another_language_is_picked_and_goes_into_the_link():
    page = opened()
    picker(page, "lang").set_value("zh")
    page.run()
    assert page.query_params["lang"] in ("zh", ["zh"])
    assert picker(page, "lang").label == "语言"
    picker(page, "lang").set_value("en")
    page.run()
    assert "lang" not in page.query_params
    assert picker(page, "lang").label == "Language"


def test_a_presentation_is_begun_and_left():
    page = opened(present="true")
    leave = next(button for button in page.button if button.label == "Leave the presentation")
    leave.click().run()
    assert "present" not in page.query_params
    assert "Leave the presentation" not in [button.label for button in page.button]
