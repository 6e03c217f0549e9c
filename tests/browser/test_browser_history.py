"""One step back in the browser shows what was there before: filter, map and sample, or one's own text."""

import pytest
from test_browser_data_set import analyze, count

pytestmark = pytest.mark.browser


def back(visit, link):
    """Make one step back, and wait for what it leads to."""
    visit.tab.go_back()
    visit.tab.wait_for_url(link)
    visit.settle()


def has_value(box, wanted):
    """Wait until a text box holds this: the page may still be on its way there."""
    for _ in range(600):
        if box.input_value() == wanted:
            return
        box.page.wait_for_timeout(100)
    assert box.input_value() == wanted


@pytest.mark.parametrize("page", ["data_set", "map?map=pca"])
def test_one_step_back_from_an_explanation_leads_to_the_filtered_page(visit, page):
    analyze(visit)
    visit.open(f"/{page}")
    visit.tab.get_by_text("wrong", exact=True).click()
    visit.settle()
    wrong = count(visit)
    assert 0 < wrong < 24
    link = visit.tab.url + "&sample=test-00003"
    visit.open(link.removeprefix(visit.address))
    before = visit.tab.evaluate("history.length")
    visit.tab.get_by_text("Explain this sample").click()
    visit.tab.wait_for_url("**/explain_pair*")
    visit.figures(3)
    visit.settle()
    assert visit.tab.evaluate("history.length") == before + 1
    back(visit, link)
    visit.tab.get_by_text("Explain this sample").wait_for()
    assert count(visit) == wrong
    if "pca" in page:
        assert visit.tab.get_by_role("radio", name="PCA", checked=True).count() == 1


def test_one_step_back_brings_the_earlier_text_again(visit):
    visit.open("/explain_pair?from=own&my_text=a+red+circle")
    text = visit.tab.locator("textarea").first
    has_value(text, "a red circle")
    link = visit.tab.url
    text.fill("a blue square")
    visit.tab.keyboard.press("Control+Enter")
    visit.tab.wait_for_url("**my_text=a+blue+square*")
    visit.settle()
    back(visit, link)
    has_value(text, "a red circle")
    visit.tab.go_forward()
    visit.tab.wait_for_url("**my_text=a+blue+square*")
    visit.settle()
    has_value(text, "a blue square")


def test_language_and_detail_hold_on_the_next_page_and_in_its_link(visit):
    visit.open("/lessons")
    visit.tab.get_by_role("radio", name="简体中文").click()
    visit.tab.wait_for_url("**lang=zh*")
    visit.settle()
    visit.tab.get_by_role("radio", name="简明").click()
    visit.tab.wait_for_url("**detail=simple*")
    visit.settle()
    visit.tab.get_by_test_id("stPageLink").get_by_text("试验场", exact=True).click()
    visit.tab.wait_for_url("**/playground*")
    visit.settle()
    visit.tab.get_by_role("radio", name="简体中文", checked=True).wait_for()
    visit.tab.get_by_role("radio", name="简明", checked=True).wait_for()
    assert "lang=zh" in visit.tab.url
    assert "detail=simple" in visit.tab.url
    visit.tab.get_by_role("radio", name="English").click()
    visit.tab.get_by_role("radio", name="Simple", checked=True).wait_for()
    assert "lang=" not in visit.tab.url
