"""The maps as a visitor uses them: from the pair and back, words and patches clicked, the link shared."""

import pytest
from made_up import HOSTILE

pytestmark = pytest.mark.browser
MAPS = 5  # the whole model and four experts


def judged(visit):
    """Wait until every map has its badge."""
    visit.tab.get_by_text("comes first").first.wait_for(timeout=60_000)
    visit.settle()


def words(visit, number=0):
    return visit.tab.locator(".words").nth(number).locator("button")


def picked(visit):
    return visit.tab.locator('.words button[aria-pressed="true"]').all_inner_texts()


def hide(visit):
    return visit.tab.get_by_role("slider", name="Hide the weakest")


@pytest.mark.parametrize("visit", [1280, 390], indirect=True, ids=["wide", "phone"])
def test_from_the_pair_to_its_maps_and_back(visit):
    visit.open("/explain_pair")
    visit.figures(3)
    text = visit.tab.locator('[data-testid="stText"]').first.inner_text()
    visit.tab.get_by_role("link", name="See what moved each expert").click()
    visit.tab.get_by_role("heading", name="What moved the answer").wait_for(timeout=30_000)
    visit.figures(MAPS)
    assert visit.tab.locator('[data-testid="stText"]').first.inner_text() == text
    judged(visit)

    words(visit).nth(1).click()
    visit.settle()
    word = words(visit).nth(1).inner_text()
    assert picked(visit) == [word] * MAPS
    visit.tab.get_by_text(f"The word “{word}”").wait_for()
    hide(visit).focus()
    for _ in range(4):
        hide(visit).press("ArrowRight")
    visit.settle()
    visit.tab.wait_for_function("location.search.includes('hide=20')", timeout=10_000)

    link = visit.tab.url
    assert "part=" in link
    visit.open("/")  # a link must not lean on what the tab remembers
    visit.tab.goto(link)
    visit.settle()
    visit.figures(MAPS)
    judged(visit)
    assert picked(visit) == [word] * MAPS
    assert hide(visit).evaluate("element => element.value") == "20"

    visit.tab.get_by_role("link", name="Back to the answer").click()
    visit.tab.get_by_role("heading", name="Explain a pair").wait_for(timeout=30_000)
    visit.settle()
    assert text in visit.tab.locator('[data-testid="stText"]').all_inner_texts()


def test_a_patch_is_told_after_a_click_and_a_second_click_keeps_it(visit):
    visit.open("/attributions")
    visit.figures(MAPS)
    judged(visit)
    for place in ((60, 60), (60, 60), (28, 10)):
        visit.tab.locator(".js-plotly-plot").nth(1).hover(position={"x": place[0], "y": place[1]})
        visit.tab.wait_for_timeout(300)
        visit.tab.locator(".js-plotly-plot").nth(1).click(position={"x": place[0], "y": place[1]})
        visit.settle()
        visit.tab.get_by_text("in every panel").first.wait_for(timeout=10_000)
    visit.tab.get_by_text("Row 1, column").first.wait_for(timeout=10_000)
    assert "part=" in visit.tab.url


def test_words_are_reached_by_keyboard(visit):
    visit.open("/attributions")
    visit.figures(MAPS)
    judged(visit)
    words(visit).first.focus()
    visit.tab.keyboard.press("ArrowRight")
    visit.tab.keyboard.press("ArrowRight")
    visit.tab.keyboard.press("Enter")
    visit.settle()
    assert words(visit).nth(2).get_attribute("aria-pressed") == "true"
    assert picked(visit) == [words(visit).nth(2).inner_text()] * MAPS


@pytest.mark.parametrize("text", [HOSTILE, "ابحث عن الدائرة الزرقاء", "找到红色的圆 👩‍👩‍👧"])
def test_any_text_stays_text(visit, text):
    visit.open("/attributions?from=own")
    visit.tab.get_by_text("Choose another pair").first.click()
    box = visit.tab.get_by_label("Your text")
    box.fill(text)
    box.press("Control+Enter")
    visit.settle()
    visit.tab.locator(".words").first.wait_for(timeout=30_000)
    assert visit.tab.locator(".words").first.inner_text().split() == text.split()
    assert visit.tab.locator('img[src="x"]').count() == 0
    assert visit.tab.locator('[data-testid="stException"]').count() == 0
