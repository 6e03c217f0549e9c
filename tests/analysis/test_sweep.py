"""The table of a sweep: read as written, summed up by hand, refused where damaged."""

import json

import pandas as pd
import pytest

from i2moe_core.analysis.sweep import SWEEP, list_sweeps, load_sweep, summarize_sweep
from i2moe_core.analysis.sweep_rows import failed_row, kept_validation, rows_before, write_rows
from i2moe_core.errors import InputError

PARAMETERS = {"margin": "training.recipe_options.margin", "fusion": "model.fusion"}
FIXED = {"data.source": "vectors:struct", "training.epochs": 3}


def row(margin, fusion, seed, accuracy, role=0.5, leak=None):
    settings = {"margin": margin, "fusion": fusion}
    return {
        "run": f"margin={margin},fusion={fusion},seed={seed}", "settings": settings, "seed": seed,
        "measure": "accuracy", "validation": 0.25, "accuracy": accuracy, "ece": 0.1, "irs": None,
        "contribution_argmax": None, "gate_argmax": None, "leak": leak, "roles": {"synergy": role},
        "weights": {"synergy": 1.0}, "seconds": 2.0, "problem": None,
    }  # fmt: skip


ROWS = [row(0.5, "concat", 0, 0.6), row(0.5, "concat", 1, 0.8, 0.1), row(1.0, "concat", 0, 0.9, leak=1)]


def write(folder, rows=ROWS, planned=4):
    write_rows(folder, PARAMETERS, FIXED, planned, rows)
    return folder


def test_what_is_written_is_read(tmp_path):
    failed = failed_row("margin=1,fusion=tensor,seed=0", {"margin": 1.0, "fusion": "tensor"}, 0, "it burst")
    sweep = load_sweep(write(tmp_path / "sweep", [*ROWS, failed]))
    assert (sweep.planned, dict(sweep.parameters), dict(sweep.fixed)) == (4, PARAMETERS, FIXED)
    assert sweep.rows["margin"].tolist() == [0.5, 0.5, 1.0, 1.0]
    assert sweep.rows["roles.synergy"].tolist()[:3] == [0.5, 0.1, 0.5]
    assert sweep.rows["leak"].isna().tolist() == [True, True, False, True]
    assert sweep.rows["problem"].tolist() == [None, None, None, "it burst"]
    assert sweep.rows["accuracy"].dtype == float


def test_summary_by_hand(tmp_path):
    failed = failed_row("x", {"margin": 0.5, "fusion": "concat"}, 2, "it burst")
    table = summarize_sweep(load_sweep(write(tmp_path, [*ROWS, failed])))
    assert table[["margin", "fusion", "seeds"]].to_numpy().tolist() == [[0.5, "concat", 2], [1, "concat", 1]]
    assert table["accuracy"].tolist() == pytest.approx([0.7, 0.9])
    assert table["accuracy sd"][0] == pytest.approx(0.02**0.5)  # of .6 and .8 with n - 1
    assert table["roles.synergy"].tolist() == pytest.approx([0.3, 0.5])
    assert pd.isna(table["accuracy sd"][1])
    assert table["leak"].isna().tolist() == [True, False]


def test_summary_of_a_sweep_that_has_only_begun(tmp_path):
    sweep = load_sweep(write(tmp_path, []))
    assert len(sweep.rows) == len(summarize_sweep(sweep)) == 0
    assert {"margin", "seeds", "accuracy", "accuracy sd"} <= set(summarize_sweep(sweep))


def test_list_sweeps(tmp_path):
    for name in ("b", "a"):
        write(tmp_path / name)
    (tmp_path / "run").mkdir()
    assert [folder.name for folder in list_sweeps(tmp_path)] == ["a", "b"]
    assert list_sweeps(tmp_path / "nowhere") == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda values: values.pop("parameters"), "which settings were varied"),
        (lambda values: values.pop("planned"), "what was planned"),
        (lambda values: values.update(rows=None), "it holds no table"),
        (lambda values: values["rows"][1].pop("run"), "row 2 of its table is damaged"),
        (lambda values: values["rows"][0].update(accuracy="high"), "row 1 of its table is damaged"),
        (lambda values: values["rows"][2].update(roles=[1, 2]), "row 3 of its table is damaged"),
        (lambda values: values["rows"][2]["settings"].pop("margin"), "row 3 of its table is damaged"),
        (lambda values: values.update(schema_version=99), "schema_version 99"),
    ],
)
def test_damaged_tables_are_refused_by_name(change, words, tmp_path):
    path = write(tmp_path) / SWEEP
    values = json.loads(path.read_text())
    change(values)
    path.write_text(json.dumps(values))
    with pytest.raises(InputError, match=words) as caught:
        load_sweep(tmp_path)
    assert str(path) in str(caught.value)


def test_a_folder_without_a_sweep(tmp_path):
    with pytest.raises(InputError, match=r"holds no sweep \(sweep.json is missing\)"):
        load_sweep(tmp_path)


def test_a_sweep_goes_on_only_with_the_same_settings(tmp_path):
    write(tmp_path)
    assert rows_before(tmp_path, dict(reversed(PARAMETERS.items())), FIXED) == ROWS
    with pytest.raises(InputError, match="holds a sweep of margin, fusion, not of margin"):
        rows_before(tmp_path, {"margin": PARAMETERS["margin"]}, FIXED)
    with pytest.raises(InputError, match=r"began with training.epochs = 3, not training.epochs = 4"):
        rows_before(tmp_path, PARAMETERS, FIXED | {"training.epochs": 4})
    with pytest.raises(InputError, match=r"began with model.width as it comes, not model.width = 8"):
        rows_before(tmp_path, PARAMETERS, FIXED | {"model.width": 8})


def test_a_folder_of_something_else_is_refused(tmp_path):
    (tmp_path / "thesis.tex").write_text("all of it")
    with pytest.raises(InputError, match=r"holds 'thesis\.tex' and no sweep"):
        rows_before(tmp_path, PARAMETERS, FIXED)
    with pytest.raises(InputError, match="is a file"):
        rows_before(tmp_path / "thesis.tex", PARAMETERS, FIXED)
    assert rows_before(tmp_path / "new", PARAMETERS, FIXED) == []


def test_the_validation_measure_is_that_of_the_kept_epoch_of_the_last_phase():
    history = pd.DataFrame(
        {
            "phase_index": [0, 0, 1, 1, 1], "epoch": [0, 1, 0, 1, 2], "best_epoch": [0, 1, 0, 1, 1],
            "validation.accuracy": [0.1, 0.2, 0.3, 0.4, 0.5],
        }
    )  # fmt: skip
    assert kept_validation(history, "accuracy") == 0.4
    assert kept_validation(history, "r2") is None
    assert kept_validation(history.assign(**{"validation.accuracy": float("nan")}), "accuracy") is None
