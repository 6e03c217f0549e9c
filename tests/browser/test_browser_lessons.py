"""The lessons in the browser: each in both languages, wide and on a phone, readable, played by keyboard."""

import time

import pytest
from readable import LOW_CONTRAST, OVERFLOW

from i2moe_core.language import LANGUAGES
from i2moe_core.ui.components.teach.lessons import LESSONS

pytestmark = pytest.mark.browser
READY = 0.5  # seconds from a key to the new numbers, warm


@pytest.mark.parametrize("visit", [1280, 390], indirect=True, ids=["wide", "phone"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_lesson_opens(visit, lang):
    width = visit.tab.viewport_size["width"]
    for name in LESSONS:
        visit.open(f"/lessons?lesson={name}&lang={lang}")
        visit.tab.locator(f".st-key-reveal_{name} button").wait_for(timeout=60_000)
        visit.settle()
        assert visit.tab.locator('[data-testid="stException"]').count() == 0, name
        assert visit.tab.get_by_test_id("stAlertContentError").count() == 0, name
        assert visit.tab.evaluate(OVERFLOW) <= width, name
        visit.figures(0 if name == "misleading" else 1)  # that one is trained first


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out(visit, scheme):
    visit.tab.emulate_media(color_scheme=scheme)
    for name in ("interactions", "training", "misleading", "fusions"):
        visit.open(f"/lessons?lesson={name}")
        reveal = visit.tab.locator(f".st-key-reveal_{name} button")
        reveal.click()
        visit.settle()
        visit.tab.get_by_test_id("stAlert").first.wait_for()
        assert visit.tab.evaluate(LOW_CONTRAST) == [], name


def test_contrast_is_really_measured(visit):
    visit.open("/lessons")
    faint = "document.querySelector('[data-testid=stMain] h1').style.color = '#AAAAAA'"
    visit.tab.evaluate(faint)
    assert [words for words, _ in visit.tab.evaluate(LOW_CONTRAST)] == ["Lessons"]


def test_a_question_is_answered_by_keyboard(visit):
    visit.open("/lessons?lesson=disagreement")
    visit.tab.locator('input[type="radio"]').first.wait_for(state="attached")
    visit.tab.locator('.st-key-guess_disagreement input[type="radio"]').first.focus()
    visit.tab.keyboard.press("ArrowDown")
    visit.settle()
    visit.tab.keyboard.press("Tab")
    assert "reveal_disagreement" in visit.tab.evaluate(
        "document.activeElement.closest('[class*=st-key-reveal]').className"
    )
    visit.tab.keyboard.press("Enter")
    visit.settle()
    visit.tab.get_by_text("One number cannot tell ignorance from contradiction.").wait_for()
    assert "guess_disagreement=" in visit.tab.url


def test_a_slider_is_moved_by_keyboard_and_redraws_at_once(visit):
    visit.open("/lessons?lesson=disagreement")
    visit.figures(1)
    metric = visit.tab.get_by_test_id("stMetricValue")
    thumb = visit.tab.locator('.st-key-belief [role="slider"], .st-key-belief input[type="range"]').first
    thumb.focus()
    seconds = []
    for _ in range(5):
        before = metric.inner_text()
        start = time.perf_counter()
        visit.tab.keyboard.press("ArrowRight")
        visit.tab.wait_for_function(
            "before => document.querySelector('[data-testid=stMetricValue]').innerText !== before", arg=before
        )
        seconds.append(time.perf_counter() - start)
        visit.settle()
    assert sorted(seconds)[2] < READY
    assert "belief=25" in visit.tab.url


def test_a_click_in_the_plane_moves_the_point(visit):
    visit.open("/lessons?lesson=training")
    visit.figures(1)
    place = visit.tab.evaluate(
        """() => {
          const g = document.querySelector(".js-plotly-plot"), l = g._fullLayout
          const b = g.getBoundingClientRect()
          return [b.x + l.xaxis._offset + l.xaxis.d2p(-1.5), b.y + l.yaxis._offset + l.yaxis.d2p(-1)]
        }"""
    )
    visit.tab.mouse.move(*place)
    visit.tab.wait_for_timeout(300)
    visit.tab.mouse.click(*place)
    visit.tab.get_by_text("to the negative 1.80").wait_for()
    visit.settle()
    assert "points=0+0+-1+0.75+-1.5+-1" in visit.tab.url


def test_a_link_of_a_lesson_opens_alike_in_the_other_language(visit):
    visit.open("/lessons?lesson=training")
    visit.tab.get_by_text("Synergy and redundancy", exact=True).click()
    visit.settle()
    assert "loss_of=circle" in visit.tab.url
    visit.tab.goto(f"{visit.tab.url}&lang=zh")
    visit.settle()
    visit.tab.get_by_text("两个答案的夹角（度）").wait_for()


def test_the_next_lesson_begins_at_its_top_with_a_short_link(visit):
    visit.tab.set_viewport_size({"width": 1280, "height": 700})
    visit.open("/lessons?lesson=interactions")
    visit.tab.get_by_text("XOR", exact=True).click()
    visit.settle()
    assert "world=xor" in visit.tab.url
    visit.tab.locator(".st-key-next_lesson button").click()
    visit.tab.get_by_role("heading", name="How an expert is trained").wait_for()
    visit.settle()
    visit.tab.wait_for_function("document.querySelector('[data-testid=stMain]').scrollTop === 0")
    assert "world" not in visit.tab.url
    visit.tab.locator(".st-key-previous_lesson button").click()
    visit.tab.get_by_text("One input alone tells nothing at all.").wait_for()


def test_a_word_shows_its_meaning_and_leads_to_the_glossary(visit):
    visit.open("/lessons?lesson=interactions")
    word = visit.tab.get_by_role("link", name="synergy")
    assert "read together" in word.get_attribute("title")
    visit.tab.get_by_role("button", name="The words explained").press("Enter")
    visit.tab.get_by_text("neither tells it alone").wait_for()
    visit.open(f"/{word.get_attribute('href')}")
    visit.tab.get_by_text("How far the experts' answers to one sample are apart.").wait_for()
