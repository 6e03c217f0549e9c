"""The Trust page in Chinese, with codes in its link, and in the simple mode."""

import json
from dataclasses import replace

import pytest
import tiny_runs
import trust_runs
from made_up import BAD_AUDIT, words
from spoken import english_left
from trust_runs import install, opened, without_truth

from i2moe_core.analysis.audit import audit_run
from i2moe_core.analysis.comparison.file import comparison_content
from i2moe_core.cli.output import json_content
from i2moe_core.language import catalogue
from i2moe_core.ui import jobs
from i2moe_core.ui.repeated import comparison_path
from i2moe_core.ui.weak_words import WORDS
from i2moe_core.ui.words import plain

LOOKS = ["audit", "points", "seeds"]


@pytest.fixture
def audited(monkeypatch, tmp_path):
    """The audited run with all that it has, opened by the app."""
    run, points, found = trust_runs.audited()
    run = install(monkeypatch, tmp_path, run, points, others=[("other", "other-1")])
    path = comparison_path([run.id, "other-1"], "test")
    path.parent.mkdir()
    path.write_bytes(json_content(comparison_content(found)))
    return run


def kept_points(run):
    return json.loads((run.path / "weak_points.json").read_text())


def looks(at):
    """The closer looks that are offered, and the one that is taken."""
    found = [group for group in at.get("button_group") if group.key == "trust_look"]
    return [(group.value, len(group.options)) for group in found]


def headings(at):
    return [part.value for part in (*at.header, *at.subheader)]


def figures(at):
    return [chart.proto.id for chart in at.get("plotly_chart")]


@pytest.mark.parametrize("detail", ["full", "simple"])
@pytest.mark.parametrize("look", LOOKS)
def test_no_look_keeps_an_english_sentence(look, detail, audited):
    at = opened(trust_look=look, lang="zh", detail=detail)
    assert not at.exception
    assert english_left(at) == []
    assert "weights be believed" in english_left(opened(trust_look=look))


@pytest.mark.parametrize("recipe", ["faithful", "paper"])
@pytest.mark.parametrize("look", LOOKS)
def test_nor_where_the_truth_is_not_known(look, recipe, monkeypatch, tmp_path):
    install(monkeypatch, tmp_path, *without_truth(recipe))
    at = opened(trust_look=look, lang="zh")
    assert not at.exception
    assert english_left(at) == []


@pytest.mark.parametrize("look", LOOKS)
def test_nor_where_nothing_was_measured_yet(look, monkeypatch, tmp_path):
    run = trust_runs.audited()[0]
    install(monkeypatch, tmp_path, replace(run, audit=BAD_AUDIT), others=[("other", "other-1")])
    at = opened(trust_look=look, lang="zh")
    assert not at.exception
    assert english_left(at) == []


def test_nor_where_nobody_has_audited_the_run(monkeypatch, tmp_path):
    run = install(monkeypatch, tmp_path, replace(trust_runs.audited()[0], audit=None))
    at = opened(lang="zh")
    assert english_left(at) == []
    title, about = "The audit of '{run}'", {"run": run.name}
    job = jobs.Job(tmp_path / ".jobs" / f"audit-{run.name}", title, ("x",), about)
    monkeypatch.setattr(jobs, "find", lambda folder: job)
    monkeypatch.setattr(jobs, "state", lambda job: jobs.State(jobs.RUNNING))
    at = opened(lang="zh")
    assert not at.exception
    assert english_left(at) == []
    assert "完成后" in at.info[0].value


def test_nor_of_a_single_fusion(monkeypatch, tmp_path):
    run, data = tiny_runs.array_run(recipe="vanilla")
    install(monkeypatch, tmp_path, replace(run, audit=audit_run(run, data, "validation")))
    at = opened(lang="zh")
    assert not at.exception
    assert english_left(at) == []


def test_what_was_kept_in_english_is_said_in_the_visitors_language(audited):
    said = {key: point["says"] for key, point in kept_points(audited)["points"].items()}
    english, chinese = (words(opened(trust_look="points", lang=lang)) for lang in ("en", "zh"))
    for sentence in said.values():
        assert plain(sentence, 600) in english
        assert plain(sentence, 600) not in chinese
    assert "三元组损失，所以用不到间隔" in chinese


def test_a_result_of_before_lacks_what_is_measured_now_and_is_shown(audited):
    found = kept_points(audited)
    for name in ("hardly", "same", "alike"):
        del found["points"]["experts"]["numbers"][name]
    for point in found["points"].values():
        point["says"] = "What it said then."
    (audited.path / "weak_points.json").write_bytes(json_content(found))
    at = opened(trust_look="points")
    assert not at.exception
    assert "Of 4 experts the weights use" in words(at).replace("\\", "")
    assert "What it said then" not in words(at).replace("\\", "")


def test_a_job_that_is_begun_in_chinese_is_kept_in_english(audited, monkeypatch):
    begun = []
    monkeypatch.setattr(jobs, "start", lambda *arguments, **about: begun.append((*arguments, about)))
    opened(lang="zh").get_by_key("make_audit").click().run()
    assert begun[0][2:] == ("The audit of '{run}'", {"run": audited.name})


@pytest.mark.parametrize("detail", ["full", "simple"])
@pytest.mark.parametrize("look", LOOKS)
def test_a_link_opens_the_same_look_in_both_languages(look, detail, audited):
    pages = [opened(trust_look=look, lang=lang, detail=detail) for lang in ("en", "zh")]
    english, chinese = pages
    assert looks(english) == looks(chinese)
    if (look, detail) != ("audit", "simple"):
        assert looks(english)[0][0] == look
        assert len(looks(english)) == 1
    assert [catalogue("zh").get(text, text) for text in headings(english)][:1] == headings(chinese)[:1]
    assert len(figures(english)) == len(figures(chinese))


def test_the_simple_audit_is_the_verdict_and_the_roles(audited):
    full, simple = opened(), opened(detail="simple")
    assert not simple.exception
    assert headings(simple) == ["Does each expert do what its name says?"]
    assert len(figures(simple)) == 1 < len(figures(full))
    assert looks(full)
    assert not looks(simple)
    assert "How to read this model." in words(simple)
    assert "AUROC of" in words(full)
    assert "AUROC of" not in words(simple)
    assert not [button for button in simple.button if button.key == "make_audit"]
    assert sum("How to read it" in caption.value for caption in simple.caption) == 1


def test_the_simple_weak_points_are_findings_without_figures(audited):
    full, simple = (opened(trust_look="points", detail=detail) for detail in ("full", "simple"))
    assert headings(simple) == headings(full)
    assert len(figures(full)) >= 7
    assert not figures(simple)
    assert sum("What it does not show" in caption.value for caption in simple.caption) == 1
    assert "What to do." not in words(simple)
    assert WORDS["cost"].trouble in words(simple)


def test_the_simple_comparison_is_one_figure(audited):
    full, simple = (opened(trust_look="seeds", detail=detail) for detail in ("full", "simple"))
    assert len(figures(full)) == 3
    assert len(figures(simple)) == 1
    assert "name the same leading expert" in words(simple)
