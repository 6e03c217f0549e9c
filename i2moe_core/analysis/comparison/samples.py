"""The same samples in several runs: what each says, where two differ most, and which expert is why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from i2moe_core.analysis.comparison.said import RunSaid
from i2moe_core.explain.mismatch import label_name
from i2moe_core.explain.numbers import percent, signed
from i2moe_core.explain.palette import expert_label
from i2moe_core.language import marked, say

MOST = 50  # samples in the table of differences


def sample_table(said: Sequence[RunSaid], experts: Sequence[str]) -> pd.DataFrame:
    """Return a row a sample, with every run's columns side by side."""
    samples = said[0].data.samples
    columns: dict[str, Any] = {
        "id": list(samples.ids),
        "label": _labels(said[0]),
        "interaction": None if samples.truth is None else samples.truth.interactions.astype(object),
    }
    for one in said:
        columns |= {f"{one.label} {name}": values for name, values in _columns(one, experts).items()}
    return pd.DataFrame(columns)


def difference_table(said: Sequence[RunSaid], experts: Sequence[str], most: int = MOST) -> pd.DataFrame:
    """Return the samples on which two of the runs differ most, the greatest difference first.

    A sample counts once, with the pair that is farthest apart on it. Samples on which nobody differs are
    left out.
    """
    pairs = list(combinations(said, 2))
    answers = np.stack([_variation(a.outcomes, b.outcomes).mean(-1) for a, b in pairs])  # (pairs, N)
    shares = np.stack([_share_variation(a, b) for a, b in pairs])
    distance = answers + shares
    pair = distance.argmax(0)
    order = np.argsort(-distance.max(0), kind="stable")[:most]
    rows = []
    for n in order[distance.max(0)[order] > 0]:
        apart = {"answer_distance": answers[pair[n], n], "share_distance": shares[pair[n], n]}
        a, b = pairs[pair[n]]
        rows.append(_difference(a, b, n, experts) | apart)
    table = pd.DataFrame(rows, columns=_DIFFERENCE)
    return table.assign(distance=table.answer_distance + table.share_distance)


_DIFFERENCE = [
    "id", "label", "a", "b", "answer_a", "answer_b", "right_a", "right_b", "distance", "answer_distance",
    "share_distance", "turned", "expert", "before", "after", "why",
]  # fmt: skip


def difference_sentence(line: Mapping[str, Any]) -> str:
    """Say of a line of ``differences`` what both runs answer and which expert is why.

    A table of an earlier version has no ``turned``; for classes the answers in words tell it too.
    """
    known = {name: line[name] for name in ("a", "b", "answer_a", "answer_b")}
    same = line["answer_a"] == line["answer_b"]
    if not isinstance(line["expert"], str):
        return say(NO_EXPERTS, **known)
    known["expert"] = expert_label(line["expert"])
    before, after = line["before"], line["after"]
    if line.get("turned", not same):
        return say(TURNED, **known, before=signed(before), after=signed(after))
    return say(SAME if same else NEAR, **known, before=percent(before), after=percent(after))


NO_EXPERTS = marked(
    "{a} answers {answer_a}, {b} answers {answer_b}; a single fusion has no experts to say why."
)
TURNED = marked(
    "{a} answers {answer_a}, {b} answers {answer_b}: for the first against the second, {expert} adds "
    "{before} in {a} and {after} in {b}."
)
NEAR = marked(
    "{a} answers {answer_a}, {b} answers {answer_b}; {expert} holds {before} of the answer in {a} and "
    "{after} in {b}."
)
SAME = marked("Both answer {answer_a}; {expert} holds {before} of the answer in {a} and {after} in {b}.")


def _columns(one: RunSaid, experts: Sequence[str]) -> dict[str, Any]:
    regression = one.run.model.task == "regression"
    columns: dict[str, Any] = {
        "answer": one.answers,
        "right": None if regression else one.right,
        "probability": np.nan if regression else one.outcomes.max(-1).mean(-1),
    }
    if one.shares is None or one.weights is None:
        return columns | {"dominant": None}
    columns["dominant"] = np.array(experts, dtype=object)[one.shares.argmax(-1)]
    given = (one.said.weights.T.unsqueeze(-1) * one.said.expert_logits).numpy()  # (E, N, C)
    places = one.said.logits.argmax(-1).numpy()
    for k, name in enumerate(experts):
        columns[f"weight {name}"] = one.weights[:, k]
        columns[f"share {name}"] = one.shares[:, k]
        columns[f"contribution {name}"] = given[k, np.arange(len(places)), places]
    return columns


def _labels(one: RunSaid) -> list[str]:
    return [label_name(one.data.samples, row) for row in range(len(one.data.samples))]


def _variation(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    half: np.ndarray = np.abs(a - b).sum(-1) / 2
    return half


def _share_variation(a: RunSaid, b: RunSaid) -> np.ndarray:
    if a.shares is None or b.shares is None:
        return np.zeros(len(a.right))
    return _variation(a.shares, b.shares)


def _difference(a: RunSaid, b: RunSaid, n: int, experts: Sequence[str]) -> dict[str, Any]:
    regression = a.run.model.task == "regression"
    row: dict[str, Any] = {
        "id": a.data.samples.ids[n],
        "label": label_name(a.data.samples, n),
        "a": a.label,
        "b": b.label,
        "answer_a": a.answers[n],
        "answer_b": b.answers[n],
        "right_a": None if regression else bool(a.right[n]),
        "right_b": None if regression else bool(b.right[n]),
        "turned": not (a.votes[n] == b.votes[n]).all(),
    }
    row |= _cause(a, b, n, experts)
    return row | {"why": difference_sentence(row)}


def _cause(a: RunSaid, b: RunSaid, n: int, experts: Sequence[str]) -> dict[str, Any]:
    """Return the expert whose contribution changed most, and its contribution before and after, if any.

    Where the answers differ: to the first answer against the second (their sum over the experts is the margin
    between both). Where they are the same: its share of the answer.
    """
    if a.shares is None or b.shares is None:
        return {"expert": None, "before": np.nan, "after": np.nan}
    if (a.votes[n] == b.votes[n]).all():
        first, second = a.shares[n], b.shares[n]
    else:
        first, second = (_pulls(one, _direction(a, b, n), n) for one in (a, b))
    k = int(np.abs(first - second).argmax())
    return {"expert": experts[k], "before": float(first[k]), "after": float(second[k])}


def _direction(a: RunSaid, b: RunSaid, n: int) -> np.ndarray:
    """Return from the second answer to the first, (C,): one class against the other, or labels on and off."""
    count = a.said.logits.shape[-1]
    if a.run.model.task == "multiclass":
        one = np.eye(count)
        difference: np.ndarray = one[a.votes[n, 0]] - one[b.votes[n, 0]]
        return difference
    return (a.votes[n] - b.votes[n]).astype(float)


def _pulls(one: RunSaid, direction: np.ndarray, n: int) -> np.ndarray:
    """Return what each expert contributes along a direction of the logits, (E,)."""
    pulls: np.ndarray = one.said.weights[n].numpy() * (one.said.expert_logits[:, n].numpy() @ direction)
    return pulls
