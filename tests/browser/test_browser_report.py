"""The report in a browser that is offline and runs no script: it shows, fits a phone, asks for nothing."""

import pytest
from made_up import HOSTILE
from tiny_runs import scenes_run, stretch, values_of

from i2moe_core.explain.attribution.engine import attribute
from i2moe_core.explain.pair import explain_pair
from i2moe_core.explain.report import html_report

pytestmark = pytest.mark.browser
TARGETS = ("answer/0", "expert/synergy/0", "gate/synergy")


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    run, _ = scenes_run()
    stretch(run.model, 1.5)
    values = values_of(run, 3) | {"text": f"find the red one {HOSTILE} ابحث عن الدائرة"}
    found = attribute(run, values, "feature_ablation", TARGETS, sample_id="s3")
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(html_report(run, values, explain_pair(run, values, "s3"), found), encoding="utf-8")
    return path


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_opens_offline_without_scripts(chromium, report, width, scheme):
    context = chromium.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=False, offline=True
    )
    tab, asked, said = context.new_page(), [], []
    tab.on("request", lambda request: asked.append(request.url))
    tab.on("console", lambda message: said.append(message.text))
    tab.goto(report.as_uri())
    assert [url for url in asked if not url.startswith("data:")] == [report.as_uri()]
    assert said == []  # the policy found nothing to block
    assert tab.locator("blockquote").inner_text().startswith(f"find the red one {HOSTILE}")
    for heading in tab.locator("h2").all():
        assert heading.is_visible()
    for picture in tab.locator("img.picture, svg.figure").all():
        box = picture.bounding_box()
        assert box["width"] > 20
        assert box["x"] + box["width"] <= width
    context.close()


def test_nothing_is_wider_than_a_phone_and_pictures_load(chromium, report):
    context = chromium.new_context(viewport={"width": 390, "height": 900}, offline=True)
    tab = context.new_page()
    tab.goto(report.as_uri())
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390
    assert tab.evaluate("[...document.images].every(image => image.naturalWidth > 0)")
    context.close()


def test_it_prints(chromium, report):
    tab = chromium.new_page()
    tab.goto(report.as_uri())
    assert tab.pdf(format="A4").startswith(b"%PDF")
    tab.close()
