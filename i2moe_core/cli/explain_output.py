"""What ``i2moe explain`` adds where a method is named: targets, lines on the screen, files."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from i2moe_core.cli.output import columns, number, write_file
from i2moe_core.errors import InputError

if TYPE_CHECKING:
    from i2moe_core.checkpoint import Run
    from i2moe_core.explain.attribution.badge import Badge
    from i2moe_core.explain.attribution.baselines import Baseline
    from i2moe_core.explain.attribution.result import Attribution, Attributions
    from i2moe_core.explain.interactions.result import PairInteractions
    from i2moe_core.types import PairExplanation

SECOND = ("feature_ablation", "occlusion")  # whose order a map is compared with: the first that is another


def first_targets(explanation: PairExplanation) -> tuple[str, ...]:
    """Return the keys of a report: the answer, its lead over the runner-up, every expert, every weight."""
    import numpy as np

    regression = explanation.task == "regression"
    place = 0 if regression else int(explanation.probabilities.argmax())
    keys = [f"answer/{place}", *(f"expert/{e.name}/{place}" for e in explanation.experts)]
    if explanation.task == "multiclass" and len(explanation.classes) > 1:
        keys.append(f"difference/{place}/{int(np.argsort(-explanation.probabilities, kind='stable')[1])}")
    return (*keys, *(f"gate/{e.name}" for e in explanation.experts))


def read_baseline(given: str | None) -> Baseline:
    """Return the baseline of ``image=blur,text=mean``.

    Raises:
        InputError: a pair has no "=", or there is no such kind of input or baseline.
    """
    from i2moe_core.explain.attribution.baselines import BASELINES, Baseline
    from i2moe_core.registry import lookup

    chosen: dict[str, str] = {}
    for pair in given.split(",") if given else ():
        kind, equals, name = (part.strip() for part in pair.partition("="))
        if not equals:
            raise InputError(f"--baseline needs KIND=NAME, such as image=blur,text=mean, but got '{pair}'.")
        lookup(lookup(BASELINES, kind, "kind of input"), name, f"{kind} baseline")
        chosen[kind] = name
    return Baseline(**chosen)


def attribution_lines(found: Attributions, badges: Mapping[str, Badge]) -> str:
    """Return one line a target: value, shares, the strongest words and patch, and what the map is worth."""
    names = list(dict.fromkeys(cell.modality for cell in found.cells))
    head = ("moved", "value", *names, "strongest words", "strongest patch", "map")
    rows = [head, *(_line(found, item, names, badges.get(item.target)) for item in found.items)]
    return "\n".join([f"by {found.method.replace('_', ' ')}", columns(rows)])


def badges_dict(badges: Mapping[str, Badge]) -> dict[str, Any]:
    """Return the tests of the maps as JSON values, by target."""
    return {
        key: {
            "verdict": badge.verdict,
            "sentences": list(badge.sentences),
            "unit": badge.unit,
            "completeness": badge.completeness,
            "agreement": badge.agreement,
            "other": badge.other,
            "comprehensiveness_gap": {n: part.comprehensiveness_gap for n, part in badge.parts.items()},
            "sufficiency_gap": {n: part.sufficiency_gap for n, part in badge.parts.items()},
        }
        for key, badge in badges.items()
    }


def paired(run: Run, values: dict[str, Any], found: Attributions) -> PairInteractions | None:
    """Return which parts work together for the answer and the synergy expert; None with a single input."""
    from tqdm import tqdm

    from i2moe_core.expert_set import read_name
    from i2moe_core.explain.attribution.baselines import Baseline
    from i2moe_core.explain.interactions import explain_interactions
    from i2moe_core.types import SYNERGY

    keys = [item.target for item in found.items]
    wanted = [
        key
        for key in keys
        for kind, _, rest in [key.partition("/")]
        if kind == "answer" or (kind == "expert" and read_name(rest.partition("/")[0]).role == SYNERGY)
    ]
    if len({cell.modality for cell in found.cells}) < 2 or not wanted:
        return None
    with tqdm(desc="pairs", leave=False, disable=None, delay=1) as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        return explain_interactions(
            run, values, wanted, baseline=Baseline(**found.baseline), sample_id=found.sample_id, progress=show
        )


def pairs_dict(found: PairInteractions | None) -> dict[str, Any] | None:
    """Return the ten strongest pairs of each target as JSON values."""
    if found is None:
        return None
    return {
        key: [
            {
                found.modalities[0]: pair.first.label,
                found.modalities[1]: pair.second.label,
                "index": pair.index,
                "half_width": pair.half_width,
                "redundancy": pair.redundancy,
                "redundancy_half_width": pair.redundancy_half,
            }
            for pair in found.ranked(key, 10)
        ]
        for key in found.targets
    }


def _line(
    found: Attributions, item: Attribution, names: Sequence[str], badge: Badge | None
) -> tuple[str, ...]:
    from i2moe_core.explain.attribution.tops import top_cells

    def shown(kind: str, count: int) -> str:
        tops = top_cells(found, item, kind, count)
        return ", ".join(f"{_one_line(t.cell.label)} {t.value:+.2f}" for t in tops) or "-"

    shares = (number(item.shares.get(name)) for name in names)
    worth = "not tested" if badge is None else badge.verdict
    return (_one_line(item.label), number(item.value), *shares, shown("text", 3), shown("image", 1), worth)


def _one_line(text: str) -> str:
    """Return text without what would move a terminal's cursor."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text)


def write_figures(folder: Path, files: dict[str, bytes]) -> None:
    """Write the figures into a folder, which is made where it is missing."""
    for name, content in files.items():
        write_file(folder / name, content)


def command_line(arguments: argparse.Namespace) -> str:
    """Return the command that was given, as a shell takes it."""
    parts: list[Any] = ["i2moe", "explain", arguments.run]
    for flag in ("image", "text", "example", "attribution"):
        value = getattr(arguments, flag)
        if value is not None:
            parts += [f"--{flag}", value]
    for key in arguments.target:
        parts += ["--target", key]
    for flag in ("baseline", "html"):
        value = getattr(arguments, flag)
        if value is not None:
            parts += [f"--{flag}", value]
    parts += [f"--no-{what}" for what in ("test", "pairs") if getattr(arguments, f"no_{what}")]
    return shlex.join(str(part) for part in parts)


def check_together(arguments: argparse.Namespace) -> None:
    """Refuse flags that say something about a method where none is named.

    Raises:
        InputError: there is one.
    """
    if arguments.attribution is not None:
        return
    given = [flag for flag in ("target", "baseline", "csv") if getattr(arguments, flag)]
    if given:
        raise InputError(f"--{given[0]} is about an attribution; name its method with --attribution METHOD.")


def explained_by(
    run: Run, values: dict[str, Any], explanation: PairExplanation, arguments: argparse.Namespace
) -> Attributions:
    """Attribute with the method, the targets and the baseline that were named, showing how far it is.

    Raises:
        InputError: a name is unknown, or the method cannot be used on this run.
    """
    from tqdm import tqdm

    from i2moe_core.explain.attribution.engine import attribute

    keys = tuple(arguments.target) or first_targets(explanation)
    with tqdm(total=len(keys), desc=arguments.attribution, leave=False, disable=None, delay=1) as bar:

        def show(done: int, total: int) -> None:
            bar.update(done - bar.n)

        return attribute(
            run, values, arguments.attribution, keys, read_baseline(arguments.baseline),
            explanation.sample_id, progress=show,
        )  # fmt: skip


def tested(run: Run, values: dict[str, Any], found: Attributions) -> dict[str, Badge]:
    """Return target key -> the test of its map; with a second method's maps where that can be used here."""
    from i2moe_core.explain.attribution.baselines import Baseline
    from i2moe_core.explain.attribution.choose import judge_maps
    from i2moe_core.explain.attribution.engine import attribute

    second = next(name for name in SECOND if name != found.method)
    keys = [item.target for item in found.items]
    other = attribute(run, values, second, keys, Baseline(**found.baseline), found.sample_id)
    return judge_maps(run, values, [found, other])[0]
