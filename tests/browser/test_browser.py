"""The app as a visitor sees it: upload a pair, read the breakdown, share the link, click an example."""

import io

import pytest
from made_up import HOSTILE
from PIL import Image

from i2moe_core.data.scenes import scenes
from i2moe_core.types import SYNERGY
from i2moe_core.ui.components.sections import NAMES

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def sample():
    """A picture file and its sentence, from data that the run has not seen."""
    made = scenes(seed=7, sizes=(20, 2, 2))
    row = made.truth.interactions.tolist().index(SYNERGY)
    buffer = io.BytesIO()
    Image.fromarray(made.raw["image"][row]).resize((320, 320), Image.Resampling.NEAREST).save(buffer, "PNG")
    return {"name": "mine.png", "mimeType": "image/png", "buffer": buffer.getvalue()}, made.raw["text"][row]


def upload(visit, sample):
    file, text = sample
    visit.tab.set_input_files('[data-testid="stFileUploaderDropzoneInput"]', file)
    visit.settle()
    box = visit.tab.get_by_label("Your text")
    box.fill(text)
    box.press("Control+Enter")
    visit.settle()


def breakdown(visit):
    """The line in which the sum is written out."""
    line = visit.tab.locator('[data-testid="stMarkdownContainer"]').filter(has_text="Score of").first
    line.wait_for(timeout=30_000)
    return line.inner_text()


def test_an_uploaded_pair_is_explained_and_its_link_shows_it_again(visit, sample):
    visit.open("/explain_pair?from=own")
    upload(visit, sample)
    visit.figures(3)
    first = breakdown(visit)
    assert sample[1] in visit.tab.locator('[data-testid="stText"]').all_inner_texts()
    link = visit.tab.url
    assert "my_image=" in link
    visit.tab.reload()
    visit.settle()
    visit.figures(3)
    assert breakdown(visit) == first
    visit.open("/")  # a link must not lean on what the tab remembers
    visit.tab.goto(link)
    visit.settle()
    assert breakdown(visit) == first


def test_a_hostile_caption_stays_text(visit):
    visit.open("/explain_pair?from=own")
    box = visit.tab.get_by_label("Your text")
    box.fill(HOSTILE)
    box.press("Control+Enter")
    visit.settle()
    visit.figures(2)
    assert HOSTILE in visit.tab.locator('[data-testid="stText"]').all_inner_texts()
    assert visit.tab.locator('img[src="x"]').count() == 0


def test_an_example_is_picked_by_a_click(visit):
    visit.open("/explain_pair")
    visit.figures(3)
    cards = visit.tab.locator(".gallery button")
    cards.first.wait_for()
    pressed = [card.get_attribute("aria-pressed") for card in cards.all()]
    other = cards.nth(pressed.index("false"))
    words = other.get_attribute("title")
    other.click()
    visit.settle()
    visit.tab.locator('[data-testid="stText"]').get_by_text(words, exact=True).wait_for()
    assert "example=" in visit.tab.url
    visit.tab.reload()
    visit.settle()
    visit.tab.locator('[data-testid="stText"]').get_by_text(words, exact=True).wait_for()


def test_the_way_from_home_to_an_example_and_through_the_views(visit):
    visit.open("/")
    visit.tab.get_by_text("Explain a ready example").click()
    visit.settle()
    visit.figures(3)
    for code, view in list(NAMES.items())[1:]:
        page = visit.tab.get_by_test_id("stMain")  # the menu has a page of the same name
        page.get_by_role("radio", name=view).or_(page.get_by_text(view, exact=True)).first.click()
        visit.settle()
        visit.figures(3)
        assert visit.tab.locator('[data-testid="stException"]').count() == 0
        assert f"view={code}" in visit.tab.url


@pytest.mark.parametrize("visit", [390], indirect=True, ids=["phone"])
@pytest.mark.parametrize("path", ["/", "/explain_pair", "/attributions"])
def test_nothing_is_wider_than_a_phone(visit, path):
    visit.open(path)
    visit.tab.wait_for_timeout(500)
    wide = "document.querySelector('[data-testid=stMain]').scrollWidth"
    assert visit.tab.evaluate(wide) <= 390
