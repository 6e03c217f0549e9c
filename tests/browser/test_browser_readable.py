"""Every page in the browser: in both languages, wide and on a phone, with contrast and by keyboard."""

from pathlib import Path

import pytest
from readable import LOW_CONTRAST, OVERFLOW, out_of_reach
from test_browser_data_set import analyze

from i2moe_core.language import catalogue
from i2moe_core.ui.failures import UNEXPECTED
from i2moe_core.ui.page import PAGES

pytestmark = pytest.mark.browser
NAMES = [Path(page).stem for page in PAGES]


def opened(visit, name, **query):
    """Open a page of an analysed run; it must show no error."""
    analyze(visit)
    address = "/" if name == "home" else f"/{name}"
    visit.open(f"{address}?{'&'.join(f'{key}={value}' for key, value in query.items())}")
    visit.tab.locator("[data-testid=stMain] h1").first.wait_for(timeout=60_000)
    visit.settle()
    assert visit.tab.locator('[data-testid="stException"]').count() == 0
    said = visit.tab.locator("[data-testid=stMain]").inner_text()
    assert not any(sentence in said for sentence in (UNEXPECTED, catalogue("zh")[UNEXPECTED]))


@pytest.mark.parametrize("visit", [390], indirect=True, ids=["phone"])
@pytest.mark.parametrize("name", NAMES)
def test_a_page_in_chinese_fits_a_phone_and_stands_out_in_the_dark(visit, name):
    visit.tab.emulate_media(color_scheme="dark")
    opened(visit, name, lang="zh")
    assert visit.tab.evaluate(OVERFLOW) <= 390
    assert visit.tab.evaluate(LOW_CONTRAST) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_page_stands_out_in_the_light_and_is_reached_by_keyboard(visit, name):
    visit.tab.emulate_media(color_scheme="light")
    opened(visit, name)
    assert visit.tab.evaluate(LOW_CONTRAST) == []
    assert out_of_reach(visit.tab) == []


def test_a_control_out_of_reach_is_found(visit):
    opened(visit, "home")
    visit.tab.evaluate("document.querySelector('[data-testid=stMain] button').tabIndex = -1")
    assert len(out_of_reach(visit.tab)) == 1
