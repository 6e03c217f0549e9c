"""The Trust page by clicks: an audit, the weak points and a comparison, each started in the page as a job."""

import json
import shutil

import pytest

pytestmark = pytest.mark.browser

LONG = 240_000  # milliseconds that a computation may take on a busy machine


@pytest.fixture
def unaudited(served, served_runs):
    """A copy of the tiny run that nobody has audited."""
    copy = served_runs / "unaudited"
    shutil.copytree(served_runs / "scenes", copy)
    (copy / "audit.json").unlink()
    manifest = json.loads((copy / "manifest.json").read_text())
    del manifest["files"]["audit.json"]
    (copy / "manifest.json").write_text(json.dumps(manifest))
    yield copy
    shutil.rmtree(copy, ignore_errors=True)
    shutil.rmtree(served_runs / ".compared", ignore_errors=True)


def test_from_no_audit_to_a_verdict_weak_points_and_another_training(visit, unaudited):
    tab = visit.tab
    visit.open("/trust?run=unaudited")
    tab.get_by_text("Audit this model").click()
    tab.get_by_text("How to read this model.").wait_for(timeout=LONG)
    assert (unaudited / "audit.json").is_file()
    visit.settle()
    visit.figures(4)
    tab.locator(".st-key-trust_look").get_by_text("Weak points").click()
    visit.settle()
    tab.get_by_text("Measure the weak points").click()
    tab.get_by_text("8. What does the mixture cost?").wait_for(timeout=LONG)
    visit.settle()
    visit.figures(8)
    assert "trust_look=points" in tab.url
    link = tab.url
    tab.locator(".st-key-trust_look").get_by_text("Over trainings").click()
    visit.settle()
    tab.get_by_text("Compare these 2 runs").click()
    tab.get_by_text("Do the same samples get the same weights?").wait_for(timeout=LONG)
    visit.settle()
    visit.figures(3)
    tab.goto(link)
    visit.settle()
    tab.get_by_text("8. What does the mixture cost?").wait_for()


@pytest.mark.parametrize("visit", [390], indirect=True, ids=["phone"])
@pytest.mark.parametrize("look", ["audit", "points", "seeds"])
def test_no_look_of_trust_is_wider_than_a_phone(visit, look):
    visit.open(f"/trust?run=scenes&trust_look={look}")
    visit.tab.wait_for_timeout(500)
    assert visit.tab.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
