"""The Runs page in a browser: a training started, followed live, cancelled, resumed; runs compared."""

import re

import pytest
from conftest import Visit

pytestmark = pytest.mark.browser

FORM = "/runs?part=train&train_data=vectors%3Astruct"
SETTINGS = "data.options.sizes=[800,100,200]\ntraining.patience=0\ntraining.device=cpu"
DRAWN = """() => Math.max(0, ...Array.from(document.querySelectorAll('.js-plotly-plot'))
  .map(figure => figure._fullData.length ? figure._fullData[0].x.length : 0))"""
EPOCH = re.compile(r"Epoch (\d+), phase (\w+)")


def fill(visit, label, text):
    box = visit.tab.get_by_label(label, exact=True)
    box.fill(text)
    box.blur()
    visit.settle()


def start(visit, name, epochs, settings=SETTINGS):
    visit.open(FORM)
    visit.tab.get_by_text("Further settings, or several values").click()
    visit.tab.wait_for_timeout(500)
    fill(visit, "Further settings", settings)
    fill(visit, "Epochs", str(epochs))
    fill(visit, "Experts' epochs", "1")
    fill(visit, "Name", name)
    visit.tab.get_by_text("Start the training").click()


def epoch(visit):
    """The epoch that the page says it is at; 0 before the first."""
    shown = visit.tab.locator('[data-testid="stMain"]').inner_text()
    found = EPOCH.search(shown)
    return int(found[1]) if found else 0


def until(visit, wanted, seconds=120):
    """Wait without touching the page."""
    for _ in range(seconds * 4):
        if wanted():
            return
        visit.tab.wait_for_timeout(250)
    pytest.fail(f"not within {seconds} s; the page says: {visit.tab.locator('body').inner_text()[-800:]}")


def test_a_training_is_followed_cancelled_resumed_and_cancelled_again(visit):
    """So many epochs that no machine is through with them before the next click."""
    start(visit, "live", 5000)
    until(visit, lambda: epoch(visit) >= 2)
    first, drawn = epoch(visit), visit.tab.evaluate(DRAWN)
    until(visit, lambda: epoch(visit) > first + 1 and visit.tab.evaluate(DRAWN) > drawn)
    visit.tab.get_by_text("Cancel", exact=True).click()
    visit.tab.get_by_text("was cancelled").wait_for(timeout=60_000)
    visit.open("/runs?curves=live")
    until(visit, lambda: "This training has not ended" in visit.tab.locator("body").inner_text())
    kept = epoch(visit)
    assert kept >= first
    visit.tab.get_by_text("Go on with it").click()
    visit.tab.get_by_text("in training").first.wait_for(timeout=60_000)
    until(visit, lambda: epoch(visit) > kept)
    visit.tab.get_by_text("Cancel", exact=True).click()
    visit.tab.get_by_text("was cancelled").wait_for(timeout=60_000)


def test_a_training_that_is_ready_is_used_on_all_pages(visit):
    start(visit, "short", 2)
    visit.tab.get_by_text("The training of 'short' is ready.").wait_for(timeout=120_000)
    visit.open("/runs?curves=short")
    until(visit, lambda: epoch(visit) == 3)
    visit.tab.get_by_role("button", name="Use this model on all pages").click()
    until(visit, lambda: "run=short" in visit.tab.url)
    until(visit, lambda: "vectors:struct" in visit.tab.locator('[data-testid="stSidebar"]').inner_text())


def test_two_runs_are_compared_and_a_sample_is_explained_in_one(visit):
    for seed in ("1", "2"):
        start(visit, f"seed-{seed}", 1, f"{SETTINGS}\ndata.seed=0\ntraining.seed={seed}")
        visit.tab.get_by_text(f"The training of 'seed-{seed}' is ready.").wait_for(timeout=120_000)
    visit.open("/runs?part=compare&compared=seed-1&compared=seed-2")
    visit.tab.get_by_text("Compare these 2 runs").click()
    visit.tab.get_by_text("Right and calibrated").wait_for(timeout=120_000)
    visit.figures(1)
    visit.tab.get_by_text("Where they differ", exact=True).first.click()
    visit.figures(2)
    with visit.tab.expect_popup() as opened:
        visit.tab.get_by_text("Explain in seed-2").click()
    explained = Visit(opened.value, visit.address)
    explained.figures(3)
    assert "run=seed-2" in explained.tab.url
    assert "vectors:struct" in explained.tab.locator('[data-testid="stSidebar"]').inner_text()
    explained.tab.close()
    visit.tab.reload()
    visit.settle()
    visit.tab.get_by_text("Explain in seed-2").wait_for()


@pytest.mark.parametrize("visit", [390], indirect=True, ids=["phone"])
@pytest.mark.parametrize("part", ["all", "compare", "sweeps", "train"])
def test_no_part_is_wider_than_a_phone(visit, part):
    visit.open(f"/runs?part={part}")
    visit.tab.wait_for_timeout(500)
    assert visit.tab.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
