"""The Runs page through app.py, alone and without any run: table, curves, comparison, sweeps, form."""

import json
import os
import shutil
from pathlib import Path

import pandas as pd
import pytest
import tiny_folder
from spoken import english_left
from streamlit.testing.v1 import AppTest

from i2moe_core.analysis.sweep_rows import row_of, write_rows
from i2moe_core.checkpoint.names import HISTORY
from i2moe_core.cli import main
from i2moe_core.ui import jobs
from i2moe_core.ui.repeated import comparison_path

ROOT = Path(__file__).resolve().parents[2]
PAGE = "pages/runs.py"
PARTS = ("all", "compare", "sweeps", "train")
BOTH = ["first", "second"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Trained runs, a sweep of two of them, and the comparison of ``first`` and ``second``."""
    folder = tiny_folder.fill(tmp_path_factory.mktemp("runs"))
    sweep = folder / "widths"
    rows = []
    for width, name in ((8, "first"), (16, "second")):
        shutil.copytree(folder / name, sweep / f"width={width},seed=0")
        rows.append(row_of(sweep / f"width={width},seed=0", {"width": width}, 0))
    write_rows(sweep, {"width": "model.width"}, {"data.source": "vectors:struct"}, 2, rows)
    return folder


@pytest.fixture(autouse=True)
def known(folder, monkeypatch):
    monkeypatch.setenv("I2MOE_CHECKPOINTS", str(folder))


@pytest.fixture(scope="module")
def compared(folder):
    """The two runs with experts, compared as the page's job would."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("I2MOE_CHECKPOINTS", str(folder))
        ids = [run_id(folder / name) for name in BOTH]
        path = comparison_path(ids, "test")
    if main(
        ["audit", "--compare", *(str(folder / name) for name in BOTH), "--json", str(path), "--device=cpu"]
    ):
        pytest.fail("the comparison failed")
    return json.loads(path.read_text())


def run_id(path):
    from i2moe_core.checkpoint import summarize_run

    return summarize_run(path).id


@pytest.fixture
def asked(monkeypatch):
    """What is started, instead of starting it."""
    found = []
    monkeypatch.setattr(jobs, "start", lambda *arguments, **about: found.append(arguments[0]))
    return found


def opened(page=PAGE, **query):
    at = AppTest.from_file(str(ROOT / page), default_timeout=40)
    for name, value in query.items():
        at.query_params[name] = value
    return at.run()


def words(at):
    parts = [*at.markdown, *at.caption, *at.title, *at.header, *at.text, *at.info, *at.warning, *at.error]
    return " ".join(str(part.value) for part in [*parts, *at.subheader, *at.success, *at.code])


def test_the_page_opens_through_the_app():
    at = opened("app.py")
    at.switch_page(PAGE).run()
    assert not at.exception
    assert not at.error
    assert at.title[0].value == "How were the models made?"


@pytest.mark.parametrize("part", PARTS)
def test_every_part_opens_without_any_run(part, monkeypatch, tmp_path):
    monkeypatch.setenv("I2MOE_CHECKPOINTS", str(tmp_path))
    at = opened(part=part)
    assert not at.exception
    assert not at.error


def test_all_runs_are_in_the_table_with_their_state():
    at = opened()
    assert not at.exception
    table = at.dataframe[0].value.set_index("Run")
    assert table["State"].to_dict() == {
        tiny_folder.BROKEN: "damaged", "first": "ready", "second": "ready", "single": "ready",
        "stopped": "interrupted",
    }  # fmt: skip
    assert table.loc["second", "Seed"] == 1
    assert 0 <= table.loc["first", "accuracy"] <= 1
    assert pd.isna(table.loc["stopped", "accuracy"])


@pytest.mark.parametrize("look", ["losses", "course", "gradients"])
def test_every_curve_says_how_it_is_read(look):
    at = opened(curves="first", curve_look=look)
    assert not at.exception
    assert not at.error
    assert "**Epoch 4**, phase *experts*" in words(at)
    assert len(at.get("plotly_chart")) == {"losses": 9, "course": 2, "gradients": 2}[look]
    notes = [c.value for c in at.caption if "How to read it" in c.value]
    assert notes
    assert all("What it does not show" in note for note in notes)


def test_curves_follow_the_file(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("I2MOE_CHECKPOINTS", str(tmp_path))
    shutil.copytree(folder / "stopped", tmp_path / "stopped")
    whole = pd.read_parquet(tmp_path / "stopped" / HISTORY)
    (tmp_path / "stopped" / HISTORY).unlink()
    at = opened(curves="stopped")
    assert "No epoch has ended yet" in words(at)
    for epochs in (1, 3):
        file = tmp_path / "stopped" / HISTORY
        whole.iloc[:epochs].to_parquet(file)
        os.utime(file, (epochs, epochs))
        at.run()
        assert f"**Epoch {epochs}**" in words(at)


def test_a_damaged_history_is_one_sentence(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("I2MOE_CHECKPOINTS", str(tmp_path))
    shutil.copytree(folder / "stopped", tmp_path / "stopped")
    (tmp_path / "stopped" / HISTORY).write_bytes(b"PAR1 nothing")
    at = opened(curves="stopped")
    assert not at.exception
    assert "damaged" in at.error[0].value


def test_a_damaged_run_says_what_is_wrong_and_stays_inert():
    at = opened(curves=tiny_folder.BROKEN)
    assert not at.exception
    assert "cut short" in at.error[0].value
    for part in [*at.markdown, *at.caption, *at.error]:
        assert "<b>" not in part.value.replace("\\<b\\>", "")


def test_an_interrupted_training_is_resumed_by_a_click(folder, asked):
    at = opened(curves="stopped")
    assert "This training has not ended" in words(at)
    at.get_by_key("resume_stopped").click().run()
    assert asked[0][3:7] == ["train", "--resume", "--out", str(folder / "stopped")]


def test_too_many_jobs_are_one_sentence(monkeypatch):
    from i2moe_core.errors import InputError

    def refuse(*arguments, **about):
        raise InputError("2 computations are running already; wait for one, or cancel one.")

    monkeypatch.setattr(jobs, "start", refuse)
    at = opened(part="train", train_data="digits")
    at.get_by_key("train_start").click().run()
    assert not at.exception
    assert "running already" in at.error[0].value


def test_a_link_to_a_run_that_is_gone_shows_another():
    at = opened(curves="gone")
    assert "another one is shown" in words(at)
    assert at.get("plotly_chart")


def test_the_form_starts_what_it_says(folder, asked):
    at = opened(part="train", train_data="vectors:xor", train_recipe="paper")
    at.get_by_key("train_epochs").set_value(3)
    at.get_by_key("train_seed").set_value(7)
    at.get_by_key("train_settings").set_value("model.width=8\n\n training.patience=0 ")
    at.run()
    suggested = "vectors-xor-paper-7"
    assert f"--out {folder / suggested}" in words(at)
    at.get_by_key("train_start").click().run()
    assert asked[0][3:-2] == [
        "train", "--data=vectors:xor", "--recipe", "paper", "--seed", "7", "--epochs", "3",
        "--set=model.width=8",
        "--set=training.patience=0", "--out", str(folder / suggested),
    ]  # fmt: skip


def test_a_name_that_is_taken_is_refused_beside_the_button(asked):
    at = opened(part="train")
    at.get_by_key("train_name").set_value("first").run()
    at.get_by_key("train_start").click().run()
    assert "already" in at.error[0].value
    assert not asked


def test_several_values_start_a_sweep(asked):
    at = opened(part="train", train_recipe="paper")
    at.get_by_key("train_varied").set_value("margin=.1,1").run()
    assert at.get_by_key("train_start").label == "Start the sweep"
    at.get_by_key("train_start").click().run()
    assert asked[0][3:5] == ["sweep", "--param=margin=.1,1"]


def test_runs_are_compared_by_a_job_of_its_own(folder, asked):
    at = opened(part="compare", compared=["first", "single"])
    at.get_by_key("runs_compare").click().run()
    assert asked[0][3:7] == ["audit", "--compare", str(folder / "first"), str(folder / "single")]
    assert asked[0][asked[0].index("--split") + 1] == "test"


def test_too_few_runs_are_one_sentence():
    at = opened(part="compare", compared=["first"])
    assert not at.exception
    assert "Choose two runs or more" in words(at)


@pytest.mark.parametrize(("look", "figures"), [("figures", 1), ("parts", 3), ("samples", 2)])
def test_a_comparison_is_shown_in_every_look(look, figures, compared):
    at = opened(part="compare", compared=BOTH, compared_by=look)
    assert not at.exception
    assert not at.error
    assert "24" in words(at)
    assert len(at.get("plotly_chart")) == figures
    assert "What it does not show" in words(at)


def test_the_sample_that_differs_most_comes_first_and_leads_to_its_explanation(compared):
    at = opened(part="compare", compared=BOTH, compared_by="samples")
    columns = compared["differences"]["columns"]
    first = dict(zip(columns, compared["differences"]["rows"][0], strict=True))
    assert at.dataframe[0].value["id"].iloc[0] == first["id"]
    assert f"Sample {first['id']}".replace("-", "\\-") in words(at)
    links = {link.proto.label: link.proto.url for link in at.get("link_button")}
    assert links == {f"Explain in {run}": f"explain_pair?run={run}&example={first['id']}" for run in BOTH}


def test_another_sample_is_named_by_the_link(compared):
    sample = compared["samples"]["rows"][5][compared["samples"]["columns"].index("id")]
    at = opened(part="compare", compared=BOTH, compared_by="samples", differs=sample)
    assert sample.replace("-", "\\-") in words(at)
    at = opened(part="compare", compared=BOTH, compared_by="samples", differs="gone")
    assert not at.exception
    assert "was not compared" in words(at)


def test_a_damaged_comparison_is_one_sentence(folder, compared):
    ids = [run_id(folder / name) for name in BOTH]
    path = comparison_path(ids, "validation")
    path.write_text("{}")
    at = opened(part="compare", compared=BOTH, compared_split="validation")
    assert not at.exception
    assert at.error[0].value


def test_a_sweep_has_its_figure_and_its_table():
    at = opened(part="sweeps")
    assert not at.exception
    assert not at.error
    assert len(at.get("plotly_chart")) == 1
    assert at.dataframe[0].value["width"].tolist() == [8, 16]
    assert "**2** trainings" in words(at)


def test_runs_of_a_sweep_can_be_compared(asked):
    names = ["widths/width=8,seed=0", "widths/width=16,seed=0"]
    at = opened(part="compare", compared=names)
    assert not at.exception
    at.get_by_key("runs_compare").click().run()
    assert asked[0][5].endswith(names[0])


@pytest.mark.parametrize("stage", [jobs.RUNNING, jobs.FINISHED, jobs.FAILED, jobs.CANCELLED])
@pytest.mark.parametrize("part", ["all", "train"])
def test_a_training_is_shown_in_every_state(part, stage, monkeypatch, folder):
    job = jobs.Job(folder / ".jobs" / "train-stopped", "The training of <i>", ("x",))
    monkeypatch.setattr(jobs, "every", lambda folder=None: [job])
    monkeypatch.setattr(jobs, "find", lambda folder: job if folder.name == "train-stopped" else None)
    found = jobs.State(stage, 3, 4, 130.0, "phase probes, epoch 2 of 3", "why <i>")
    monkeypatch.setattr(jobs, "state", lambda job: found)
    at = opened(part=part, curves="stopped")
    assert not at.exception
    shown = words(at)
    expected = {
        jobs.FINISHED: "is ready", jobs.FAILED: "why", jobs.CANCELLED: "was cancelled",
        jobs.RUNNING: "goes on by itself",
    }[stage]  # fmt: skip
    assert expected in shown
    assert "<i>" not in shown.replace("\\<i\\>", "")
    assert english_left(opened(part=part, curves="stopped", lang="zh"), "The training of", *damages(at)) == []


BRANCHES = [
    {"curves": "first"}, {"curves": "first", "curve_look": "course"},
    {"curves": "first", "curve_look": "gradients"}, {"curves": "single"}, {"curves": "stopped"},
    {"curves": tiny_folder.BROKEN}, {"curves": "gone"}, {"part": "compare", "compared": BOTH},
    {"part": "compare", "compared": BOTH, "compared_by": "parts"},
    {"part": "compare", "compared": BOTH, "compared_by": "samples"},
    {"part": "compare", "compared": BOTH, "compared_by": "samples", "differs": "gone"},
    {"part": "compare", "compared": ["first", "single"]}, {"part": "compare", "compared": ["first"]},
    {"part": "sweeps"}, {"part": "train"}, {"part": "train", "train_data": "own", "train_fusion": "mfb"},
    {"part": "train", "train_recipe": "paper", "train_data": "vectors:xor"},
    {"curves": "first", "detail": "simple"}, {"part": "sweeps", "detail": "simple"},
]  # fmt: skip


@pytest.mark.parametrize("branch", BRANCHES, ids=lambda branch: "-".join(map(str, branch.values())))
def test_every_branch_is_said_in_chinese(branch, compared):
    at = opened(lang="zh", **branch)
    assert not at.exception
    assert english_left(at, *damages(at)) == []


def damages(at):
    """What is wrong with the damaged run, at the side and on its own, in the words of whoever read it."""
    return [part.value for part in [*at.sidebar.text, *at.error] if "short" in part.value]


@pytest.mark.parametrize("part", PARTS)
def test_without_any_run_every_part_is_said_in_chinese(part, monkeypatch, tmp_path):
    monkeypatch.setenv("I2MOE_CHECKPOINTS", str(tmp_path))
    assert english_left(opened(part=part, lang="zh"), str(tmp_path)) == []


def test_what_the_tables_hold_is_said_in_chinese(compared):
    states = opened(lang="zh").dataframe[0].value.set_index("Run")["State"]
    assert (states["first"], states["stopped"], states[tiny_folder.BROKEN]) == ("可用", "已中断", "已损坏")
    rows = opened(part="compare", compared=BOTH, compared_by="samples", lang="zh").dataframe[0].value
    assert all("答 " in why for why in rows["why"])
    english = opened(part="compare", compared=BOTH, compared_by="samples").dataframe[0].value
    columns = compared["differences"]["columns"]
    assert english["why"].tolist() == [row[columns.index("why")] for row in compared["differences"]["rows"]]


def figures(at):
    return len(at.get("plotly_chart"))


def test_simply_the_runs_have_one_curve_and_few_columns():
    at = opened(curves="first", detail="simple")
    assert figures(at) == 1
    assert list(at.dataframe[0].proto.column_order) == ["Run", "State", "Data", "accuracy"]
    assert "What it does not show" in words(at)
    assert figures(opened(curves="first", detail="simple", curve_look="losses")) == 9


def test_simply_a_comparison_has_its_figure_and_no_table(compared):
    at = opened(part="compare", compared=BOTH, detail="simple")
    assert figures(at) == 1
    assert not at.dataframe
    assert "What it does not show" in words(at)
    assert figures(opened(part="compare", compared=BOTH, detail="simple", compared_by="parts")) == 3


def test_simply_a_sweep_has_its_figure_and_no_table():
    at = opened(part="sweeps", detail="simple")
    assert figures(at) == 1
    assert not at.dataframe
    assert "sweep_measure" not in [box.key for box in at.selectbox]
    shown = opened(part="sweeps", detail="simple", sweep_measure="leak")
    assert shown.selectbox(key="sweep_measure").value == "leak"


def test_simply_a_training_needs_data_recipe_and_name(asked):
    at = opened(part="train", detail="simple", train_data="digits")
    assert [box.key for box in at.selectbox if box.key.startswith("train")] == ["train_data", "train_recipe"]
    assert not at.number_input
    assert not at.text_area
    at.get_by_key("train_start").click().run()
    assert asked[0][3:-4] == ["train", "--data=digits", "--recipe", "faithful", "--seed", "0"]
    linked = opened(part="train", detail="simple", train_fusion="mfb")
    assert linked.selectbox(key="train_fusion").value == "mfb"


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ({"part": "train"}, {"train_data": "vectors:xor", "train_fusion": "mfb"}),
        ({"part": "sweeps"}, {"sweep_measure": "roles"}),
        (
            {"part": "compare", "compared": BOTH, "compared_by": "samples"},
            {"compared_kind": "share", "compared_expert": "synergy", "compared_split": "test"},
        ),
    ],
)
def test_a_link_opens_the_same_choices_in_every_language(lang, query, codes, compared):
    at = opened(lang=lang, **query, **codes)
    found = {name: at.get_by_key(name).value for name in codes}
    assert found == codes
