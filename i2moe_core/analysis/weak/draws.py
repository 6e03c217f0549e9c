"""Weak point 4: how much an explanation depends on which random vector was drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from i2moe_core.analysis.columns import sample_rows
from i2moe_core.analysis.weak.says import point_says
from i2moe_core.analysis.weak.setting import Point, Setting
from i2moe_core.explain.evaluate import encode_rows, other_rows, run_mixture
from i2moe_core.model.replace import RandomVectors
from i2moe_core.types import Features

SAMPLES = 300
DRAWS = 10
Draw = Callable[[Features, int, torch.Generator], Features]


def replacement_point(setting: Setting) -> Point:
    """Compare the spread over K draws of random vectors with that over K other samples' inputs."""
    complete = setting.said.present.all(1).numpy()
    places = sample_rows(complete, SAMPLES)
    spreads: dict[str, Any] = {"random": None, "swap": None}
    if len(places) > 1:
        features = encode_rows(setting.model, setting.data, setting.rows[places])
        spreads = {kind: _spread(setting, features, places, draw) for kind, draw in _DRAWS.items()}
    random = spreads["random"]
    numbers = spreads | {"draws": DRAWS, "samples": len(places), "trained_with": _trained_with(setting)}
    return Point(
        title="How much is the random vector's chance?",
        number=None if random is None else float(np.mean(list(random["experts"].values()))),
        numbers=numbers,
        says=point_says("replacement", numbers),
        means="An explanation made from one draw carries this spread; the mean of K draws has it divided by "
        "the root of K. 'effect' is how far a replacement moves the probability on average: a spread of its "
        "size makes a single draw worthless. 'changed' counts the replacements whose answer differs between "
        "the draws. Other samples' inputs speak for other answers, so they spread too; a random vector says "
        "nothing, so all of its spread is chance.",
        source=f"{DRAWS} draws for each input of {len(places)} samples of the {setting.split} split; "
        "standard deviation over the draws, mean over samples and inputs.",
    )


def _random(features: Features, modality: int, generator: torch.Generator) -> Features:
    return RandomVectors(1, features.tokens.shape[-1])(features, modality, generator)


def _swap(features: Features, modality: int, generator: torch.Generator) -> Features:
    count = len(features.tokens)
    return features[other_rows(torch.arange(count), count, generator).to(features.tokens.device)]


_DRAWS: dict[str, Draw] = {"random": _random, "swap": _swap}


def _spread(setting: Setting, features: Sequence[Features], places: np.ndarray, draw: Draw) -> dict[str, Any]:
    """Return the mean spread over the draws of each expert and the mixture, and how far they moved."""
    generator = torch.Generator().manual_seed(0)
    answer = setting.answer[places]
    spread, moved, changed = [], [], []
    before = _of_answer(
        setting, torch.cat([setting.said.expert_logits, setting.said.logits[None]])[:, places], answer
    )
    for m in range(len(features)):
        drawn = [_answers(setting, features, m, draw, generator) for _ in range(DRAWS)]
        said = np.stack([_of_answer(setting, logits, answer) for logits in drawn])  # (K, E + 1, n)
        votes = np.stack([setting.distributions(logits[-1]).argmax(-1) for logits in drawn])  # (K, n, L)
        spread.append(said.std(0, ddof=1).mean(-1))
        moved.append(np.abs(said.mean(0) - before).mean(-1))
        changed.append((votes != votes[:1]).any((0, 2)).mean())
    std, effect = np.mean(spread, 0), np.mean(moved, 0)
    return {
        "experts": dict(zip(setting.experts, std[:-1].tolist(), strict=True)),
        "effect": dict(zip(setting.experts, effect[:-1].tolist(), strict=True)),
        "mixture": float(std[-1]),
        "mixture_effect": float(effect[-1]),
        "changed": float(np.mean(changed)),
    }


def _answers(
    setting: Setting, features: Sequence[Features], modality: int, draw: Draw, generator: torch.Generator
) -> Tensor:
    """Return the experts' and the mixture's logits with one modality replaced, (E + 1, n, C)."""
    composed = list(features)
    composed[modality] = draw(features[modality], modality, generator)
    rows = torch.arange(len(features[0].tokens))
    logits, _, experts = run_mixture(setting.model, composed, [rows] * len(features))
    return torch.cat([experts, logits[None]])


def _of_answer(setting: Setting, logits: Tensor, answer: np.ndarray) -> np.ndarray:
    """Return the probability of the mixture's answer, mean over its questions: (..., n, C) -> (..., n)."""
    given = setting.distributions(logits)  # (..., n, L, K)
    chosen = np.broadcast_to(answer[..., None], (*given.shape[:-1], 1))
    taken: np.ndarray = np.take_along_axis(given, chosen, -1)[..., 0].mean(-1)
    return taken


def _trained_with(setting: Setting) -> str:
    """Return what stood in for an input in this run's own training."""
    recipe = setting.run.config.training.recipe
    return setting.run.config.model.replacement if recipe == "paper" else "permutation"
