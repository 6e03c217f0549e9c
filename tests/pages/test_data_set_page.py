"""The Data set page through app.py and alone: every look, filter, link, order, and what is not there yet."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from urllib.parse import parse_qsl

import made_up
import numpy as np
import pandas as pd
import pytest
import tiny_runs
from made_up import words
from spoken import english_left
from streamlit.testing.v1 import AppTest

from i2moe_core.analysis.records import analyze_run
from i2moe_core.analysis.store import INFO, write_analysis
from i2moe_core.ui import jobs
from i2moe_core.ui.components import analysis_source

ROOT = Path(__file__).resolve().parents[2]
PAGE = "pages/data_set.py"
DAMAGED = "broken is damaged"  # what is said of made_up's other run
opened = partial(made_up.opened, PAGE)


@pytest.fixture(scope="module")
def analyzed():
    """A tiny run on scenes and the analysis of its 20 test samples."""
    run, data = tiny_runs.scenes_run()
    frame = analyze_run(run, data, draws=1)
    names = frame.attrs[INFO]["experts"]
    frame["dominant"] = [names[n % len(names)] for n in range(len(frame))]
    frame["correct"] = [n % 3 > 0 for n in range(len(frame))]
    return run, frame


@pytest.fixture
def run(analyzed, monkeypatch, tmp_path):
    return install(monkeypatch, tmp_path, *analyzed)


def install(monkeypatch, folder, run, frame):
    run = replace(run, path=folder / run.name)
    run.path.mkdir()
    if frame is not None:
        write_analysis(frame, run.path / "analysis.parquet")
    made_up.let_open(monkeypatch, folder, run)
    return run


def test_the_page_opens_through_the_app(run):
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=20).run()
    at.switch_page(PAGE).run()
    assert not at.exception
    assert not at.error
    assert at.title[0].value == "What fills this data set?"


@pytest.mark.parametrize("look", ["interactions", "classes", "words"])
def test_every_look_says_how_it_is_read(run, look):
    at = opened(look=look)
    assert not at.exception
    assert not at.error
    assert "All **20** samples" in words(at)
    notes = [c.value for c in at.caption if "How to read it" in c.value]
    assert notes
    assert all("What it does not show" in note for note in notes)
    assert len(at.get("plotly_chart")) >= 1


@pytest.mark.parametrize("kind", ["weight", "contribution", "component"])
@pytest.mark.parametrize("by", ["nothing", "class", "correct", "dominant", "slice"])
def test_every_number_split_by_everything(run, kind, by):
    at = opened(counted=kind, by=by, form="ridge")
    assert not at.exception
    assert not at.error
    assert len(at.get("plotly_chart")) == (2 if by == "nothing" else 5)


def test_filters_come_from_the_link_and_count(run, analyzed):
    frame = analyzed[1]
    at = opened(f_class="circle", f_correct="wrong", f_expert="synergy")
    assert not at.exception
    passing = (frame["label"] == "circle") & ~frame["correct"] & (frame["dominant"] == "synergy")
    assert at.get_by_key("f_expert").value == ["synergy"]
    assert f"**{passing.sum()}** of 20 samples pass." in words(at)


def test_a_filter_goes_into_the_link_and_can_be_let_go(run, analyzed):
    at = opened()
    at.get_by_key("f_class").set_value(["circle"]).run()
    count = int((analyzed[1]["label"] == "circle").sum())
    assert f"**{count}** of 20 samples pass." in words(at)
    assert len(at.dataframe[0].value) == count
    next(button for button in at.button if button.label == "Show all").click().run()
    assert "All **20** samples" in words(at)
    assert at.get_by_key("f_class").value == []


def test_a_filter_that_nothing_passes_is_one_sentence(run):
    at = opened(f_text="no text has this")
    assert not at.exception
    assert "loosen one" in words(at)
    assert not at.get("plotly_chart")


def test_the_table_is_sorted_over_all_and_paged(run, analyzed):
    at = opened(sort="confidence", order="low")
    shown = at.dataframe[0].value
    expected = np.sort(analyzed[1]["probability"].to_numpy())
    np.testing.assert_allclose(shown["probability"], expected[: len(shown)], rtol=1e-6)
    assert shown["thumbnail"].str.startswith("data:image/jpeg;base64,").all()


def test_a_million_rows_are_never_sent(run, analyzed, monkeypatch, tmp_path):
    many = pd.concat([analyzed[1]] * 5, ignore_index=True)
    many["id"] = [f"s{n}" for n in range(len(many))]
    many.attrs = analyzed[1].attrs
    write_analysis(many, run.path / "analysis.parquet")
    at = opened()
    assert len(at.dataframe[0].value) == 20
    assert at.get("pagination")[0].proto.num_pages == 5


def test_a_linked_sample_is_shown_with_the_way_to_its_explanation(run, analyzed):
    frame = analyzed[1]
    at = opened(sample=frame["id"].iloc[3])
    assert not at.exception
    assert frame["text"].iloc[3] in [text.value for text in at.text]
    assert "True interaction" in words(at)
    at = opened(sample="gone")
    assert "does not hold" in words(at)


def test_a_sample_that_is_no_example_is_carried_over(run, analyzed, monkeypatch):
    frame = analyzed[1].copy()
    frame["id"] = [f"other-{n}" for n in range(len(frame))]
    frame.attrs = analyzed[1].attrs
    write_analysis(frame, run.path / "analysis.parquet")
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=20).run()
    at.switch_page(PAGE)
    at.query_params["sample"] = "other-3"
    at.run()
    link = next(one for one in at.get("page_link") if one.proto.label == "Explain this sample")
    assert link.proto.page == "explain_pair"
    query = dict(parse_qsl(link.proto.query_string, keep_blank_values=True))
    assert query["run"] == run.name
    at.session_state["typed_text"] = at.session_state["link:my_text"] = "an earlier one"
    at.switch_page("pages/explain_pair.py")
    for name, value in query.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception
    assert at.session_state["typed_text"] == frame["text"].iloc[3]
    assert at.session_state["from"] == "own"
    assert at.session_state["link:my_image"]


def test_without_an_analysis_the_page_offers_to_make_one(analyzed, monkeypatch, tmp_path):
    run = install(monkeypatch, tmp_path, analyzed[0], None)
    asked = []
    monkeypatch.setattr(jobs, "start", lambda *arguments, **about: asked.append((*arguments, about)))
    at = opened()
    assert not at.exception
    assert "no analysis yet" in words(at)
    at.get_by_key("make_analysis").click().run()
    command, folder, title, about = asked[0]
    assert command[3:5] == ["analyze", str(run.path)]
    assert folder == tmp_path / ".jobs" / f"analyze-{run.name}"
    assert "--out" not in command
    assert title.format(**about) == f"The analysis of '{run.name}' (test)"


def test_an_older_analysis_is_a_sentence_and_a_button(analyzed, monkeypatch, tmp_path):
    frame = analyzed[1].drop(columns=["sign_split"])
    install(monkeypatch, tmp_path, analyzed[0], frame)
    at = opened()
    assert not at.exception
    assert "older version" in words(at)
    assert at.get_by_key("make_analysis")


def test_a_damaged_analysis_is_one_sentence(run):
    (run.path / "analysis.parquet").write_bytes(b"PAR1 nothing")
    at = opened()
    assert not at.exception
    assert "damaged" in at.error[0].value


def test_another_split_is_made_beside_and_can_be_picked(run, analyzed, monkeypatch):
    asked = []
    monkeypatch.setattr(jobs, "start", lambda *arguments, **about: asked.append(arguments[0]))
    at = opened()
    at.get_by_key("make_other").click().run()
    assert asked[0][asked[0].index("--out") + 1] == str(run.path / "analyses" / "train.parquet")
    write_analysis(analyzed[1], run.path / "analyses" / "train.parquet")
    at = opened(analysis="train")
    assert not at.exception
    assert at.selectbox(key="analysis").value == "train"
    assert set(analysis_source.analyses_of(run)) == {analysis_source.OWN, "train"}


@pytest.mark.parametrize("state", [jobs.FINISHED, jobs.FAILED, jobs.CANCELLED, jobs.RUNNING])
def test_a_job_is_shown_in_every_state(run, analyzed, state, monkeypatch, tmp_path):
    title = "The analysis of '{run}' ({split})"
    job = jobs.Job(tmp_path / ".jobs" / "x", title, ("x",), {"run": "<i>", "split": "test"})
    monkeypatch.setattr(jobs, "find", lambda folder: job)
    found = jobs.State(state, 3, 4, 130.0, "samples", "why <i>")
    monkeypatch.setattr(jobs, "state", lambda job: found)
    chinese = opened(lang="zh", detail="simple")
    assert english_left(chinese, DAMAGED, *analyzed[1]["text"]) == []
    assert "对 \\<i\\> 的分析" in words(chinese) + "".join(bar.proto.text for bar in chinese.get("progress"))
    at = opened()
    assert not at.exception
    shown = words(at) + " ".join(str(s.value) for s in at.success)
    expected = {
        jobs.FINISHED: "is ready", jobs.FAILED: "why", jobs.CANCELLED: "was cancelled",
        jobs.RUNNING: "goes on by itself",
    }[state]  # fmt: skip
    assert expected in shown
    assert "<i>" not in shown.replace("\\<i\\>", "")


@pytest.mark.parametrize("task", ["multilabel", "regression"])
@pytest.mark.parametrize("look", ["interactions", "classes", "words"])
def test_other_tasks(task, look, monkeypatch, tmp_path):
    run, data = tiny_runs.array_run(task, size=40)
    frame = analyze_run(run, data, str(run.reference.splits[0]), draws=1)
    install(monkeypatch, tmp_path, run, frame)
    at = opened(look=look, by="class", sample=frame["id"].iloc[0])
    assert not at.exception
    assert not at.error


def test_hostile_data_stays_inert(analyzed, monkeypatch, tmp_path):
    frame = analyzed[1].copy()
    for name in ("id", "text", "label", "prediction", "missing"):
        frame[name] = made_up.HOSTILE
    frame["thumbnail"] = b"<svg onload=alert(1)>"
    frame.attrs = analyzed[1].attrs | {INFO: analyzed[1].attrs[INFO] | {"data": made_up.HOSTILE}}
    install(monkeypatch, tmp_path, analyzed[0], frame)
    for look in ("interactions", "classes", "words"):
        at = opened(look=look, by="answer", sample=made_up.HOSTILE)
        assert not at.exception
        for part in [*at.markdown, *at.caption, *at.info]:
            assert "![x](http" not in part.value
            assert "<img" not in part.value.replace("\\<", "")


GROUPINGS = ("class", "correct", "answer", "dominant", "interaction", "disagreement", "confidence", "slice")


@pytest.mark.parametrize(
    "query",
    [
        *({"look": look} for look in ("interactions", "classes", "words")),
        *({"counted": kind} for kind in ("weight", "contribution", "component")),
        *({"by": by, "form": "ridge"} for by in GROUPINGS),
    ],
)
def test_every_look_is_chinese(run, analyzed, query):
    frame = analyzed[1]
    at = opened(**query, lang="zh", sample=frame["id"].iloc[2])
    assert not at.exception
    assert english_left(at, DAMAGED, *frame["text"]) == []
    assert at.title[0].value == "这个数据集里有什么？"


@pytest.mark.parametrize("task", ["multilabel", "regression"])
def test_other_tasks_are_chinese(task, monkeypatch, tmp_path):
    run, data = tiny_runs.array_run(task, size=40)
    frame = analyze_run(run, data, str(run.reference.splits[0]), draws=1)
    install(monkeypatch, tmp_path, run, frame)
    at = opened(by="class", sample=frame["id"].iloc[0], lang="zh")
    assert not at.exception
    assert english_left(at, DAMAGED) == []


def test_what_is_missing_is_said_in_chinese(analyzed, monkeypatch, tmp_path):
    install(monkeypatch, tmp_path, analyzed[0], None)
    at = opened(lang="zh")
    assert "这个模型还没有分析" in words(at)
    assert english_left(at, DAMAGED) == []


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_link_opens_the_same_choices_in_either_language(run, analyzed, lang):
    asked = {
        "look": "interactions", "counted": "weight", "by": "dominant", "form": "ridge",
        "sort": "share_synergy", "order": "low",
    }  # fmt: skip
    at = opened(**asked, lang=lang)
    assert {key: at.get_by_key(key).value for key in asked} == asked
    shown = at.dataframe[0].value["share_synergy"]
    np.testing.assert_allclose(shown, np.sort(analyzed[1]["share_synergy"])[: len(shown)], rtol=1e-6)
    assert {key: "".join(at.query_params.get(key, "")) for key in asked} == asked | {"look": ""}


def test_in_the_simple_mode_there_is_the_main_figure_and_nothing_finer(run, analyzed):
    at = opened(detail="simple")
    assert not at.exception
    assert len(at.get("plotly_chart")) == 1
    assert "has the largest share most often" in words(at)
    assert "What it does not show" in words(at)
    assert not at.dataframe
    assert not at.slider
    for key in ("look", "counted", "by", "sort"):
        with pytest.raises(KeyError):
            at.get_by_key(key)


def test_the_simple_mode_shows_what_the_link_asks_for(run, analyzed):
    at = opened(detail="simple", look="classes", counted="weight", sort="confidence")
    assert at.get_by_key("look").value == "classes"
    assert at.get_by_key("counted").value == "weight"
    assert len(at.dataframe) == 1
    at = opened(detail="simple", by="correct", sample=analyzed[1]["id"].iloc[3])
    assert at.get_by_key("by").value == "correct"
    assert analyzed[1]["text"].iloc[3] in [text.value for text in at.text]
