"""The one-sample report is safe: nothing runs in it, hostile texts stay text, colour is not the only sign."""

import re

import pytest
from made_up import HOSTILE
from reports import ALLOWED, TARGETS, Page, report_parts, report_run
from tiny_runs import values_of

from i2moe_core.explain.attribution.engine import attribute
from i2moe_core.explain.pair import explain_pair
from i2moe_core.explain.report import html_report
from i2moe_core.explain.report.markup import join, tag


@pytest.fixture
def run():
    return report_run()


@pytest.fixture
def made():
    return report_parts()


def test_nothing_runs_and_nothing_is_fetched(made):
    *_, content = made
    page = Page(content)
    assert {name for name, _ in page.elements} <= ALLOWED
    assert "http:" not in content
    assert "https:" not in content
    assert "url(" not in content
    assert "@import" not in content
    for name, attributes in page.elements:
        assert not [key for key in attributes if key.startswith("on")]
        for key in ("src", "href"):
            if key in attributes:
                assert attributes[key].startswith("data:image/png;base64,"), name
    policies = [a["content"] for n, a in page.elements if a.get("http-equiv") == "Content-Security-Policy"]
    assert len(policies) == 1
    assert policies[0].startswith("default-src 'none'")
    assert "script" not in policies[0]


def test_figures_have_a_name_and_pictures_an_alternative(made):
    *_, content = made
    page = Page(content)
    assert all(a.get("alt") for name, a in page.elements if name == "img")
    assert (
        content.count("<svg")
        == content.count('role="img"')
        == len(re.findall(r"<svg[^>]*><title>[^<]", content))
    )


@pytest.mark.parametrize(
    "text",
    [
        HOSTILE,
        "</style></title><script>alert(1)</script>\" onload='x' <svg onload=alert(1)>",
        "ابحث عن الدائرة \u202eالحمراء",
        "找到红色的圆 👩🏽‍🚀 कृपया",
        "nul \x00 tab \t end \x7f",
    ],
)
def test_any_text_is_only_text(run, text):
    values = values_of(run, 3) | {"text": text}
    explanation = explain_pair(run, values, "s3")
    found = attribute(run, values, "feature_ablation", TARGETS[:2], sample_id="s3")
    content = html_report(run, values, explanation, found, command=text)
    content.encode()
    page = Page(content)
    assert page.open == []
    assert {name for name, _ in page.elements} <= ALLOWED
    assert not [key for _, a in page.elements for key in a if key.startswith("on")]
    quoted = [words for name, words in page.texts if name == "blockquote"]
    assert "".join(quoted) == re.sub("[\x00\x7f]", "\ufffd", text)
    assert [a["dir"] for name, a in page.elements if name == "blockquote"] == ["auto"]
    ways = {a["dir"] for _, a in page.elements if a.get("class") == "strip"}
    assert ways == {"rtl" if "الدائرة" in text else "ltr"}


def test_hostile_class_names_stay_text(run):
    values = values_of(run, 3)
    explanation = explain_pair(run, values, "s3")
    names = (HOSTILE, *explanation.classes[1:])
    explanation = explanation.__class__(**{**vars(explanation), "classes": names, "prediction": HOSTILE})
    page = Page(html_report(run, values, explanation))
    assert {name for name, _ in page.elements} <= ALLOWED
    assert ("bdi", HOSTILE) in page.texts


def test_colour_is_never_the_only_sign(made):
    *_, content = made
    styles = [a for n, a in Page(content).elements if n == "span" and "data-value" in a]
    for a in styles:
        if "strong" in a["class"]:
            assert ("solid" in a["style"]) == (float(a["data-value"]) >= 0)
            assert ("dotted" in a["style"]) == (float(a["data-value"]) < 0)
    assert any("strong" in a["class"] for a in styles)
    assert re.search(
        r'class="word strong"[^>]*><bdi[^>]*>[^<]+</bdi><small dir="ltr"><data value="[^"]+">[+−]', content
    )


def test_markup_escapes_what_it_did_not_make():
    assert tag("p", "<b>", title="\"x'") == '<p title="&quot;x&#x27;">&lt;b&gt;</p>'
    assert tag("p", tag("b", "&")) == "<p><b>&amp;</b></p>"
    assert join(["a\x00\ud83d", None, ["<"]]) == "a\ufffd\ufffd&lt;"
    assert tag("img", alt="", width=None, data_x=1.5) == '<img alt="" data-x="1.5">'
