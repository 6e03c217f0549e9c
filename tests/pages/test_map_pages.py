"""The Map through app.py and alone, the Disagreement page without data, the threshold on the pair page."""

from dataclasses import replace
from pathlib import Path

import made_up
import pytest
from made_up import opened, words
from spoken import english_left
from streamlit.testing.v1 import AppTest

from i2moe_core import checkpoint
from i2moe_core.analysis.store import read_rows
from i2moe_core.checkpoint import AbstainRecord

ROOT = Path(__file__).resolve().parents[2]
MAP, APART = "pages/map.py", "pages/disagreement.py"
REGION = "umap_embedding:-9,-9 3,-9 3,3 -9,3"


@pytest.fixture
def run(generated_run):
    return generated_run


@pytest.mark.parametrize("page", [MAP, APART])
def test_a_page_opens_through_the_app(page, run):
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30).run()
    at.switch_page(page).run()
    assert not at.exception
    assert at.title


@pytest.mark.parametrize("page", [MAP, APART])
def test_without_an_analysis_it_can_be_made(page, monkeypatch, tmp_path):
    made_up.install(monkeypatch, tmp_path)
    at = opened(page)
    assert not at.exception
    assert any(button.label == "Make the analysis" for button in at.button)


@pytest.mark.parametrize("colour", ["label", "dominant", "correct", "share_synergy"])
@pytest.mark.parametrize("space", ["embedding", "interaction"])
def test_the_map_in_every_space_and_colour(colour, space, run):
    at = opened(MAP, colour=colour, space=space, map="pca")
    assert not at.exception
    assert not at.error
    assert at.selectbox(key="colour").value == colour
    assert ("proves nothing" in " ".join(w.value for w in at.warning)) == (space == "interaction")


def test_a_link_opens_its_sample_beside_the_map(run):
    assert "made\\-up\\-0000007" in words(opened(MAP, sample="made-up-0000007"))
    assert "Click a point" in opened(MAP).info[0].value


def test_a_region_in_the_link_is_described(run):
    shown = words(opened(MAP, region=REGION))
    assert "elsewhere on the map" in shown
    assert "samples here" in shown
    assert "Draw" not in shown


def test_a_region_of_all_samples_is_compared_with_nothing(run):
    shown = words(opened(MAP, region="umap_embedding:-99,-99 99,-99 99,99 -99,99"))
    assert "**400** samples here, 0 elsewhere" in shown
    assert "Wrong answers:" in shown
    assert "may be chance" not in shown.replace("the difference may be chance", "")


def test_a_damaged_region_and_an_unknown_sample_are_said_not_shown(run):
    at = opened(MAP, region="umap_embedding:x", sample="gone", colour="no such", drag="?")
    assert not at.exception
    assert "does not hold" in words(at)


EVERY = [
    {},
    {"region": REGION, "region_kind": "weight", "sample": "made-up-0000007"},
    {
        "map": "pca",
        "space": "interaction",
        "colour": "share_synergy",
        "drag": "lasso",
        "mark": "disagreement",
    },
    {"colour": "correct", "region": "umap_embedding:90,90 91,90 91,91"},
    {"colour": "label", "detail": "simple"},
]


@pytest.mark.parametrize("link", EVERY, ids=lambda link: "-".join(link) or "plain")
def test_nothing_of_the_map_is_left_in_english(link, run):
    at = opened(MAP, lang="zh", **link)
    assert not at.exception
    texts = {str(text) for text in read_rows(run.path / "analysis.parquet", range(400), ["text"])["text"]}
    assert english_left(at, *texts, "broken is damaged") == []


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_link_opens_the_same_choices_of_the_map_in_either_language(lang, run):
    asked = {"map": "pca", "space": "interaction", "colour": "share_unique:image", "drag": "box"}
    asked |= {
        "mark": "disagreement",
        "region_kind": "weight",
        "region": REGION.replace("umap_embedding", "pca_interaction"),
    }
    at = opened(MAP, lang=lang, **asked)
    assert not at.exception
    assert {name: "".join(at.query_params[name]) for name in asked} == asked
    held = ("map", "space", "colour", "drag", "mark", "region_kind")
    assert {name: at.session_state[name] for name in held} == {name: asked[name] for name in held}


def test_the_simple_map_is_the_map_alone_unless_the_link_asks_for_more(run):
    at = opened(MAP, detail="simple")
    assert len(at.get("plotly_chart")) == 1
    assert not at.header
    assert "map" not in at.session_state
    assert "share_synergy" not in at.selectbox(key="colour").options
    assert "a click shows one" in words(at)
    assert "Why points lie together" in words(at)
    at = opened(MAP, detail="simple", region=REGION, mark="disagreement", map="pca", colour="share_synergy")
    assert at.session_state["map"] == "pca"
    assert at.selectbox(key="colour").value == "share_synergy"
    assert [header.value for header in at.header] == ["Found slices"]  # the region is of the other map
    assert "elsewhere on the map" in words(opened(MAP, detail="simple", region=REGION))


def record(run, most):
    return AbstainRecord(
        run.id, "jensen_shannon", most, 0.05, 0.04, 0.95, 0.8, 0.01, 400, "made", "test"
    )  # fmt: skip


@pytest.mark.parametrize(("most", "abstains"), [(0.29, True), (0.31, False)])
def test_the_pair_page_honours_the_threshold(most, abstains, run):
    (run.path / "abstain.json").write_bytes(checkpoint.abstain_content(record(run, most)))
    shown = words(opened("pages/explain_pair.py"))  # the made-up divergence is 0.3
    assert ("The model abstains" in shown) == abstains


def test_a_threshold_of_other_weights_is_not_honoured(run):
    other = replace(record(run, 0.1), run_id="made-111111111111")
    (run.path / "abstain.json").write_bytes(checkpoint.abstain_content(other))
    assert "The model abstains" not in words(opened("pages/explain_pair.py"))
