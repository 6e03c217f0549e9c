"""The Trust page through app.py and alone: audited or not, with truth or not, single, compared, as jobs."""

from dataclasses import replace
from pathlib import Path

import made_up
import pytest
import tiny_runs
import trust_runs
from streamlit.testing.v1 import AppTest
from trust_runs import install, opened, without_truth

from i2moe_core.analysis.audit import audit_run
from i2moe_core.analysis.comparison.file import comparison_content
from i2moe_core.cli.output import json_content
from i2moe_core.ui import jobs
from i2moe_core.ui.repeated import comparison_path
from i2moe_core.ui.weak_words import WORDS

ROOT = Path(__file__).resolve().parents[2]
PAGE = "pages/trust.py"
AUDIT, POINTS, SEEDS = "audit", "points", "seeds"  # in the link, alike in every language


@pytest.fixture
def audited():
    return trust_runs.audited()


def words(at):
    return f"{made_up.words(at)} {' '.join(code.value for code in at.code)}".replace("\u00a0", " ")


def notes(at):
    return [caption.value for caption in at.caption if "How to read it" in caption.value]


def test_the_page_opens_through_the_app(audited, monkeypatch, tmp_path):
    install(monkeypatch, tmp_path, audited[0])
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30).run()
    at.switch_page(PAGE).run()
    assert not at.exception
    assert not at.error or "Misleading" in at.error[0].value
    assert at.title[0].value == "Can this model's weights be believed?"


def test_the_audit_is_shown_in_pictures_with_this_runs_numbers(audited, monkeypatch, tmp_path):
    run = install(monkeypatch, tmp_path, audited[0])
    at = opened()
    assert not at.exception
    headers = [header.value for header in at.header]
    assert headers[:4] == [
        "Does each expert do what its name says?",
        "Does the leading expert name the true interaction?",
        "Do the weights give the answer away?",
        "Where is it right?",
    ]
    assert len(notes(at)) >= 4
    assert all("What it does not show" in note for note in notes(at))
    shown = words(at)
    assert f"of {run.audit['samples']} test samples" in shown
    assert f"AUROC of **{run.audit['leak']:.2f}**" in shown
    assert "How to read this model." in shown


@pytest.mark.parametrize("audit", [made_up.GOOD_AUDIT, made_up.BAD_AUDIT])
def test_the_verdict_stands_on_top(audit, audited, monkeypatch, tmp_path):
    install(monkeypatch, tmp_path, replace(audited[0], audit=audit))
    at = opened()
    assert not at.exception
    if audit is made_up.BAD_AUDIT:
        assert "Misleading" in at.error[0].value
        assert words(at).count("red-badge") >= 2
    else:
        assert "Audited" in at.success[0].value
        assert words(at).count("green-badge") == 4


@pytest.mark.parametrize("task", ["multiclass", "multilabel", "regression"])
@pytest.mark.parametrize("recipe", ["faithful", "paper"])
def test_runs_without_truth_of_every_task(task, recipe, monkeypatch, tmp_path):
    install(monkeypatch, tmp_path, *without_truth(recipe, task))
    at = opened()
    assert not at.exception
    assert "Nobody knows" in words(at)
    assert "only known for generated data" in words(at)
    at = opened(trust_look=POINTS)
    assert not at.exception
    assert len([head for head in at.subheader if head.value[:1].isdigit()]) == 8


def test_each_weak_point_says_number_reading_limits_and_remedy(audited, monkeypatch, tmp_path):
    _, points, _ = audited
    install(monkeypatch, tmp_path, audited[0], points)
    at = opened(trust_look=POINTS)
    assert not at.exception
    asked = [head.value for head in at.subheader]
    assert asked == [f"{n}. {WORDS[key].question}" for n, key in enumerate(points["points"], 1)]
    shown = words(at).replace("\\", "")
    for point in points["points"].values():
        assert " ".join(point["says"].split()) in shown
    assert len(notes(at)) == 7  # this recipe has no margin
    assert shown.count("What to do.") == 7
    assert all(f"(#weak-{key})" in words(at) for key in points["points"])


def test_weak_points_are_measured_as_a_job(audited, monkeypatch, tmp_path):
    asked = []
    monkeypatch.setattr(jobs, "start", lambda *arguments, **about: asked.append((*arguments, about)))
    run = install(monkeypatch, tmp_path, audited[0])
    at = opened(trust_look=POINTS)
    assert not at.subheader
    at.get_by_key("make_points").click().run()
    command, folder, *_ = asked[0]
    assert command[3:9] == ["audit", str(run.path), "--weak-points", "--save", "--split", "test"]
    assert "--progress" in command
    assert folder == tmp_path / ".jobs" / f"weak-points-{run.name}"


def test_weak_points_of_other_weights_are_not_shown(audited, monkeypatch, tmp_path):
    run = install(monkeypatch, tmp_path, audited[0], audited[1])
    (run.path / "weak_points.json").write_bytes(json_content(audited[1] | {"run_id": "other"}))
    at = opened(trust_look=POINTS)
    assert not at.exception
    assert at.get_by_key("make_points").label == "Measure the weak points"


def test_damaged_weak_points_are_one_sentence(audited, monkeypatch, tmp_path):
    run = install(monkeypatch, tmp_path, audited[0], audited[1])
    (run.path / "weak_points.json").write_text("{")
    at = opened(trust_look=POINTS)
    assert not at.exception
    assert "not valid JSON" in at.error[-1].value


def test_a_run_that_nobody_audited_offers_the_audit_as_a_job(audited, monkeypatch, tmp_path):
    asked = []
    monkeypatch.setattr(jobs, "start", lambda *arguments, **about: asked.append((*arguments, about)))
    run = install(monkeypatch, tmp_path, replace(audited[0], audit=None))
    at = opened()
    assert not at.exception
    assert not at.header
    assert "Nobody has audited" in at.info[0].value
    at.get_by_key("make_audit").click().run()
    command, folder, title, about = asked[0]
    assert command[3:6] == ["audit", str(run.path), "--save"]
    assert "--progress" in command
    assert folder == tmp_path / ".jobs" / f"audit-{run.name}"
    assert run.name in title.format(**about)


def test_a_running_audit_is_followed(audited, monkeypatch, tmp_path):
    run = install(monkeypatch, tmp_path, replace(audited[0], audit=None))
    job = jobs.Job(tmp_path / ".jobs" / f"audit-{run.name}", "The audit", ("x",))
    monkeypatch.setattr(jobs, "find", lambda folder: job)
    monkeypatch.setattr(jobs, "state", lambda job: jobs.State(jobs.RUNNING, 1, 3, None, "swapping inputs"))
    at = opened()
    assert not at.exception
    assert "appears here" in at.info[0].value
    assert not [button for button in at.button if button.key == "make_audit"]
    assert "Cancel" in [button.label for button in at.button]


@pytest.mark.parametrize("known", [True, False])
def test_a_single_fusion_is_one_sentence(known, monkeypatch, tmp_path):
    run, data = tiny_runs.array_run(recipe="vanilla")
    install(monkeypatch, tmp_path, replace(run, audit=audit_run(run, data, "validation") if known else None))
    at = opened()
    assert not at.exception
    assert "single fusion" in at.info[0].value
    assert not at.header
    assert [button.label for button in at.button] == ["Presentation"]  # the side bar's, nothing else
    assert ("answered rightly" in words(at)) == known


def test_without_another_training_the_page_says_how_to_make_one(audited, monkeypatch, tmp_path):
    run = install(monkeypatch, tmp_path, audited[0])
    at = opened(trust_look=SEEDS)
    assert not at.exception
    assert f"--seed {run.config.training.seed + 1}" in at.code[0].value
    assert "i2moe train --data scenes" in at.code[0].value


def test_trainings_are_compared_as_a_job_and_shown_when_there(audited, monkeypatch, tmp_path):
    asked = []
    monkeypatch.setattr(jobs, "start", lambda *arguments, **about: asked.append((*arguments, about)))
    run = install(monkeypatch, tmp_path, audited[0], others=[("other", "other-1")])
    at = opened(trust_look=SEEDS)
    assert not at.exception
    assert "Not known yet: compare the trainings" in words(at)
    at.get_by_key("make_comparison").click().run()
    command, folder, *_ = asked[0]
    path = comparison_path([run.id, "other-1"], "test")
    assert command[3:7] == ["audit", "--compare", str(run.path), str(tmp_path / "other")]
    assert command[7:11] == ["--split", "test", "--json", str(path)]
    assert folder.name == f"compare-{path.stem}"
    path.parent.mkdir()
    path.write_bytes(json_content(comparison_content(audited[2])))
    at = opened(trust_look=SEEDS)
    assert not at.exception
    assert len(notes(at)) == 4
    assert words(at).count("name the same leading expert") == 2  # on top, and here
    assert "more than their seed" in words(at)


def test_nothing_chosen_is_nothing_compared(audited, monkeypatch, tmp_path):
    run = install(monkeypatch, tmp_path, audited[0], others=[("other", "other-1")])
    at = opened(trust_look=SEEDS)
    at.multiselect(key=f"trust_others_{run.name}").set_value([]).run()
    assert not at.exception
    assert "at least one other" in words(at)


def test_a_damaged_comparison_is_one_sentence(audited, monkeypatch, tmp_path):
    run = install(monkeypatch, tmp_path, audited[0], others=[("other", "other-1")])
    path = comparison_path([run.id, "other-1"], "test")
    path.parent.mkdir()
    path.write_text('{"runs": 3}')
    at = opened(trust_look=SEEDS)
    assert not at.exception
    assert "no comparison of runs" in at.error[-1].value.replace("\\", "")


@pytest.mark.parametrize("look", [AUDIT, POINTS, SEEDS, "Nowhere"])
def test_hostile_names_never_meet_markdown(look, audited, monkeypatch, tmp_path):
    name = made_up.HOSTILE
    audit = dict(audited[0].audit) | {"split": name, "measure": name, "reason": name}
    audit["roles"] = {f"unique:{name}": 0.4}
    audit["roles_detail"] = {f"unique:{name}": {"ability": 0.5, "specificity": 0.5}, "samples": 20}
    audit["accuracy_by_type"] = audit["probe_accuracy"] = {name: 0.5, "all": 0.9}
    points = dict(audited[1]) | {"split": name}
    points["points"] = {key: point | {"says": name} for key, point in points["points"].items()}
    install(monkeypatch, tmp_path, replace(audited[0], audit=audit), points, others=[(name[:30], "other-1")])
    at = opened(trust_look=look)
    assert not at.exception
    for part in [*at.markdown, *at.caption, *at.info, *at.success]:
        assert "![x](http" not in part.value
        assert "<img" not in part.value.replace("\\<", "")


def test_vectors_with_the_papers_losses_have_a_margin(monkeypatch, tmp_path):
    install(monkeypatch, tmp_path, *without_truth("paper"))
    at = opened(trust_look=POINTS)
    assert not at.exception
    assert len(notes(at)) == 8
