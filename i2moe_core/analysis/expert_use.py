"""Which experts of a mixture are used: weight, where they lead, and whether two of them say the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from i2moe_core.explain.numbers import listing, percent
from i2moe_core.explain.palette import expert_label
from i2moe_core.language import say
from i2moe_core.measures.disagreement import pairwise_jensen_shannon

LITTLE = 0.25  # of the even share 1 / E: a mean weight below it, hardly ever leading, is hardly any use
RARELY = 0.01  # share of the samples
SHOWN = 3  # pairs that are named
SAME = 0.02  # bits: two experts whose answers differ by less on average say the same


def expert_use(
    names: Sequence[str], weights: np.ndarray, shares: np.ndarray, distributions: np.ndarray
) -> dict[str, Any]:
    """Return how the E experts are used on N samples.

    weights: (N, E), the gate's; shares: (N, E), of the answer; distributions: (E, N, L, K), what each says.

    Keys: ``weight`` (mean) and ``dominant`` (share of the samples in which the expert has the largest share)
    by expert; ``effective``, exp of the entropy of the mean weights; ``experts``, E; ``hardly``, the experts
    hardly used; ``alike``: [a, b, bits] of each two experts, the mean Jensen-Shannon divergence of their
    answers, 0 to 1; ``same``: those of them that say the same.
    """
    mean = weights.mean(0)
    dominant = np.bincount(shares.argmax(-1), minlength=len(mean)) / len(shares)
    apart = pairwise_jensen_shannon(distributions).mean((2, 3))  # (E, E)
    pairs = list(combinations(range(len(names)), 2))
    little = (mean < LITTLE / len(mean)) & (dominant < RARELY)
    return {
        "weight": dict(zip(names, mean.tolist(), strict=True)),
        "dominant": dict(zip(names, dominant.tolist(), strict=True)),
        "effective": effective_number(mean),
        "experts": len(names),
        "hardly": [name for name, few in zip(names, little, strict=True) if few],
        "alike": [[names[a], names[b], float(apart[a, b])] for a, b in pairs],
        "same": [[names[a], names[b], float(apart[a, b])] for a, b in pairs if apart[a, b] < SAME],
    }


def effective_number(mean: np.ndarray) -> float:
    """Return exp of the entropy of mean weights (E,): E where all are alike, 1 where one has it all."""
    return float(np.exp(-(mean * np.log(np.where(mean > 0, mean, 1))).sum()))


def use_sentences(use: Mapping[str, Any]) -> list[str]:
    """Say who is hardly used, and which two say the same; nothing where all are used and all differ.

    Nor of what an older result lacks.
    """
    same = sorted(use.get("same", ()), key=lambda pair: pair[2])
    said = _hardly_used(use["weight"], use.get("hardly", ()))
    said += [
        say(
            "{first} and {second} say nearly the same ({bits} bits apart).",
            first=expert_label(first), second=expert_label(second), bits=f"{bits:.3f}",
        )
        for first, second, bits in same[:SHOWN]
    ]  # fmt: skip
    rest = len(same) - SHOWN
    if rest == 1:
        said.append(say("So does one more of the {count} pairs.", count=len(use["alike"])))
    if rest > 1:
        said.append(say("So do {rest} more of the {count} pairs.", rest=rest, count=len(use["alike"])))
    return said


def _hardly_used(weight: Mapping[str, float], names: Sequence[str]) -> list[str]:
    if not names:
        return []
    labels, most = listing([expert_label(name) for name in names]), percent(max(weight[n] for n in names))
    if len(names) == 1:
        return [say("{expert} is hardly used: {share} of the weight at most.", expert=labels, share=most)]
    return [say("{experts} are hardly used: {share} of the weight at most.", experts=labels, share=most)]
