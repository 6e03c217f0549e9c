"""Interrupted anywhere and resumed, training ends with the weights of an uninterrupted run, to the bit."""

import pandas as pd
import pytest
import torch
from parts import tiny_config, tiny_data, tiny_model, tiny_model_config

from i2moe_core.errors import InputError
from i2moe_core.training.fit import fit
from i2moe_core.training.history import History
from i2moe_core.training.state import FILE_NAME, load_state


class StopHere(Exception):
    pass


def stop_after(steps):
    """A watcher that interrupts after so many reports."""
    count = 0

    def watch(report):
        nonlocal count
        count += 1
        if count == steps:
            raise StopHere

    return watch


def run(config, data, folder, resume=False, watch=None):
    model = tiny_model(config, data)
    return model, fit(model, data, config, folder, resume, watch).frame()


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    config = tiny_config(model=tiny_model_config(dropout=0.3), missing_rate=0.2)
    data = tiny_data(size=48)
    return config, data, *run(config, data, tmp_path_factory.mktemp("whole"))


@pytest.mark.parametrize("reports", range(1, 13))
def test_resuming_after_any_step_gives_the_same_weights(whole, tmp_path, reports):
    config, data, model, history = whole
    with pytest.raises(StopHere):
        run(config, data, tmp_path, watch=stop_after(reports))
    resumed, again = run(config, data, tmp_path, resume=True)
    for key, value in model.state_dict().items():
        assert torch.equal(resumed.state_dict()[key], value), key
    order = history.columns.drop("seconds")
    pd.testing.assert_frame_equal(again[order], history[order], check_dtype=False)


def test_resuming_a_paused_phase_with_patience_spent_goes_on_to_the_next(tmp_path):
    config = tiny_config(epochs=30, expert_epochs=1, patience=1, learning_rate=0.1)
    data = tiny_data(size=48)
    whole, history = run(config, data, None)
    probes = int((history.phase_index == 0).sum())
    assert probes < 30
    with pytest.raises(StopHere):
        run(config, data, tmp_path, watch=stop_after(probes * 3 + 1))
    resumed, _ = run(config, data, tmp_path, resume=True)
    assert all(torch.equal(v, resumed.state_dict()[k]) for k, v in whole.state_dict().items())


def test_resuming_without_a_state_starts_from_the_beginning(whole, tmp_path):
    config, data, model, _ = whole
    fresh, _ = run(config, data, tmp_path, resume=True)
    assert all(torch.equal(v, fresh.state_dict()[k]) for k, v in model.state_dict().items())


def test_a_damaged_state_is_refused_by_name(whole, tmp_path):
    config, data, *_ = whole
    run(config, data, tmp_path)
    state = tmp_path / FILE_NAME
    state.write_bytes(state.read_bytes()[:-50])
    with pytest.raises(InputError, match=r"training\.safetensors is damaged .*without --resume"):
        run(config, data, tmp_path, resume=True)


def test_a_state_without_progress_is_refused(tmp_path):
    from safetensors.torch import save_file

    save_file({"x": torch.zeros(1)}, tmp_path / FILE_NAME)
    with pytest.raises(InputError, match="is damaged"):
        load_state(tmp_path)


def test_rows_beyond_the_saved_state_are_dropped(tmp_path):
    rows = [{"phase": "p", "phase_index": i, "epoch": e, "score": 1.0} for i in (0, 1) for e in (0, 1)]
    History(rows).write(tmp_path)
    assert History.read(tmp_path, 1, 1).rows == rows[:3]
    assert History.read(tmp_path, 0, 1).rows == rows[:1]
    assert History.read(None, 1, 1).rows == []
