"""A learner's and a rater's way in a real browser: five steps, three guesses, two ratings, and all again."""

import pytest

pytestmark = pytest.mark.browser

STEPS = ("1. Sample", "2. Encoders", "3. Experts", "4. Weights", "5. Sum")


def heading(visit, text):
    visit.tab.get_by_role("heading", name=text).wait_for(timeout=60_000)
    visit.settle()


def wide(visit):
    return visit.tab.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")


@pytest.mark.parametrize("visit", [1280, 390], indirect=True, ids=["wide", "phone"])
def test_the_tour_is_taken_in_five_steps_and_a_reload_shows_the_same(visit):
    visit.tab.set_default_timeout(60_000)
    visit.open("/tour")
    for number, name in enumerate(STEPS, start=1):
        heading(visit, name)
        visit.tab.locator(".katex").first.wait_for()
        if number > 1:
            visit.figures(1)
            assert f"step={number}" in visit.tab.url
        assert wide(visit) <= visit.tab.viewport_size["width"]
        if number < len(STEPS):
            visit.tab.get_by_role("button", name="Next:").click()
    visit.tab.get_by_text("Choose another sample").click()
    card = visit.tab.locator(".gallery button[aria-pressed=false]").first
    text = card.inner_text().strip()
    card.click()
    visit.settle()
    assert "sample=" in visit.tab.url
    visit.tab.reload()
    heading(visit, STEPS[-1])
    assert text.split()[0] in visit.tab.locator('[data-testid="stText"]').first.inner_text()
    visit.tab.locator(".st-key-tour_left kbd").wait_for()  # the button that listens to the key
    visit.tab.wait_for_timeout(500)
    visit.tab.keyboard.press("ArrowLeft")
    heading(visit, STEPS[3])


def test_three_guesses_are_scored_and_a_reload_keeps_them(visit):
    visit.open("/predict?seed=4")
    for number in range(1, 4):
        visit.tab.get_by_text(f"Sample {number} of 12").wait_for()
        visit.settle()
        visit.tab.get_by_role("button", name="Synergy").click()
        visit.tab.get_by_role("button", name="Next sample").wait_for()
        visit.settle()
        visit.tab.locator(".st-key-guess_score").get_by_text(f" / {number}").wait_for()
        visit.tab.get_by_role("button", name="Next sample").click()
    visit.tab.get_by_text("Sample 4 of 12").wait_for()
    visit.settle()
    said = visit.tab.locator(".st-key-guess_score").inner_text()
    visit.tab.reload()
    visit.tab.get_by_text("Sample 4 of 12").wait_for()
    visit.tab.locator(".st-key-guess_score").get_by_text(" / 3").wait_for()
    visit.settle()
    assert visit.tab.locator(".st-key-guess_score").inner_text() == said
    visit.figures(1)
    with visit.tab.expect_download() as download:
        visit.tab.get_by_text("The guesses as CSV").click()
    assert len(download.value.path().read_text("utf-8-sig").splitlines()) == 4


def test_two_ratings_are_kept_over_a_reload_and_opened_in_the_end(visit):
    visit.open("/rating")
    visit.tab.get_by_label("Its name, a part of the link").fill("browser")
    visit.tab.get_by_role("button", name="Make the study").click()
    visit.tab.get_by_text("The study is made").wait_for()
    visit.open("/rating?study=browser")
    visit.tab.get_by_role("textbox", name="Your code").fill("R1")
    visit.tab.get_by_role("button", name="Begin").click()
    for done in range(2):
        visit.tab.get_by_text(f"Rater R1: {done} of 12 rated").wait_for()
        visit.settle()
        assert "placebo" not in visit.tab.content().lower()
        visit.tab.get_by_text("4: fits well").click()
        visit.tab.get_by_role("button", name="Save and go on").click()
    visit.tab.get_by_text("Rater R1: 2 of 12 rated").wait_for()
    visit.tab.reload()
    visit.tab.get_by_text("Rater R1: 2 of 12 rated").wait_for()
    visit.open("/rating?study=browser&view=results")
    visit.tab.get_by_role("button", name="Unblind and show the results").click()
    heading(visit, "Are real explanations rated higher?")
    assert "2" in visit.tab.locator('[data-testid="stMetricValue"]').all_inner_texts()


@pytest.mark.parametrize("visit", [390], indirect=True, ids=["phone"])
@pytest.mark.parametrize("page", ["predict?guesses=01&at=2", "rating"])
def test_no_page_is_wider_than_a_phone(visit, page):
    visit.open(f"/{page}")
    visit.tab.wait_for_timeout(500)
    assert wide(visit) <= 390
