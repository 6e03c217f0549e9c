"""The pairwise Shapley interaction index and the redundancy gap, by Monte Carlo over shared coalitions.

Works on any game of two sides; knows nothing of models. One coalition serves all pairs and all targets.

Index (Grabisch & Roubens, Int. J. Game Theory 28, 1999): the mean over coalitions S without i and j of

    d(S) = v(S + i + j) - v(S + i) - v(S + j) + v(S),

where the size of S is uniform on 0..n - 2 and S uniform given its size. Both follow from drawing q uniformly
on [0, 1] and letting every player in with probability q (Owen, Management Science 18, 1972): whoever of i and
j was drawn is taken out again, so that one draw is a fair draw for every pair. Positive: together they say
more than the sum of what they say apart; negative: less.

Redundancy gap: with a = v(S + i) - v(S) and b = v(S + j) - v(S), what each says alone, the mean over the same
coalitions of

    g(S) = sign(a) (a + b - [v(S + i + j) - v(S)]) = -sign(a) d(S)   where a b > 0, else 0:

how much less the two say together than apart, where both alone point to the same side; in the target's
units. Zero: they say different things. Its part of mean min(|a|, |b|) is the share: 1 where each says what
the other says (a copy, an OR), above 1 where they undo each other (an XOR), negative where they reinforce.
Unlike the negative index it does not count contexts in which either alone says nothing, so that a pair can be
synergistic in one context and redundant in another. (The name follows Kim et al., arXiv 2603.13326; the
formula is ours.)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

Game = Callable[[Tensor, Tensor], Tensor]  # (|A|,), (|B|,) bool -> (T, |A| + 1, |B| + 1), see PairTables
Progress = Callable[[int, int], None]  # coalitions done, coalitions in all; may raise to cancel
TINY = 1e-6  # differences below it are float32's rounding


@dataclass(frozen=True)
class Estimates:
    """Means over the coalitions and the half-widths of their 95% intervals, each (T, |A|, |B|)."""

    index: np.ndarray
    index_half: np.ndarray
    gap: np.ndarray
    gap_half: np.ndarray
    share: np.ndarray


def estimate_interactions(
    game: Game, sizes: tuple[int, int], coalitions: int, seed: int, progress: Progress | None = None
) -> Estimates:
    """Estimate the index and the gap of every pair of the two sides.

    The range of q is cut into coalitions / 2 equal strata with two draws each: the two draws' difference
    tells the error of a stratum's mean, and the strata keep the sizes even.

    Args:
        game: the values of a coalition and of its toggled players.
        sizes: |A| and |B|.
        coalitions: how many are drawn, even.
        seed: of the draws.
        progress: told after each coalition; what it raises ends the work.
    """
    generator = torch.Generator().manual_seed(seed)
    strata = max(1, coalitions // 2)
    mean, variance = torch.zeros(()), torch.zeros(())
    for stratum in range(strata):
        draws = []
        for draw in range(2):
            first, second = _coalition(generator, stratum / strata, 1 / strata, sizes)
            draws.append(_differences(game(first, second), first, second))
            if progress is not None:
                progress(2 * stratum + draw + 1, 2 * strata)
        mean = mean + (draws[0] + draws[1]) / (2 * strata)
        variance = variance + (draws[0] - draws[1]).square() / (2 * strata) ** 2
    half = student_quantile(strata) * variance.sqrt()
    index, gap, least = mean.numpy()
    share = np.divide(gap, least, out=np.full_like(gap, np.nan), where=least > TINY)
    return Estimates(index, half[0].numpy(), gap, half[1].numpy(), share)


def _coalition(
    generator: torch.Generator, low: float, width: float, sizes: tuple[int, int]
) -> tuple[Tensor, Tensor]:
    """Draw q in its stratum and let every player of both sides in with that probability."""
    noise = torch.rand(1 + sum(sizes), generator=generator, dtype=torch.float64)
    present = noise[1:] < low + width * noise[0]
    return present[: sizes[0]], present[sizes[0] :]


def _differences(values: Tensor, first: Tensor, second: Tensor) -> Tensor:
    """Return each pair's d(S), g(S) and min(|a|, |b|) where both point to one side: (3, T, |A|, |B|)."""
    (in_a, out_a), (in_b, out_b) = _rows(first), _rows(second)
    neither = values[:, out_a][:, :, out_b]
    alone_a = values[:, in_a][:, :, out_b] - neither
    alone_b = values[:, out_a][:, :, in_b] - neither
    joint = values[:, in_a][:, :, in_b] - neither - alone_a - alone_b
    least = torch.minimum(alone_a.abs(), alone_b.abs())
    alike = (alone_a.sign() == alone_b.sign()) & (least > TINY)
    return torch.stack([joint, -alone_a.sign() * joint * alike, least * alike])


def _rows(present: Tensor) -> tuple[Tensor, Tensor]:
    """Return for each player the row of the table in which it is in, and the one in which it is out."""
    toggled = torch.arange(1, len(present) + 1)
    zero = torch.zeros_like(toggled)
    return torch.where(present, zero, toggled), torch.where(present, toggled, zero)


def student_quantile(freedom: int) -> float:
    """Return Student's t at 97.5% (series in 1 / freedom, to 1% from 3 degrees on; wide below)."""
    z, n = 1.959964, float(freedom)
    if freedom < 3:
        return {1: 12.706, 2: 4.303}[freedom]
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / n + second / n**2 + third / n**3
