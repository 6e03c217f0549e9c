"""Training: the same by seed, the best epoch kept, patience, what it refuses, what it writes."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch
from parts import tiny_config, tiny_data, tiny_model, tiny_model_config

from i2moe_core.data.batching import TensorData
from i2moe_core.errors import InputError
from i2moe_core.training.fit import fit
from i2moe_core.training.recipes import RECIPES
from i2moe_core.training.step import evaluate


def train(config, data, folder=None, seed=0, watch=None):
    model = tiny_model(config, data, seed=seed)
    history = fit(model, data, config, folder, watch=watch)
    return model, history.frame()


def same_weights(a, b):
    return all(torch.equal(x, b.state_dict()[k]) for k, x in a.state_dict().items())


@pytest.mark.parametrize("recipe", RECIPES)
def test_two_runs_of_one_seed_are_equal_to_the_bit(recipe):
    config, data = tiny_config(recipe, tiny_model_config(dropout=0.3), missing_rate=0.2), tiny_data()
    first, history = train(config, data)
    torch.randn(17)
    second, again = train(config, data)
    assert same_weights(first, second)
    pd.testing.assert_frame_equal(history.drop(columns="seconds"), again.drop(columns="seconds"))


def test_another_seed_gives_other_weights():
    config, data = tiny_config("vanilla"), tiny_data()
    other = replace(config, training=replace(config.training, seed=1))
    assert not same_weights(train(config, data)[0], train(other, data)[0])


@pytest.mark.parametrize("recipe", RECIPES)
def test_the_best_epoch_is_kept(recipe):
    """The rate is so high that the last epoch is not the best; the kept weights score as the best did."""
    data = tiny_data()
    config = tiny_config(recipe, epochs=6, expert_epochs=6, learning_rate=0.1)
    model, history = train(config, data)
    phases = RECIPES[recipe](config.training).phases()
    last = history[history.phase_index == len(phases) - 1]
    best = last.loc[last.score.idxmin()]
    assert best.epoch < 5
    assert (last.best_epoch.iloc[-1], last.score.min()) == (best.epoch, best.score)
    batches = data.batches(data.samples.rows("validation"), 256)
    with torch.no_grad():
        losses, _ = evaluate(model, phases[-1], batches, config.training.seed)
    assert sum(losses.values()) == pytest.approx(best.score, rel=1e-6)


def test_patience_stops_a_phase_that_no_longer_gets_better():
    config = tiny_config("vanilla", epochs=40, learning_rate=0.1, patience=2)
    _, history = train(config, tiny_data())
    best = int(history.score.idxmin())
    assert len(history) == best + 3
    assert len(history) < 40
    free = replace(config, training=replace(config.training, patience=0, epochs=8))
    assert len(train(free, tiny_data())[1]) == 8


def test_the_faithful_recipe_has_two_phases_and_the_second_leaves_the_encoders_alone():
    config, data = tiny_config(epochs=1, expert_epochs=1), tiny_data()
    model, kept = tiny_model(config, data), {}

    def watch(report):
        if report.row is not None:
            kept[report.phase] = {k: v.clone() for k, v in model.state_dict().items()}

    history = fit(model, data, config, watch=watch).frame()
    assert history.phase.tolist() == ["probes", "experts"]
    changed = {k.split(".")[0] for k, v in kept["experts"].items() if not torch.equal(v, kept["probes"][k])}
    assert changed == {"experts", "gate"}


def test_training_ends_in_evaluation_mode_with_all_parameters_open():
    model, _ = train(tiny_config(), tiny_data())
    assert not any(module.training for module in model.modules())
    assert all(p.requires_grad for p in model.parameters())


def test_deterministic_algorithms_are_left_as_they_were():
    train(tiny_config("vanilla", epochs=1), tiny_data())
    assert not torch.are_deterministic_algorithms_enabled()


def test_history_is_written_as_it_goes(tmp_path):
    rows_on_disk = []

    def watch(report):
        if report.row is not None:
            file = tmp_path / "history.parquet"
            rows_on_disk.append(len(pd.read_parquet(file)) if file.exists() else 0)

    config = tiny_config()
    _, history = train(config, tiny_data(), tmp_path, watch=watch)
    assert rows_on_disk == [0, 1, 2, 3]
    written = pd.read_parquet(tmp_path / "history.parquet")
    pd.testing.assert_frame_equal(written, history)
    assert written.epoch.tolist() == [0, 1, 0, 1]
    assert written["validation.accuracy"].between(0, 1).all()
    assert written["train.gate"].isna().tolist() == [True, True, False, False]
    assert not list(tmp_path.glob("*.tmp"))


def test_the_watcher_hears_every_step_and_every_epoch():
    reports = []
    train(tiny_config("vanilla"), tiny_data(), watch=reports.append)
    steps = [(r.epoch, r.step, r.steps) for r in reports if r.row is None]
    assert steps == [(epoch, step, 4) for epoch in (0, 1) for step in (1, 2, 3, 4)]
    assert [r.row["epoch"] for r in reports if r.row is not None] == [0, 1]


@pytest.mark.parametrize("split", ["train", "validation"])
def test_an_empty_split_is_refused_by_name(split):
    data = tiny_data()
    samples = replace(
        data.samples, splits=np.where(data.samples.splits == split, "test", data.samples.splits)
    )
    empty = TensorData(samples, data.inputs, data.present, data.targets)
    with pytest.raises(InputError, match=f"'tiny' needs 2 {split} samples or more"):
        train(tiny_config("vanilla"), empty)


@pytest.mark.parametrize("split", ["train", "validation"])
def test_a_loss_that_is_not_finite_is_refused_by_name(split):
    data = tiny_data("regression")
    data.targets[data.samples.rows(split)[0]] = float("inf")
    config = tiny_config("vanilla")
    model = tiny_model(config, tiny_data("regression"))
    reports = []
    with pytest.raises(InputError, match=r"loss 'task' is not finite in epoch 1 of phase 'all'"):
        fit(model, data, config, watch=reports.append)
    assert (len(reports) < 4) == (split == "train")  # at once, not after the epoch


def test_arrays_are_standardised_by_the_present_training_rows():
    data = tiny_data(missing=0.3)
    data.inputs["x1"][:, 0] = data.inputs["x1"][:, 0] * 1000 + 5
    config = tiny_config("vanilla", epochs=1)
    model = tiny_model(config, data)
    fit(model, data, config)
    rows = data.samples.rows("train")
    used = data.inputs["x1"][rows][data.present[rows, 0]]
    torch.testing.assert_close(model.encoders["x1"].mean, used.mean(0))
    torch.testing.assert_close(model.encoders["x1"].scale, used.std(0, correction=0))


@pytest.mark.parametrize("size", [16, 9])
def test_a_lone_last_sample_is_left_out(size):
    """64 training samples in batches of 9 leave a batch of one, which batch statistics cannot take."""
    _, history = train(tiny_config("vanilla", batch_size=size), tiny_data())
    assert history.score.notna().all()
