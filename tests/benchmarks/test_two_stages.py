"""Remembered tokens, experts trained on them alone, and files that grow cell by cell."""

import json

import numpy as np
import pytest
import torch
from parts import tiny_config, tiny_data, tiny_model

from i2moe_core.errors import InputError
from i2moe_core.types import Features

pytestmark = pytest.mark.usefixtures("benchmarks")


def test_remembered_tokens_are_those_of_their_rows_cut_to_the_longest():
    from two_stages import Remembered

    tokens = torch.arange(24.0).view(3, 4, 2)
    mask = torch.tensor([[1, 0, 0, 0], [1, 1, 1, 0], [1, 1, 0, 0]]).bool()
    memory = Remembered(Features(tokens, mask, tokens.mean(1)))
    found = memory(torch.tensor([[2], [0]]))
    assert torch.equal(found.tokens, tokens[[2, 0], :2])
    assert torch.equal(found.mask, mask[[2, 0], :2])
    assert torch.equal(found.pooled, tokens.mean(1)[[2, 0]])


@pytest.fixture
def first():
    from two_stages import FirstStage, encode_rows, row_numbers

    from i2moe_core.config import override
    from i2moe_core.training.info import describe_data

    config = override(tiny_config(), {"training.device": "cpu"})
    data = tiny_data()
    model = tiny_model(config, data).eval()
    tokens = encode_rows(model, data, np.arange(len(data.samples)))
    by_name = dict(zip(model.modalities, tokens, strict=True))
    return data, FirstStage(config, describe_data(data, None), row_numbers(data), by_name, model)


def test_the_second_stage_sees_what_the_encoders_said_and_measures_with_the_same_probes(first):
    from two_stages import build_second

    data, stage = first
    model, _ = build_second(stage, "mfb", {})
    rows = data.samples.rows("validation")
    batch, numbers = data.batch(rows), stage.data.batch(rows)
    for before, after in zip(stage.model.encode(batch), model.eval().encode(numbers), strict=True):
        torch.testing.assert_close(after.tokens, before.tokens)
        torch.testing.assert_close(after.pooled, before.pooled)
    old = stage.model.probes(stage.model.encode(batch), batch.present)[1]
    torch.testing.assert_close(model.probes(model.encode(numbers), numbers.present)[1], old)


def test_the_second_stage_trains_experts_and_gate_alone(first):
    from two_stages import build_second, train_second

    _, stage = first
    settings = {"training.expert_epochs": 1, "training.expert_batch_size": 8}
    before, _ = build_second(stage, "mfb", settings)
    model, data, history = train_second(stage, "mfb", settings, limit=20)
    assert len(data.samples.rows("train")) == 20
    assert history.frame().phase.tolist() == ["experts"]
    changed = {
        name.partition(".")[0]
        for (name, old), new in zip(before.state_dict().items(), model.state_dict().values(), strict=True)
        if not torch.equal(old, new)
    }
    assert changed == {"experts", "gate"}


def test_cells_grow_on_disk_and_are_found_again(tmp_path):
    from cells import Cells

    path = tmp_path / "deep" / "cells.json"
    cells = Cells(path, {"epochs": (1, 2)})
    cells.add({"fusion": "mfb", "seed": 1}, {"accuracy": 0.5})
    again = Cells(path, {"epochs": (1, 2)})
    assert again.has({"fusion": "mfb", "seed": 1})
    assert not again.has({"fusion": "mfb", "seed": 2})
    assert again.find(fusion="mfb")[0]["accuracy"] == 0.5
    assert json.loads(path.read_text())["settings"] == {"epochs": [1, 2]}
    with pytest.raises(InputError, match="other settings"):
        Cells(path, {"epochs": 3})
    path.write_text("[]")
    with pytest.raises(InputError, match="no file of this benchmark"):
        Cells(path, {})


def test_means_and_tables():
    from cells import markdown, mean_and_std, shown

    assert mean_and_std([{"x": 1.0}, {"x": 3.0}, {"x": None}], "x") == (2.0, pytest.approx(2**0.5))
    assert mean_and_std([{}], "x") is None
    assert shown((0.9, 0.01)) == ".900 ± .010"
    assert shown(None) == "-"
    assert markdown(["a", "b"], [["1", "2"]]) == "| a | b |\n| --- | --- |\n| 1 | 2 |"
