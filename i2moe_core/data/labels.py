"""Labels as they came -> targets and class names, and the checks that there is something to learn."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from i2moe_core.data.faults import raise_faults, shorten
from i2moe_core.errors import InputError
from i2moe_core.types import SPLITS, Task

_SPLIT_NAMES = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("validation", "valid", "val", "dev"), "validation"),
    **dict.fromkeys(("test", "testing"), "test"),
}
_SHOWN = 5


@dataclass(frozen=True)
class Labels:
    """task, class names and targets as in ``Samples``; strata: what a split should keep in proportion."""

    task: Task
    classes: tuple[str, ...]
    targets: np.ndarray
    strata: Sequence[str] | None


def class_labels(values: Sequence[str]) -> Labels:
    """Return one class per sample, (N,) int64; classes in numeric order where all are numbers."""
    classes = _ordered(set(values))
    place = {name: number for number, name in enumerate(classes)}
    return Labels("multiclass", classes, np.array([place[value] for value in values], dtype=np.int64), values)


def set_labels(values: Sequence[Sequence[str]]) -> Labels:
    """Return any number of labels per sample, (N, C) float32 of 0 and 1."""
    classes = _ordered({name for names in values for name in names})
    place = {name: number for number, name in enumerate(classes)}
    targets = np.zeros((len(values), len(classes)), dtype=np.float32)
    for row, names in enumerate(values):
        targets[row, [place[name] for name in names]] = 1
    return Labels("multilabel", classes, targets, rarest(targets, classes))


def number_labels(values: Sequence[Any], name: str) -> Labels:
    """Return one number per sample, (N,) float32."""
    return Labels("regression", (name,), np.array(values, dtype=np.float32), None)


def parse_number(value: str) -> float:
    """Return a finite number, or nan."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return math.nan
    return number if math.isfinite(number) else math.nan


def rarest(targets: np.ndarray, classes: Sequence[str]) -> list[str]:
    """Return per sample its rarest label: the one whose proportion is the hardest to keep in a split."""
    counts = np.where(targets > 0, targets.sum(0), np.inf)
    return [classes[row.argmin()] if np.isfinite(row).any() else "" for row in counts]


def parse_splits(values: Sequence[Any], places: Sequence[str], where: str) -> np.ndarray:
    """Return the SPLITS that the values name, (N,) str.

    Raises:
        InputError: a value names no split.
    """
    faults = [
        f"{place} has the split {shorten(value)}, expected one of {', '.join(SPLITS)}"
        for value, place in zip(values, places, strict=True)
        if str(value).strip().lower() not in _SPLIT_NAMES
    ]
    raise_faults(faults, where)
    return np.array([_SPLIT_NAMES[str(value).strip().lower()] for value in values], dtype="<U10")


def check_trainable(labels: Labels, splits: np.ndarray, where: str) -> None:
    """Refuse labels and splits that nothing can be learned from or tested on.

    Raises:
        InputError: a split is empty, there is nothing to tell apart, or a class is never seen in training.
    """
    for split in SPLITS:
        if not (splits == split).any():
            raise InputError(
                f"{where} has no samples in the split '{split}' (of {len(splits)}); add some, "
                "or leave the split out and let them be drawn."
            )
    training = labels.targets[splits == "train"]
    if labels.task == "regression":
        if np.ptp(training) == 0:
            raise InputError(f"{where}: all training labels are {training[0]:g}; there is nothing to learn.")
        return
    one_hot = labels.targets if labels.task == "multilabel" else np.eye(len(labels.classes))[labels.targets]
    seen = one_hot[splits == "train"].any(0)
    if len(labels.classes) < 2:
        only = ", ".join(labels.classes) or "none"
        raise InputError(f"{where} has one class only ({only}); give samples of at least two.")
    unseen = [shorten(name) for name, known in zip(labels.classes, seen, strict=True) if not known]
    if unseen:
        more = f" and {len(unseen) - _SHOWN} more" if len(unseen) > _SHOWN else ""
        raise InputError(
            f"{where}: no training sample has the label {', '.join(unseen[:_SHOWN])}{more}, but "
            "another split does; add training samples or remove the label."
        )


def _ordered(names: set[str]) -> tuple[str, ...]:
    numeric = all(not math.isnan(parse_number(name)) for name in names)
    return tuple(sorted(names, key=lambda name: (float(name), name) if numeric else (0.0, name)))
