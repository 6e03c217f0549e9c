"""The Representations page by clicks: measured as a job, figures, a typed text, a click on what was found."""

import pytest

pytestmark = pytest.mark.browser

LONG = 240_000  # milliseconds that a computation may take on a busy machine


def test_measured_in_the_page_then_asked_with_a_text_and_with_what_it_found(visit):
    tab = visit.tab
    visit.open("/representations?run=scenes")
    tab.get_by_text("Measure the representations").click()
    tab.get_by_text("How far apart do they lie?").wait_for(timeout=LONG)
    visit.settle()
    visit.figures(2)
    tab.locator(".st-key-ask").get_by_text("text → image").click()
    visit.settle()
    text = tab.locator(".st-key-ask_text input")
    text.fill("find the red circle")
    text.press("Enter")
    tab.wait_for_url("**ask_text=find+the+red+circle*")
    visit.settle()
    found = tab.locator(".st-key-nearest button")
    found.first.wait_for()
    assert found.count() == 8
    assert found.first.locator("img").evaluate("image => image.naturalWidth") > 0
    title = found.nth(2).get_attribute("title")
    found.nth(2).click()
    tab.get_by_text("Its own image is at rank").wait_for()
    visit.settle()
    assert "ask_text=find" not in tab.url
    assert "example=" in tab.url
    assert tab.get_by_test_id("stText").filter(has_text=title.split(maxsplit=1)[1][:20]).count() == 1


@pytest.mark.parametrize("visit", [390], indirect=True, ids=["phone"])
def test_it_is_no_wider_than_a_phone(visit):
    visit.open("/representations?run=scenes")
    visit.tab.wait_for_timeout(500)
    assert visit.tab.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
