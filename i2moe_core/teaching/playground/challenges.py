"""Three challenges that check themselves against the live training; each condition is reported by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from i2moe_core.teaching.playground.look import Look
from i2moe_core.teaching.playground.settings import Settings
from i2moe_core.teaching.playground.truth import TYPES
from i2moe_core.types import SYNERGY

TRAINED = 100  # steps before a challenge can be reached
AHEAD = 0.1  # of the mean weight, that the winner is ahead of the next
CLOSE, BROKEN = 0.05, 0.07  # below the best accuracy: still right, no longer right
LIES = 0.4  # the largest weight names the true type no more often than this; chance is .25
MOVED = 1.0  # the published margin
FEWEST = 0.1  # share of each type, so that there is something to name


@dataclass(frozen=True)
class Condition:
    """One thing that a challenge asks for: what, whether it holds, how much there is and is needed."""

    what: str
    holds: bool
    value: float
    needed: float


@dataclass(frozen=True)
class Verdict:
    """A challenge's conditions; it is reached when all hold."""

    conditions: tuple[Condition, ...]

    @property
    def reached(self) -> bool:
        """Whether all conditions hold."""
        return all(condition.holds for condition in self.conditions)


def check(challenge: str, settings: Settings, look: Look) -> Verdict:
    """Check one of ``CHALLENGES``; where there are no experts, no condition on them holds."""
    trained = Condition("trained", look.step >= TRAINED, look.step, TRAINED)
    return Verdict((trained, *CHALLENGES[challenge](settings, look)))


def _synergy_wins(settings: Settings, look: Look) -> tuple[Condition, ...]:
    """The synergy expert has the largest mean weight, clearly, and the mixture is right."""
    weights = dict(enumerate(look.mean_weights.tolist()))
    own = weights.pop(TYPES.index(SYNERGY), 0.0)
    ahead = own - max(weights.values(), default=1.0)
    return (Condition("ahead", ahead >= AHEAD, ahead, AHEAD), _right(settings, look, CLOSE))


def _margin_breaks(settings: Settings, look: Look) -> tuple[Condition, ...]:
    """Another margin than the published one, and the mixture is no longer right."""
    moved = settings.recipe == "paper" and settings.margin != MOVED
    limit = settings.best - BROKEN
    return (
        Condition("margin", moved, settings.margin, MOVED),
        Condition("wrong", look.accuracy < limit, look.accuracy, limit),
    )


def _gate_lies(settings: Settings, look: Look) -> tuple[Condition, ...]:
    """The answers are right, the types could be known, and the largest weight does not name them."""
    fewest = min(settings.shares) if settings.shown else 0.0
    named = 1.0 if look.gate is None else look.gate
    return (
        Condition("fair", fewest >= FEWEST, fewest, FEWEST),
        _right(settings, look, CLOSE),
        Condition("lies", named <= LIES, named, LIES),
    )


def _right(settings: Settings, look: Look, close: float) -> Condition:
    limit = settings.best - close
    return Condition("right", look.accuracy >= limit, look.accuracy, limit)


CHALLENGES: Mapping[str, Callable[[Settings, Look], tuple[Condition, ...]]] = {
    "synergy": _synergy_wins,
    "margin": _margin_breaks,
    "lie": _gate_lies,
}
