"""Several methods side by side on one sample: which map to show first, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from i2moe_core.checkpoint import Run
from i2moe_core.explain.attribution.badge import CHANCE, HOLDS, VERDICTS, Badge, build_badges
from i2moe_core.explain.attribution.badge_words import amount, score_name
from i2moe_core.explain.attribution.baselines import Baseline
from i2moe_core.explain.attribution.engine import (
    attribute_problem,
    build_method,
    describe_raw,
    read_targets,
)
from i2moe_core.explain.attribution.faithfulness import RANDOM
from i2moe_core.explain.attribution.method_names import method_label, method_name
from i2moe_core.explain.attribution.problem import build_problem
from i2moe_core.explain.attribution.result import Attributions
from i2moe_core.explain.numbers import joined
from i2moe_core.explain.turn import turn
from i2moe_core.language import say

QUICK = ("shapley_sampling", "integrated_gradients", "occlusion", "feature_ablation")  # most trusted first
CLOSE = 0.01  # gaps nearer than this are alike: the order of the methods decides

Progress = Callable[[int, int], None]  # methods done, methods in all


@dataclass(frozen=True)
class Comparison:
    """Several methods' maps of one sample with their badges, by target's key, in the same order."""

    maps: tuple[Attributions, ...]
    badges: tuple[Mapping[str, Badge], ...]


@dataclass(frozen=True)
class Choice:
    """Methods, the best first, and the badge of that one."""

    methods: tuple[str, ...]
    best: Badge

    @property
    def sentence(self) -> str:
        """Why the first one is best, in the visitor's language."""
        return _why(self.methods, self.best)


def compare_methods(
    run: Run,
    values: Mapping[str, Any],
    methods: Sequence[str] = QUICK,
    targets: Sequence[str] = (),
    baseline: Baseline | None = None,
    sample_id: str | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """Attribute one sample by several methods and judge all maps at once; arguments as in ``attribute``.

    Methods that cannot be used on this sample are left out.

    Raises:
        InputError: a name is unknown, or the sample cannot be read.
    """
    tools = {name: build_method(name, {}) for name in methods}
    with turn(run.model):
        problem = build_problem(run, values, sample_id, baseline)
        wanted = read_targets(run, problem, targets)
        chosen, maps = asdict(baseline or Baseline()), []
        for done, (name, tool) in enumerate(tools.items()):
            if progress is not None:
                progress(done, len(tools))
            if tool.refusal(problem) is None:
                raw = attribute_problem(problem, tool, wanted, progress=_still(progress, done, len(tools)))
                items = tuple(describe_raw(problem, tool, wanted, raw))
                maps.append(Attributions(run.id, problem.sample_id, name, chosen, problem.cells, items))
        badges = build_badges(problem, wanted, maps)
    if progress is not None:
        progress(len(tools), len(tools))
    return Comparison(tuple(maps), tuple(badges))


def _still(progress: Progress | None, done: int, total: int) -> Progress | None:
    """Return a progress that repeats how many methods are done: a method can be stopped while it works."""
    return None if progress is None else lambda *targets: progress(done, total)


def judge_maps(
    run: Run, values: Mapping[str, Any], maps: Sequence[Attributions], random: int = RANDOM
) -> list[dict[str, Badge]]:
    """Return the badges of maps that were computed before, per map by target's key.

    Args:
        run: the mixture.
        values: the sample that the maps are of.
        maps: of one sample, with the same targets and the same baseline.
        random: rankings of the control.

    Raises:
        ValueError: the maps differ in sample, baseline or targets.
    """
    first, keys = maps[0], [item.target for item in maps[0].items]
    if any(
        (m.sample_id, m.baseline, [i.target for i in m.items]) != (first.sample_id, first.baseline, keys)
        for m in maps
    ):
        raise ValueError("maps that are judged together need one sample, one baseline and the same targets")
    with turn(run.model):
        problem = build_problem(run, values, first.sample_id, Baseline(**first.baseline))
        return build_badges(problem, read_targets(run, problem, keys), maps, random)


def choose_method(badges: Mapping[str, Badge]) -> Choice:
    """Rank methods, name -> badge for one target, by verdict and then by the mean of both gaps.

    Gaps within CLOSE of the best are alike; then the method that comes first stays first.

    Raises:
        ValueError: there is no badge.
    """
    if not badges:
        raise ValueError("choosing needs the badge of one method or more")
    places = list(badges)

    def quality(name: str) -> tuple[int, float, int]:
        badge = badges[name]
        return VERDICTS.index(badge.verdict), -round(badge.gap / CLOSE), places.index(name)

    ranked = tuple(sorted(places, key=quality))
    return Choice(ranked, badges[ranked[0]])


def _why(ranked: Sequence[str], best: Badge) -> str:
    label = method_label(ranked[0])
    if best.verdict == CHANCE:
        return say(
            "No map names parts that matter more than random ones; {method} comes first by habit.",
            method=method_name(ranked[0]),
        )
    told = {"score": score_name(best.unit), "size": amount(best.gap, best.unit)}
    first = (
        say("{Method} comes first: the parts it names move the {score} by {size} more than random parts do.",
            Method=label, **told)
        if best.verdict == HOLDS
        else say("{Method} comes first (still {verdict}): the parts it names move the {score} by {size} more "
                 "than random parts do.", Method=label, verdict=say(best.verdict), **told)
    )  # fmt: skip
    following = [say("{Method} comes next.", Method=method_label(name)) for name in ranked[1:2]]
    return joined([first, *following])
