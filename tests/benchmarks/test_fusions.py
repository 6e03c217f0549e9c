"""Which fusions are sums of single-modality parts; remembered tokens; files that grow cell by cell."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from parts import tiny_config, tiny_data, tiny_model
from PIL import Image

from i2moe_core.errors import InputError
from i2moe_core.fusion import FUSIONS
from i2moe_core.types import Features

FOLDER = Path(__file__).parents[2] / "benchmarks"
OURS = ("cells", "two_stages", "fusions", "balance", "backbone")


@pytest.fixture(autouse=True)
def importable(monkeypatch):
    monkeypatch.syspath_prepend(str(FOLDER))
    for name in OURS:
        monkeypatch.delitem(sys.modules, name, raising=False)


def features(seed):
    tokens = torch.randn(6, 3, 16, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    return Features(tokens, torch.ones(6, 3, dtype=torch.bool), tokens.mean(1))


@pytest.mark.parametrize("name", FUSIONS)
def test_the_named_fusions_are_sums_of_single_modality_parts_and_no_others(name):
    """f(a, b) - f(a', b) - f(a, b') + f(a', b') is zero for sums, and for them alone."""
    from fusions import CANNOT

    torch.manual_seed(0)
    fusion = FUSIONS[name](2, 16, 8, 0.0).double().eval()
    first, other_first, second, other_second = (features(seed) for seed in range(4))
    with torch.no_grad():
        both = fusion([first, second]) + fusion([other_first, other_second])
        mixed = fusion([other_first, second]) + fusion([first, other_second])
    left = (both - mixed).abs().max().item()
    assert (left < 1e-9) == (name in CANNOT), left


def test_the_bar_is_a_share_of_what_label_noise_leaves(tmp_path):
    from cells import Cells
    from fusions import solved

    cells = Cells(None, {})
    for seed, accuracy in ((10, 0.8), (11, 0.99)):
        cells.add({"set": "vectors:xor", "fusion": "mfb", "seed": seed}, {"accuracy": accuracy})
        cells.add({"set": "vectors:xor", "fusion": "gmu", "seed": seed}, {"accuracy": accuracy + 0.01})
    # .95 * .95 = .9025; the means are .895 and .905.
    assert solved(cells, "mfb") == "**no**"
    assert solved(cells, "gmu") == "yes"
    assert solved(cells, "block") == "-"
    assert solved(cells, "decision").startswith("cannot: ")


def test_the_label_noise_is_what_the_bayes_accuracy_says():
    """The latent vector is read back exactly; only flipped labels are then not the sign of its mean."""
    from fusions import BAYES

    from i2moe_core.data.vectors import _maps, vectors

    samples = vectors("u1", sizes=(20000, 2, 2))
    latent = np.stack(samples.raw["x1"])[:, :12] @ np.linalg.pinv(_maps()[0][0])
    right = ((latent.mean(1) > 0) == samples.targets).mean()
    assert right == pytest.approx(BAYES["vectors:xor"], abs=0.005)


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


def test_gains_are_paired_by_seed_and_sample():
    from balance import PLAIN, differences, table
    from cells import Cells

    def right(*values):
        packed = np.packbits(np.array(values, bool)).tobytes().hex()
        share = {"accuracy": float(np.mean(values)), "weak_accuracy": 0.5}
        return share | {"right": packed, "samples": len(values), "seconds": 1.0}

    cells = Cells(None, {})
    cells.add({"method": PLAIN, "seed": 1}, right(1, 0, 0, 1, 1, 1, 1, 1, 1, 1))
    cells.add({"method": "joint", "seed": 1}, right(1, 1, 0, 0, 1, 1, 1, 1, 1, 1))
    cells.add({"method": "joint", "seed": 2}, right(*[1] * 10))  # no plain training of this seed
    (gain,) = differences(cells, "joint")
    assert gain.tolist() == [0, 1, 0, -1, 0, 0, 0, 0, 0, 0]
    assert "+0.0" in table(cells, [PLAIN, "joint"])


@pytest.fixture
def tiny_fusions(monkeypatch):
    import fusions

    first, second = {"training.epochs": 1}, {"training.expert_epochs": 1}
    tiny = {"data": {"sizes": [60, 20, 30]}, "limit": 40, "first": first, "second": second}
    monkeypatch.setattr(fusions, "SETTINGS", {"vectors:xor": tiny})
    monkeypatch.setattr(fusions, "TIMED", 1)
    return fusions


def test_each_fusion_is_measured_once_and_the_same_command_goes_on(
    tiny_fusions, tmp_path, capsys, monkeypatch
):
    path = tmp_path / "fusions.json"
    asked = ["--json", str(path), "--sets", "vectors:xor", "--seeds", "3"]
    tiny_fusions.main([*asked, "--fusions", "concat"])
    monkeypatch.setattr(tiny_fusions, "measure", lambda *_: pytest.fail("measured twice"))
    tiny_fusions.main([*asked, "--fusions", "concat"])
    (cell,) = json.loads(path.read_text())["cells"]
    assert cell["split"] == "test"
    assert cell["epochs"] == 1
    assert cell["step_ms"] > 0
    # LayerNorm 2 x 128, 128 to 64, 64 to 64, the head 64 to 2; weights and biases.
    assert cell["parameters"] == 256 + 64 * 129 + 64 * 65 + 2 * 65
    assert "| `concat` |" in capsys.readouterr().out


def test_the_first_stage_is_trained_once_for_all_fusions(tiny_fusions, tmp_path, monkeypatch):
    stages = tmp_path / "stages"
    first = tiny_fusions.first_stage("vectors:xor", 3, stages)
    tiny_fusions.first_stage.cache_clear()
    import two_stages
    from safetensors.torch import load_file

    saved = load_file(stages / "vectors-xor-3" / "training.safetensors")
    again = two_stages.train_first(
        "vectors:xor", 3, stages / "vectors-xor-3", {"sizes": [60, 20, 30]}, {"training.epochs": 1}
    )
    for name, tensor in first.model.encoders.state_dict().items():
        assert torch.equal(tensor, saved[f"best.encoders.{name}"])
        assert torch.equal(tensor, again.model.encoders.state_dict()[name])


def test_unknown_names_are_refused(tiny_fusions):
    with pytest.raises(InputError, match="Did you mean 'mfb'"):
        tiny_fusions.main(["--fusions", "mfbb"])
    with pytest.raises(InputError, match="Unknown set"):
        tiny_fusions.main(["--sets", "scene"])


def write_folder(folder):
    """Forty grey pictures, light or dark, each with a word; splits 20, 10, 10."""
    folder.mkdir()
    lines = ["file_name,text,label,split"]
    for row in range(40):
        shade, split = 60 + 120 * (row % 2), "train" if row < 20 else "validation" if row < 30 else "test"
        Image.new("RGB", (8, 8), (shade + row, shade, shade)).save(folder / f"{row}.png")
        lines.append(f"{row}.png,a {'light' if row % 2 else 'dark'} one {row % 5},{row % 2},{split}")
    (folder / "metadata.csv").write_text("\n".join(lines) + "\n", "utf-8")
    return folder


def test_a_fusion_alone_and_in_the_mixture(tmp_path, capsys, monkeypatch):
    import backbone

    folder = write_folder(tmp_path / "folder")
    short = {"training.epochs": 1, "training.expert_epochs": 1}
    for name in ("FIRST", "ALONE"):
        monkeypatch.setattr(backbone, name, {"training.epochs": 1})
    monkeypatch.setattr(backbone, "EXPERTS", short)
    path = tmp_path / "backbone.json"
    backbone.main(["--data", str(folder), "--json", str(path), "--fusions", "pooled", "--seeds", "1"])
    cells = json.loads(path.read_text())["cells"]
    assert [cell["kind"] for cell in cells] == ["mixture", "vanilla"]
    assert cells[0]["parameters"] == cells[1]["parameters"] > 0
    assert all(0 <= cell["accuracy"] <= 1 for cell in cells)
    assert "| `pooled` |" in capsys.readouterr().out


def test_plain_training_and_a_method(tmp_path, capsys, monkeypatch):
    import balance

    monkeypatch.setattr(balance, "DATA", {"sizes": [40, 16, 20], "contrast": 0.7})
    monkeypatch.setattr(balance, "SETTINGS", {**balance.SETTINGS, "training.epochs": 1})
    path = tmp_path / "balance.json"
    asked = ["--json", str(path), "--seeds", "1", "--methods", "plain", "joint"]
    balance.main(asked)
    before = path.read_bytes()
    balance.main(asked)
    assert path.read_bytes() == before
    plain, joint = json.loads(before)["cells"]
    for cell in (plain, joint):
        assert balance.right_of(cell).mean() == pytest.approx(cell["accuracy"])
    assert joint["options"] == {"joint": {"weight": 1.0}}
    assert "| `joint` |" in capsys.readouterr().out
