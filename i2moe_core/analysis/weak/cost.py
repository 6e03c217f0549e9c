"""Weak point 8: what the mixture costs, against the single fusion built from the same configuration."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

import torch

from i2moe_core.analysis.weak.says import point_says
from i2moe_core.analysis.weak.setting import Point, Setting
from i2moe_core.hub_files import local_files_only
from i2moe_core.model.build import Model, build_model
from i2moe_core.training.recipes.base import Phase
from i2moe_core.training.recipes.vanilla import TaskPhase
from i2moe_core.training.step import parameters, train_step
from i2moe_core.types import Batch

ROUNDS = 7  # at least, and more until SECONDS have passed
MOST = 200
SECONDS = 3.0
SAMPLES = 256  # of a batch without gradients
ANSWER, ALL = "answer", "all_passes"
Step = Callable[[], object]
Key = tuple[str, str]  # of which model, doing what


def cost_point(setting: Setting) -> Point:
    """Time answers and training steps of the mixture and of its single fusion in turn."""
    with torch.random.fork_rng([setting.run.device] if setting.run.device.type == "cuda" else []):
        torch.manual_seed(0)
        single = _single(setting)
        answers = _measure(_answer_steps(setting, single))
        trained = _measure(_training_steps(setting, single))
    phases = {phase.name: _phase(phase, trained) for phase in setting.phases()}
    inference = answers["mixture", ANSWER] / answers["single", ANSWER]
    training = _training_ratio(setting, phases)
    counted = {"mixture": _count(setting.model), "single": _count(single)}
    numbers = {
        "parameters": counted | {"ratio": counted["mixture"] / counted["single"]} | _parts(setting),
        "seconds_per_sample": {kind: answers[kind, ANSWER] for kind in ("mixture", "single")}
        | {"ratio": inference, ALL: answers["mixture", ALL]},
        "training": phases | {"ratio": training},
        "trained_seconds": _trained(setting),
        "device": str(setting.run.device),
        "threads": torch.get_num_threads(),
    }
    return Point(
        title="What does the mixture cost?",
        number=training,
        numbers=numbers,
        says=point_says("cost", numbers),
        means="Against one fusion with the same encoders, which explains nothing. The training's ratio is of "
        "all planned epochs of all phases against as many epochs of the single fusion as the first phase "
        "has.",
        source=f"Medians of {ROUNDS} rounds or more in turn on this machine ({setting.run.device}), "
        "seconds a sample; a step holds encoding, losses, gradients and the update.",
    )


def _single(setting: Setting) -> Model:
    with local_files_only():
        model = build_model(setting.run.config.model, setting.run.info, vanilla=True)
    for name, encoder in setting.model.encoders.items():
        model.encoders[name].load_state_dict(encoder.state_dict())
    return model.to(setting.run.device).eval()


def _answer_steps(setting: Setting, single: Model) -> dict[Key, tuple[int, Step]]:
    batch = setting.batch(setting.rows[:SAMPLES])
    mixture, size = setting.model, len(batch)

    @torch.inference_mode()
    def everything() -> None:
        features = mixture.encode(batch)
        mixture.mix(features, mixture.replaced(features))

    return {
        ("mixture", ANSWER): (size, torch.inference_mode()(lambda: mixture(batch))),
        ("single", ANSWER): (size, torch.inference_mode()(lambda: single(batch))),
        ("mixture", ALL): (size, everything),
    }


def _training_steps(setting: Setting, single: Model) -> dict[Key, tuple[int, Step]]:
    steps = {}
    for phase in setting.phases():
        rows, _ = setting.training_rows(phase.batch_size)
        batch = setting.batch(rows)
        task = TaskPhase(phase.epochs, phase.batch_size, setting.run.info.scale)
        steps["mixture", phase.name] = (len(batch), _step(setting, setting.model, phase, batch))
        steps["single", phase.name] = (len(batch), _step(setting, single, task, batch))
    return steps


def _step(setting: Setting, model: Model, phase: Phase, batch: Batch) -> Step:
    """Return a training step on a copy: the run's own weights stay as they are."""
    copied, training = deepcopy(model).eval().requires_grad_(False), setting.run.config.training
    for module in phase.modules(copied):
        module.train()
    weights = [weight.requires_grad_(True) for weight in parameters(copied, phase)]
    fused = setting.run.device.type in ("cpu", "cuda")
    optimizer = torch.optim.AdamW(weights, 0.0, weight_decay=0.0, fused=fused)
    methods = setting.methods() if isinstance(copied, type(setting.model)) else []

    def step() -> None:
        train_step(copied, phase, methods, batch, optimizer, training.clip, training.precision)

    return step


def _measure(steps: Mapping[Key, tuple[int, Step]]) -> dict[Key, float]:
    """Return the median seconds a sample of each step, all run in turn so that a busy machine hits all."""
    for _, step in steps.values():
        step()
    rounds: list[dict[Key, float]] = []
    started = time.perf_counter()
    while len(rounds) < ROUNDS or (len(rounds) < MOST and time.perf_counter() - started < SECONDS):
        rounds.append({key: _seconds(step) / size for key, (size, step) in steps.items()})
    return {key: statistics.median(times[key] for times in rounds) for key in steps}


def _seconds(step: Step) -> float:
    _wait()
    started = time.perf_counter()
    step()
    _wait()
    return time.perf_counter() - started


def _wait() -> None:
    if torch.cuda.is_available():
        torch.cuda.synchronize()


def _phase(phase: Phase, trained: Mapping[Key, float]) -> dict[str, Any]:
    mixture, single = trained["mixture", phase.name], trained["single", phase.name]
    return {
        "epochs": phase.epochs,
        "batch_size": phase.batch_size,
        "mixture": mixture,
        "single": single,
        "ratio": mixture / single,
    }


def _training_ratio(setting: Setting, phases: Mapping[str, Mapping[str, Any]]) -> float:
    whole = sum(phase["epochs"] * phase["mixture"] for phase in phases.values())
    first = next(iter(phases.values()))
    return float(whole / (first["epochs"] * first["single"]))


def _trained(setting: Setting) -> float | None:
    history = setting.run.history
    return float(history["seconds"].sum()) if "seconds" in history else None


def _count(model: torch.nn.Module) -> int:
    return sum(p.numel() for p in model.parameters())


def _parts(setting: Setting) -> dict[str, int]:
    model = setting.model
    parts = {"encoders": _count(model.encoders), "experts": _count(model.experts), "gate": _count(model.gate)}
    return parts | {"probes": 0 if model.probes is None else _count(model.probes)}
