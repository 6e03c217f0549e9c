"""Which fusions are sums of single-modality parts, what counts as solved, and nothing is trained twice."""

import json

import numpy as np
import pytest
import torch

from i2moe_core.errors import InputError
from i2moe_core.fusion import FUSIONS
from i2moe_core.types import Features

pytestmark = pytest.mark.usefixtures("benchmarks")


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
