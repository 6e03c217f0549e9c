"""A rating study: its items, frozen when it is made, so that every rater judges the same explanations."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from i2moe_core.checkpoint.files import read_json, write_json
from i2moe_core.config import from_dict
from i2moe_core.errors import InputError
from i2moe_core.teaching.prediction.draw import balanced_draw
from i2moe_core.teaching.rating.placebo import PLACEBO, assign_arms, derangement
from i2moe_core.types import PairExplanation

STUDY, RATINGS = "study.json", "ratings.jsonl"
FEWEST, MOST = 2, 200  # items
_NAME = re.compile(r"\w[\w -]{0,39}")


@dataclass(frozen=True)
class Item:
    """What raters see of one sample, and what only the results may tell.

    weights, parts: one number an expert, as they are shown; parts sum to ``total``, the answer's score.
    arm, kind: hidden from raters; kind is the interaction over which the arms are balanced, "" if unknown.
    """

    sample: str
    answer: str
    weights: list[float]
    parts: list[float]
    total: float
    arm: str
    kind: str = ""


@dataclass(frozen=True)
class Study:
    """A study as it was made. created: ISO 8601, UTC. run_id: holds the weights' hash."""

    name: str
    run: str
    run_id: str
    seed: int
    created: str
    experts: list[str]
    items: list[Item]


def build_study(
    name: str, run: tuple[str, str], samples: Sequence[str], kinds: Sequence[str | None], count: int,
    seed: int, explain: Callable[[int], PairExplanation],
) -> Study:  # fmt: skip
    """Draw the items of a study, balanced over interactions and arms, and freeze what raters see of them.

    Args:
        name: its name, a part of its link.
        run: the run's name and id.
        samples: the ids that can be drawn.
        kinds: their interactions, None for those that cannot be drawn.
        count: how many items.
        seed: decides the items and their arms.
        explain: gives the explanation of the sample at a place of ``samples``.

    Raises:
        InputError: the name or the number cannot be used, or the run cannot be explained.
    """
    check_name(name)
    rows = balanced_draw(kinds, count, seed)
    if not FEWEST <= count <= MOST or len(rows) < count:
        most = min(MOST, sum(kind is not None for kind in kinds))
        raise InputError(f"A study of this run has {FEWEST} to {most} items, but {count} were asked for.")
    random = np.random.default_rng([seed, 1])
    types = [str(kinds[row]) for row in rows]
    arms = assign_arms(types, random)
    found = [explain(int(row)) for row in rows]
    items = [
        _item(samples[row], explanation, arm, kind, random)
        for row, explanation, arm, kind in zip(rows, found, arms, types, strict=True)
    ]
    experts = [expert.name for expert in found[0].experts]
    made = datetime.now(UTC).isoformat(timespec="seconds")
    return Study(name, *run, seed, made, experts, items)


def check_name(name: str) -> None:
    """Check the name of a study, which is also the name of its folder.

    Raises:
        InputError: it is empty, too long, or has characters that a folder's name should not have.
    """
    if not _NAME.fullmatch(name) or name.endswith(" "):
        raise InputError(
            f"A study's name is 1 to 40 letters, digits, blanks, - or _, but '{name[:60]}' was given; "
            "choose another."
        )


def save_study(folder: Path, study: Study) -> None:
    """Write a study into ``folder``/its name.

    Raises:
        InputError: there is one of this name already, or the disk cannot be written.
    """
    own = folder / study.name
    if (own / STUDY).exists():
        raise InputError(f"There is a study '{study.name}' already; choose another name.")
    try:
        own.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{own} cannot be written ({error.strerror}); free space or rights.") from error
    write_json(own / STUDY, asdict(study))


def load_study(folder: Path, name: str) -> Study:
    """Read the study called ``name``.

    Raises:
        InputError: there is none, or its file is damaged.
    """
    check_name(name)
    path = folder / name / STUDY
    if not path.is_file():
        raise InputError(f"There is no study '{name}' here; check the link or make it anew.")
    return from_dict(Study, read_json(path))


def list_studies(folder: Path) -> list[str]:
    """Return the names of the studies in a folder, in order."""
    return sorted(path.parent.name for path in folder.glob(f"*/{STUDY}"))


def order_for(study: Study, rater: str) -> list[int]:
    """Return the numbers of the items in the order in which a rater sees them: another one for each rater."""
    digest = hashlib.sha256(f"{study.name}\n{study.seed}\n{rater}".encode()).digest()
    random = np.random.default_rng(int.from_bytes(digest[:8], "big"))
    return [int(number) for number in random.permutation(len(study.items))]


def _item(
    sample: str, explanation: PairExplanation, arm: str, kind: str, random: np.random.Generator
) -> Item:
    best = int(np.argmax(explanation.probabilities)) if explanation.task != "regression" else 0
    weights = explanation.weights
    parts = np.array([expert.contribution[best] for expert in explanation.experts])
    if arm == PLACEBO:
        order = derangement(len(parts), random)
        weights, parts = weights[order], parts[order]
    return Item(
        sample,
        explanation.prediction,
        weights.tolist(),
        parts.tolist(),
        float(explanation.logits[best]),
        arm,
        kind,
    )
