"""Real pictures and words from the folder to every page: trained, analyzed and browsed as a visitor would.

No truth is known of them and they have nine classes with long names, unlike all data that the program makes.
"""

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import PurePosixPath

import pytest
from conftest import ROOT, running_app
from test_browser_data_set import click_figure
from test_browser_map import click, lonely, places

from i2moe_core.ui.page import PAGES

pytestmark = pytest.mark.browser
DATA = ROOT.parent / "shared" / "data" / "emoji"
TRAIN = (
    "--image-size=24", "--epochs=6", "--expert-epochs=4", "--lr=0.006", "--batch-size=64",
    "--set=model.width=32", "--set=model.hidden=32", "--seed=0", "--device=cpu",
)  # fmt: skip
ADDRESSES = ["/" if path == "pages/home.py" else f"/{PurePosixPath(path).stem}" for path in PAGES]
LOOKS = [
    *(f"/explain_pair?view={v}" for v in ("outputs", "roles", "disagreement", "router", "mismatch")),
    "/data_set?look=classes",
    "/data_set?look=words",
    "/data_set?by=class&form=ridge",
    "/map?map=pca&space=interaction&colour=label",
    *(f"/disagreement?facet={f}" for f in ("size", "pairs", "less")),
    "/interactions?measures_look=set",
    "/interactions?measures_look=sum",
]  # fmt: skip
FAILED = "error"  # the icon of a failure; a red box with another one says that the model is poor
COUNTS = "Array.from(document.querySelector('.js-plotly-plot').layout.annotations, one => one.text)"
SLICE = """() => {
  const bar = document.querySelector('.st-key-slices .js-plotly-plot')._fullData.find(one => one.customdata)
  return [bar.x[0], bar.y[0]]
}"""
TITLED = "document.querySelector('[data-testid=stMain] h1') !== null"
WORDS_FIRST = ("/representations", "/lessons", "/tour", "/predict", "/rating")  # no figure without a click
DRAWN = "[...document.querySelectorAll('.js-plotly-plot')].some(one => (one._fullData || []).length)"


@pytest.fixture(scope="module")
def emoji(chromium, tmp_path_factory):
    """A folder with one run, made by the commands that the README names, and what the app writes."""
    if not (DATA / "metadata.csv").is_file():
        pytest.skip(f"the emoji pictures are not in {DATA}")
    folder = tmp_path_factory.mktemp("emoji")
    environment = os.environ | {"I2MOE_CHECKPOINTS": str(folder), "OMP_NUM_THREADS": "1"}
    run = str(folder / "emoji")
    for words in (
        ["train", f"--data={DATA}", *TRAIN, f"--out={run}"],
        ["analyze", run],
        ["analyze", run, "--emap", "--emap-samples=60"],
    ):
        command = [sys.executable, "-m", "i2moe_core.cli", *words]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=400)
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr
    return folder, environment


@pytest.fixture(scope="module")
def served(emoji):
    """The app on this run instead of the session's: ``visit`` takes it from here."""
    folder, environment = emoji
    log = folder.with_suffix(".log")
    with running_app(environment, log) as address:
        yield address
    assert "Traceback" not in log.read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def complaints(visit):
    """Notes what the browser's console calls an error; at the end of the test, one fails it."""
    noted = []

    def note(message):
        # On a page below the root Streamlit first asks that address for its server, in vain.
        if message.type == "error" and "/_stcore/" not in message.location.get("url", ""):
            noted.append(message.text)

    visit.tab.on("console", note)
    visit.tab.on("pageerror", lambda error: noted.append(str(error)))
    yield noted
    assert noted == []


def sound(visit, drawn=True):
    """Wait for a figure, or for the title where a page begins with words, and find no error on the page."""
    visit.tab.wait_for_function(DRAWN if drawn else TITLED, timeout=60_000)
    visit.settle()
    assert visit.tab.locator('[data-testid="stException"]').count() == 0
    alerts = visit.tab.locator('[data-testid="stAlertContentError"]').all_inner_texts()
    assert [said for said in alerts if said.split("\n")[0] == FAILED] == []
    assert "Traceback" not in visit.tab.locator('[data-testid="stMain"]').inner_text()


def held_out():
    """A row of the test split: its picture's path, text and label."""
    with (DATA / "metadata.csv").open(encoding="utf-8", newline="") as file:
        return next(row for row in csv.DictReader(file) if row["split"] == "test")


def sample(visit):
    """The id of the sample beside the map or below the cards."""
    line = visit.tab.get_by_text("Sample ", exact=False).filter(has_text=".jpg").first
    line.wait_for()
    return line.inner_text()


def test_the_run_has_learned_something(emoji):
    folder, _ = emoji
    audit = json.loads((folder / "emoji" / "audit.json").read_text())
    assert audit["accuracy"] > 0.6  # one in five is of the largest class
    assert (folder / "emoji" / "analysis.parquet").is_file()


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize(
    ("visit", "scheme"), [(1280, "light"), (390, "dark")], indirect=["visit"], ids=["wide", "phone-dark"]
)
def test_every_page_opens_on_real_data(visit, scheme, address):
    visit.tab.emulate_media(color_scheme=scheme)
    visit.open(address)
    sound(visit, drawn=address not in WORDS_FIRST)
    app = visit.tab.locator('[data-testid="stApp"]')
    assert app.evaluate("element => getComputedStyle(element).colorScheme") == scheme
    assert (
        visit.tab.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
        <= visit.tab.viewport_size["width"]
    )


@pytest.mark.parametrize("address", LOOKS)
def test_every_look_of_a_page_opens(visit, address):
    visit.open(address)
    sound(visit)


def test_a_real_upload_is_explained_and_its_link_shows_it_again(visit):
    row = held_out()
    visit.open("/explain_pair?from=own")
    visit.tab.set_input_files('[data-testid="stFileUploaderDropzoneInput"]', str(DATA / row["file_name"]))
    visit.settle()
    box = visit.tab.get_by_label("Your text")
    box.fill(row["text"])
    box.press("Control+Enter")
    visit.settle()
    visit.figures(3)
    sound(visit)
    assert row["text"] in visit.tab.locator('[data-testid="stText"]').all_inner_texts()
    score = visit.tab.locator('[data-testid="stMarkdownContainer"]').filter(has_text="Score of").first
    said = score.inner_text()
    visit.tab.reload()
    visit.settle()
    visit.figures(3)
    assert score.inner_text() == said
    visit.tab.get_by_role("link", name="See what moved each expert").click()
    visit.tab.get_by_role("heading", name="What moved the answer").wait_for(timeout=30_000)
    sound(visit)


def test_an_example_keeps_its_picture_when_it_is_changed(visit):
    visit.open("/explain_pair")
    visit.figures(3)
    visit.tab.get_by_role("button", name="Change this pair").click()
    visit.tab.get_by_text("The picture from the link is used").wait_for()
    assert "my_image=" in visit.tab.url
    sound(visit)


def test_a_point_of_the_map_its_sample_the_link_again_and_back(visit):
    visit.open("/map")
    first, second, *_ = lonely(places(visit))
    link = click(visit, first)
    shown = sample(visit)
    visit.tab.reload()
    visit.settle()
    assert sample(visit) == shown
    assert click(visit, second) != link
    assert sample(visit) != shown
    visit.tab.go_back()
    visit.tab.wait_for_url(link)
    visit.settle()
    visit.tab.get_by_text(shown, exact=True).wait_for()
    visit.tab.get_by_text("Explain this sample").click()
    visit.tab.wait_for_url("**/explain_pair*")
    visit.figures(3)
    sound(visit)
    visit.tab.go_back()
    visit.settle()
    visit.tab.get_by_text(shown, exact=True).wait_for()


def test_a_quadrant_opens_its_samples(visit):
    visit.open("/disagreement")
    visit.figures(1)
    apart_wrong = int(re.findall(r"\d+", visit.tab.evaluate(COUNTS)[3])[0])
    assert apart_wrong > 0
    click_figure(visit, 0, 1, 1)
    visit.tab.get_by_text("Experts disagree, answer wrong").wait_for()
    assert "cell=disagree+wrong" in visit.tab.url
    cards = visit.tab.locator(".gallery button")
    cards.first.wait_for()
    assert cards.count() == min(apart_wrong, 12)
    cards.first.click()
    visit.settle()
    assert sample(visit).removeprefix("Sample ") in visit.tab.url
    sound(visit)


def test_a_found_slice_becomes_the_region(visit):
    """A slice is certain on a map of the interactions, for they make much of the disagreement."""
    visit.open("/map?space=interaction&mark=disagreement")
    visit.tab.get_by_text("Found slices").wait_for()
    visit.figures(2)
    click_figure(visit, 1, *visit.tab.evaluate(SLICE))
    visit.tab.wait_for_url("**region=*")
    line = visit.tab.get_by_text("elsewhere on the map").first
    line.wait_for()
    assert 0 < int(line.inner_text().split()[0]) < 280
    visit.tab.reload()
    visit.settle()
    line.wait_for()
    sound(visit)
