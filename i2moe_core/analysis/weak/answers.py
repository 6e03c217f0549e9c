"""Weak points 3 and 5: what becomes of an answer when experts disagree, and is every expert needed?"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from i2moe_core.analysis.expert_use import SAME, expert_use
from i2moe_core.analysis.weak.says import point_says
from i2moe_core.analysis.weak.setting import Point, Setting
from i2moe_core.measures.classification import HEADLINE, headline
from i2moe_core.measures.disagreement import quadrants, unanimous
from i2moe_core.measures.intervals import mean_interval, wilson_interval
from i2moe_core.measures.selective import score_sign


def disagreement_point(setting: Setting) -> Point:
    """Count how often experts disagree, and how often the mixture is right then."""
    right = (setting.answer == setting.targets).all(-1)
    agree = np.asarray(unanimous(setting.votes).all(-1))
    found, sign = quadrants(agree, right), score_sign(agree.astype(float), right)
    trials = {"agree": agree, "disagree": ~agree}
    intervals = {name: wilson_interval(right[rows].sum(), rows.sum()) for name, rows in trials.items()}
    share = float(1 - agree.mean())
    numbers = {
        "share": share,
        "accuracy_agree": found.accuracy_agree,
        "accuracy_agree_interval": intervals["agree"],
        "accuracy_disagree": found.accuracy_disagree,
        "accuracy_disagree_interval": intervals["disagree"],
        "quadrants": vars(found),
        "sign": {"value": sign.value, "low": sign.low, "high": sign.high, "verdict": sign.verdict},
    }
    return Point(
        title="What happens when experts disagree?",
        number=share,
        numbers=numbers,
        says=point_says("disagreement", numbers),
        means="Experts that are each responsible for a part of the evidence may disagree and the mixture be "
        "right all the same. The sign is the chance that a right answer has more agreement than a wrong one; "
        "0.5 says nothing, below it agreement is a bad sign.",
        source=f"The largest outcome of every expert on {len(right)} samples of the {setting.split} split, "
        "undecided experts included; intervals are Wilson's, of the sign a bootstrap's.",
    )


def experts_point(setting: Setting) -> Point:
    """Measure how much each expert is used, and what is lost when it is left out."""
    weights = setting.said.weights.numpy()
    said = setting.distributions(setting.said.expert_logits)
    use = expert_use(setting.experts, weights, setting.shares, said)
    without = {name: _left_out(setting, k) for k, name in enumerate(setting.experts)}
    numbers = use | {
        "measure": HEADLINE[setting.model.task],
        "accuracy": headline(setting.model.task, setting.said.logits, setting.said.targets),
        "without": without,
    }
    return Point(
        title="Are all experts of the fixed set needed?",
        number=use["effective"],
        numbers=numbers,
        says=point_says("experts", numbers),
        means="The set of experts is fixed before anything is known of the data. The effective number is "
        "exp(entropy) of the mean weights: all of them where all are used alike, 1 where one does it all. An "
        "expert without which nothing is lost is not needed on this data; what is redundant, the others tell "
        "too. Two experts that say the same are one expert twice; two that both say nothing do so as well.",
        source=f"{len(weights)} samples of the {setting.split} split; an expert is left out by sharing its "
        "weight among the others, without training again; intervals are paired bootstraps. Answers are alike "
        f"below {SAME} bits of mean Jensen-Shannon divergence.",
    )


def _left_out(setting: Setting, expert: int) -> dict[str, Any]:
    """Return what is right without an expert, and how much less that is than with it."""
    said, task = setting.said, setting.model.task
    logits = mixed_without(said.weights, said.expert_logits, expert)
    result: dict[str, Any] = {"accuracy": headline(task, logits, said.targets)}
    result |= {"drop": headline(task, said.logits, said.targets) - result["accuracy"]}
    if task == "regression":
        return result | {"drop_low": None, "drop_high": None}
    before, after = (
        (answer == setting.targets).mean(-1)
        for answer in (setting.answer, setting.distributions(logits).argmax(-1))
    )
    low, high = mean_interval(before - after)
    return result | {"drop_low": float(low), "drop_high": float(high)}


def mixed_without(weights: Tensor, expert_logits: Tensor, expert: int) -> Tensor:
    """Return the mixture's logits (N, C) with one expert's weight shared among the others.

    Where it has all the weight the others count alike.
    """
    rest = torch.cat([weights[:, :expert], weights[:, expert + 1 :]], 1)
    rest = (rest + 1e-12) / (rest + 1e-12).sum(1, keepdim=True)
    return torch.einsum("ne,enc->nc", rest, torch.cat([expert_logits[:expert], expert_logits[expert + 1 :]]))
