"""Our mixture and the plain sequential one agree number by number; the benchmark runs and writes its keys."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import torch
from parts import tiny_config, tiny_data, tiny_model

from i2moe_core.checkpoint import save_run
from i2moe_core.training.info import describe_data

FOLDER = Path(__file__).parents[2] / "benchmarks"
RATIOS = ("train.fp32", "train.bf16", "train.cuda", "infer256", "all_passes")


@pytest.fixture(autouse=True)
def benchmarks_importable(monkeypatch):
    monkeypatch.syspath_prepend(str(FOLDER))
    yield
    for name in [n for n, module in sys.modules.items() if _comes_from(module)]:
        del sys.modules[name]


def _comes_from(module) -> bool:
    return str(getattr(module, "__file__", None)).startswith(str(FOLDER))


@pytest.fixture(params=["published", "three modalities", "mutan", "mfb", "mutan of four", "mfb of four"])
def both_sides(request):
    from speed_setting import Setting, build_ours, build_plain, draw_batch, draw_tokens, without_dropout

    setting = without_dropout(Setting(batch=4))
    if request.param == "three modalities":
        setting = replace(setting, modalities=3, width=32, hidden=24, heads=2, gate_layers=1)
    fusion, _, four = request.param.partition(" of ")
    if fusion in ("mutan", "mfb"):
        setting = replace(setting, fusion=fusion, modalities=4 if four else 2, tokens=3)
    torch.manual_seed(0)
    ours = build_ours(setting)
    return setting, ours, build_plain(setting, ours), draw_batch(setting), draw_tokens(setting, 4)


def our_losses(setting, ours, batch, replaced):
    from speed_setting import phase_of

    from i2moe_core.encoders.base import as_features

    stand_ins = [as_features(t) for t in replaced]
    ours.replaced = lambda features, generator=None: stand_ins
    losses = phase_of(setting).losses(ours, ours.encode(batch), batch, None)
    return sum(losses.values()), ours.mix(ours.encode(batch), stand_ins)


def test_outputs_losses_and_gradients_are_equal(both_sides):
    from speed_reference import plain_losses, plain_names

    setting, ours, plain, batch, replaced = both_sides
    loss, output = our_losses(setting, ours, batch, replaced)
    logits, weights, passes = plain(list(batch.inputs.values()), replaced)
    expected = plain_losses(logits, passes, batch.targets, setting.weight)
    torch.testing.assert_close(output.logits, logits, atol=1e-5, rtol=0)
    torch.testing.assert_close(output.weights, weights, atol=1e-5, rtol=0)
    stacked = torch.stack([torch.stack(answers) for answers in passes])
    torch.testing.assert_close(output.expert_logits, stacked, atol=1e-5, rtol=0)
    torch.testing.assert_close(loss, expected, atol=1e-5, rtol=0)
    loss.backward()
    expected.backward()
    gradients = {name: p.grad for name, p in ours.named_parameters() if p.grad is not None}
    renamed = plain_names(gradients, setting.sizes)
    assert set(renamed) == {name for name, _ in plain.named_parameters()}
    # The signed root of mfb is up to 5,000 times as steep at zero: there the last digit of a product counts,
    # and either side is off by up to 2e-4 from double precision.
    near = 5e-4 if setting.fusion == "mfb" else 1e-5
    for name, p in plain.named_parameters():
        torch.testing.assert_close(renamed[name], p.grad, atol=near, rtol=0)


def test_gradients_are_equal_in_double_precision(both_sides):
    from speed_reference import plain_losses, plain_names

    setting, ours, plain, batch, replaced = both_sides
    ours, plain, replaced = ours.double(), plain.double(), [t.double() for t in replaced]
    batch = replace(batch, inputs={name: t.double() for name, t in batch.inputs.items()})
    batch = replace(batch, targets=batch.targets.double())
    our_losses(setting, ours, batch, replaced)[0].backward()
    logits, _, passes = plain(list(batch.inputs.values()), replaced)
    plain_losses(logits, passes, batch.targets, setting.weight).backward()
    gradients = {name: p.grad for name, p in ours.named_parameters() if p.grad is not None}
    renamed = plain_names(gradients, setting.sizes)
    for name, p in plain.named_parameters():
        torch.testing.assert_close(renamed[name], p.grad, atol=1e-10, rtol=0)


def test_three_steps_lead_to_the_same_weights(both_sides):
    from speed_reference import plain_names
    from speed_setting import our_step, plain_step

    setting, ours, plain, batch, _ = both_sides
    steps = our_step(setting, ours, batch, "fp32"), plain_step(setting, plain, batch)
    for step in steps:
        torch.manual_seed(3)
        for _ in range(3):
            step()
    renamed = plain_names(ours.state_dict(), setting.sizes)
    # Adam's first steps have the size of the rate whatever the gradient: a tenth of one step is allowed, and
    # mfb, whose gradients near zero are known less well (above), may be further off in one of 10,000 weights.
    apart = torch.cat([(renamed[name] - p.detach()).abs().flatten() for name, p in plain.named_parameters()])
    assert (apart > 1e-5).float().mean() <= (1e-4 if setting.fusion == "mfb" else 0)
    assert apart.max() <= 3 * setting.learning_rate


def test_bf16_losses_stay_near_fp32(both_sides):
    setting, ours, _, batch, replaced = both_sides
    exact, _ = our_losses(setting, ours, batch, replaced)
    with torch.autocast("cpu", torch.bfloat16):
        rough, _ = our_losses(setting, ours, batch, replaced)
    assert rough.item() == pytest.approx(exact.item(), rel=0.02)


def test_the_benchmark_writes_all_its_keys(tmp_path, capsys):
    from speed import main

    path = tmp_path / "speed.json"
    main(["--tiny", "--rounds", "2", "--threads", "1", "--run", str(tmp_path / "none"), "--json", str(path)])
    figures = json.loads(path.read_text("utf-8"))
    assert {f"{name}.ratio" for name in RATIOS} | {"pair_ms", "machine"} <= set(figures)
    assert figures["pair_ms"] is None
    assert figures["train.fp32.ratio"] > 0
    assert figures["machine"]["threads"] == 1
    assert "train.fp32.ratio" in capsys.readouterr().out


def test_the_benchmark_of_fusions_writes_all_its_keys(tmp_path, capsys):
    from fusion_speed import main

    path = tmp_path / "fusion_speed.json"
    main(["--tiny", "--rounds", "2", "--threads", "1", "--json", str(path)])
    figures = json.loads(path.read_text("utf-8"))
    names = {
        f"{fusion}.m{count}{side}"
        for fusion in ("mutan", "mfb")
        for count in (2, 4)
        for side in ("", ".fused")
    }
    assert {f"{name}.ratio" for name in names} | {"machine"} <= set(figures)
    assert all(figures[f"{name}.plain_ms"] > 0 for name in names)
    assert all(name in capsys.readouterr().out for name in ("mfb.m4.fused",))


@pytest.fixture
def saved_run(tmp_path):
    config, data = tiny_config(), tiny_data()
    model = tiny_model(config, data).eval()
    history = pd.DataFrame({"phase": ["probes"], "epoch": [0], "score": [1.0]})
    save_run(tmp_path / "run", model, config, describe_data(data, None), None, data.samples, history)
    return tmp_path / "run"


def test_a_pair_is_timed_warm(saved_run):
    from speed import measure_pair

    assert 0 < measure_pair(saved_run, 3) < 10_000


def test_an_unfinished_run_is_not_timed(saved_run):
    from speed import measure_pair

    (saved_run / "manifest.json").unlink()
    assert measure_pair(saved_run, 3) is None


def test_the_ratio_is_the_median_of_pairs(monkeypatch):
    import speed

    ticks = iter([1.0, 4.0, 2.0, 1.0, 3.0, 1.0])  # pairs: 0.25, 2, 3
    monkeypatch.setattr(speed, "seconds", lambda step: next(ticks))
    figures = speed.compare("x", lambda: None, lambda: None, 3)
    assert figures == {"x.ratio": 2.0, "x.plain_ms": 2000.0, "x.ours_ms": 1000.0}
