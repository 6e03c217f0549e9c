"""Browsing a data set by clicks: bar, row, the link again, back, another page, a computation started."""

import json
import subprocess
import sys

import pytest
from conftest import ROOT

pytestmark = pytest.mark.browser

POINT = """([place, x, y]) => {
  const g = document.querySelectorAll('.js-plotly-plot')[place], box = g.getBoundingClientRect()
  const {xaxis, yaxis} = g._fullLayout
  return [box.x + xaxis._offset + xaxis.d2p(x), box.y + yaxis._offset + yaxis.d2p(y)]
}"""

LEADS = """(() => {
  const bar = document.querySelector('.js-plotly-plot')._fullData[0], x = Array.from(bar.x)
  return Object.fromEntries(Array.from(bar.y).map((name, n) => [name, x[n]]))
})()"""


def click_figure(visit, place, x, y):
    """Click a mark of a figure by its data."""
    visit.tab.wait_for_timeout(700)
    at = visit.tab.evaluate(POINT, [place, x, y])
    visit.tab.mouse.move(*at)
    visit.tab.wait_for_timeout(300)
    visit.tab.mouse.click(*at)
    visit.settle()


def count(visit):
    """The number of samples that pass."""
    line = visit.tab.locator(".st-key-filter_count").inner_text()
    return int(line.replace("All", "").split()[0].replace(",", ""))


def analyze(visit):
    """Make the analysis by the page's own button."""
    visit.open("/data_set")
    button = visit.tab.get_by_text("Make the analysis")
    if button.count():
        button.click()
        visit.tab.locator(".st-key-filter_count").wait_for(timeout=120_000)
        visit.settle()


def pick_first_row(visit):
    """Click the box of the table's first row; a table that is still being drawn takes no click."""
    wanted = visit.tab.get_by_text("Explain this sample")
    for _ in range(12):
        box = visit.tab.locator('[data-testid="stDataFrame"]').bounding_box()
        visit.tab.mouse.click(box["x"] + 16, box["y"] + 35 + 28)
        visit.settle()
        if wanted.count():
            break
        visit.tab.wait_for_timeout(2000)
    wanted.wait_for()


def test_a_data_set_is_analyzed_and_browsed_by_clicks(visit):
    analyze(visit)
    visit.figures(2)
    everything = count(visit)
    assert everything == 24
    leads = visit.tab.evaluate(LEADS)
    expert, share = max(leads.items(), key=lambda pair: pair[1])
    click_figure(visit, 0, share / 2, expert)
    assert count(visit) == round(share * everything)
    assert "f_expert=" in visit.tab.url
    if count(visit) < everything:
        visit.tab.get_by_text("Show all").click()
        visit.settle()
    else:  # an untrained expert may lead everywhere
        visit.open("/data_set")
    assert count(visit) == everything
    visit.tab.get_by_text("wrong", exact=True).click()
    visit.settle()
    wrong = count(visit)
    assert 0 < wrong < everything
    assert "f_correct=wrong" in visit.tab.url
    pick_first_row(visit)
    link = visit.tab.url
    assert "sample=" in link
    visit.tab.reload()
    visit.settle()
    visit.tab.get_by_text("Explain this sample").wait_for()
    assert count(visit) == wrong
    visit.tab.get_by_text("Explain this sample").click()
    visit.settle()
    visit.tab.wait_for_url("**/explain_pair*")
    visit.figures(3)
    visit.tab.go_back()
    visit.settle()
    visit.tab.get_by_text("Explain this sample").wait_for()
    assert visit.tab.url == link
    assert count(visit) == wrong


def test_a_filter_travels_to_another_page_and_back(visit):
    analyze(visit)
    visit.tab.get_by_text("right", exact=True).click()
    visit.settle()
    right = count(visit)
    menu = visit.tab.locator('[data-testid="stSidebar"]')
    menu.get_by_text("Home", exact=True).click()
    visit.tab.get_by_text("Two recipes").wait_for()
    visit.settle()
    menu.get_by_text("Data set", exact=True).click()
    visit.tab.locator(".st-key-filter_count").wait_for()
    assert count(visit) == right


@pytest.mark.parametrize("visit", [390], indirect=True, ids=["phone"])
@pytest.mark.parametrize("look", ["interactions", "classes", "words"])
def test_no_look_is_wider_than_a_phone(visit, look):
    analyze(visit)
    visit.open(f"/data_set?look={look}&by=class")
    visit.tab.wait_for_timeout(500)
    assert visit.tab.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390


def test_the_benchmark_measures_the_page(chromium, tmp_path):
    file = tmp_path / "browse.json"
    command = [
        sys.executable,
        "-m",
        "i2moe_core.cli",
        "benchmark",
        "browse",
        "--rows=3000",
        "--json",
        str(file),
    ]
    subprocess.run([*command, "--pages", "data_set"], cwd=ROOT, check=True, capture_output=True, timeout=180)
    figures = json.loads(file.read_text())
    assert figures["rows"] == 3000
    assert 0 < figures["pages"]["data_set"]["filter_s"] < 30
    assert figures["pages"]["data_set"]["first_figure_s"] < figures["pages"]["data_set"]["cold_s"]
    assert figures["server_mb"] > 100
