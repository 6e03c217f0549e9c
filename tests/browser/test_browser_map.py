"""The map by clicks: a point, its sample, the link again, back; a boxed region, also on a phone."""

import pytest
from test_browser_data_set import analyze

pytestmark = pytest.mark.browser

PLACES = """() => {
  const drawn = [...document.querySelectorAll('.js-plotly-plot')]
  const g = drawn.find(one => one.data.some(t => t.type == 'scattergl')), box = g.getBoundingClientRect()
  const {xaxis, yaxis} = g._fullLayout
  const place = t => (row, n) =>
    [row, box.x + xaxis._offset + xaxis.d2p(t.x[n]), box.y + yaxis._offset + yaxis.d2p(t.y[n])]
  return g._fullData.filter(t => t.type == 'scattergl').flatMap(t => Array.from(t.customdata).map(place(t)))
}"""


def places(visit):
    """Row of the table -> where its point is on the page."""
    visit.figures(1)
    visit.tab.wait_for_timeout(1200)
    return {place: (x, y) for place, x, y in visit.tab.evaluate(PLACES)}


def click(visit, place):
    """Click the point of a row; returns what the link then names."""
    at = places(visit)[place]
    visit.tab.mouse.move(*at)
    visit.tab.wait_for_timeout(300)
    visit.tab.mouse.click(*at)
    visit.settle()
    visit.tab.wait_for_url("**sample=*")
    return visit.tab.url


def lonely(found):
    """The points that lie farthest from any other, so that a click cannot miss them."""
    near = {
        place: min(abs(x - u) + abs(y - v) for other, (u, v) in found.items() if other != place)
        for place, (x, y) in found.items()
    }
    return sorted(near, key=near.__getitem__, reverse=True)


def sample(visit):
    """The id of the sample beside the map."""
    line = visit.tab.get_by_text("Sample test-", exact=False).first
    line.wait_for()
    return line.inner_text()


def test_a_point_opens_its_sample_which_survives_reload_and_back(visit):
    analyze(visit)
    visit.open("/map?map=pca")
    first, second, *_ = lonely(places(visit))
    link = click(visit, first)
    shown = sample(visit)
    assert shown.removeprefix("Sample ").split(",")[0] in link
    visit.tab.reload()
    visit.settle()
    assert sample(visit) == shown
    assert click(visit, second) != link
    assert sample(visit) != shown
    visit.tab.go_back()
    visit.settle()
    visit.tab.wait_for_timeout(500)
    assert visit.tab.url == link
    assert sample(visit) == shown
    visit.tab.get_by_text("Explain this sample").click()
    visit.tab.wait_for_url("**/explain_pair*")
    visit.figures(3)
    visit.tab.go_back()
    visit.settle()
    visit.tab.wait_for_url("**/map*")
    assert sample(visit) == shown


def test_a_boxed_region_is_described_and_kept_in_the_link(visit):
    analyze(visit)
    visit.open("/map?map=pca&drag=box")
    x, y = zip(*places(visit).values(), strict=True)
    middle = sorted(x)[len(x) // 2]
    visit.tab.mouse.move(min(x) - 4, min(y) - 4)
    visit.tab.mouse.down()
    visit.tab.mouse.move(middle, max(y), steps=6)
    visit.tab.mouse.move(middle + 2, max(y) + 3, steps=3)
    visit.tab.mouse.up()
    visit.settle()
    visit.tab.wait_for_url("**region=*")
    line = visit.tab.get_by_text("elsewhere on the map").first
    line.wait_for()
    said = line.inner_text()
    assert 0 < int(said.split()[0]) < 24
    visit.tab.reload()
    visit.settle()
    line.wait_for()
    assert line.inner_text() == said
    visit.tab.get_by_text("Forget the region").click()
    visit.settle()
    visit.tab.wait_for_timeout(500)
    assert "region=" not in visit.tab.url


def test_a_quadrant_leads_to_its_samples(visit):
    analyze(visit)
    visit.open("/disagreement?facet=agree&cell=disagree+wrong")
    visit.tab.get_by_text("Experts disagree, answer wrong").wait_for()
    visit.figures(1)


@pytest.mark.parametrize("visit", [390], indirect=True, ids=["phone"])
@pytest.mark.parametrize(
    "path",
    [
        "/map?map=pca",
        "/disagreement",
        "/disagreement?facet=size",
        "/disagreement?facet=pairs",
        "/disagreement?facet=less",
    ],
)
def test_no_page_is_wider_than_a_phone(visit, path):
    analyze(visit)
    visit.open(path)
    visit.tab.wait_for_timeout(500)
    assert visit.tab.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
