"""The model's formulas in LaTeX, filled in with one sample's numbers; what is shown adds up as shown.

Names come from data files: only their harmless characters reach a formula.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from i2moe_core.explain.numbers import rounded_to_sum

DIGITS = 3  # decimals of a sum
FEW = 4  # numbers of a vector that are written out
NAME = 16  # characters of a name in a formula
_ODD = re.compile(r"[^\w\s.,:()+'-]")


def name_in_formula(name: str, limit: int = NAME) -> str:
    """Return a name as upright text in a formula, cut to ``limit`` characters."""
    line = " ".join(_ODD.sub(" ", str(name)).split()) or "?"
    cut = line if len(line) <= limit else line[: limit - 1] + "…"
    return r"\text{" + cut.replace("_", r"\_") + "}"


def number(value: float, digits: int = 2) -> str:
    """Return a number with a fixed count of decimals, one that rounds to zero without sign."""
    text = f"{value:.{digits}f}"
    return text.removeprefix("-") if float(text) == 0 else text


def vector(values: Sequence[float] | np.ndarray, digits: int = 2, few: int = FEW) -> str:
    """Return a vector in brackets, its first ``few`` numbers written out."""
    shown = [number(float(value), digits) for value in values[:few]]
    return r"\left(" + ",\\; ".join(shown + ([r"\dots"] if len(values) > few else [])) + r"\right)"


def inputs_formula(inputs: Sequence[tuple[str, str]], answer: str) -> str:
    """Write down a sample: modality and what it is made of (LaTeX), and the name of the right answer."""
    rows = [rf"x_{{{name_in_formula(name)}}} &{what}" for name, what in inputs]
    return aligned([*rows, rf"y &= {name_in_formula(answer)}"])


def picture_space(shape: Sequence[int]) -> str:
    """Write down what a picture (H, W, 3) is made of."""
    return r"\in \{0, \dots, 255\}^{" + r" \times ".join(str(side) for side in shape) + "}"


def words_of(text: str, few: int = 4) -> str:
    """Write down a text as its first words."""
    parts = text.split()
    shown = [name_in_formula(word, 12) for word in parts[:few]]
    return r"= \left(" + ",\\; ".join(shown + ([r"\dots"] if len(parts) > few else [])) + r"\right)"


def encoders_formula(encoded: Sequence[tuple[str, np.ndarray]]) -> str:
    """Write down each modality's vector (D,)."""
    rows = []
    for modality, pooled in encoded:
        name = name_in_formula(modality)
        made = rf"h_{{{name}}} &= f_{{{name}}}(x_{{{name}}}) \in \mathbb{{R}}^{{{len(pooled)}}}"
        rows += [made, rf"&= {vector(pooled, few=3)}"]
    return aligned(rows)


def experts_formula(experts: Sequence[str], logits: np.ndarray) -> str:
    """Write down each expert's scores of some classes (E, C)."""
    rows = [
        rf"z_{{{name_in_formula(name)}}} &= {vector(own, few=len(own))}"
        for name, own in zip(experts, logits, strict=True)
    ]
    return aligned([r"z_e &= g_e(h)", *rows])


def weights_formula(experts: Sequence[str], weights: np.ndarray, digits: int = 3) -> str:
    """Write down the softmax that makes the weights (E,) out of the router's scores.

    A softmax knows scores only up to a common number, so the largest is written as 0 and its power as 1.
    """
    weights = np.asarray(weights, dtype=float)
    powers = weights / weights.max()
    shown, total = rounded_to_sum(powers, float(powers.sum()), digits)
    parts, _ = rounded_to_sum(weights, 1.0, digits)
    rows = [r"w_e &= \exp(s_e) \,/\, \textstyle\sum_k \exp(s_k)"]
    for name, power, part in zip(experts, shown, parts, strict=True):
        ratio = rf"{number(power, digits)} \,/\, {number(total, digits)}"
        rows.append(rf"w_{{{name_in_formula(name)}}} &= {ratio} \approx {number(part, digits)}")
    return aligned(rows)


def sum_formula(
    experts: Sequence[str], weights: np.ndarray, own: np.ndarray, parts: np.ndarray, total: float, label: str
) -> str:
    """Write down the answer's score: weights (E,) times own scores (E,), as parts (E,), and their sum."""
    shown, whole = rounded_to_sum(parts, total, DIGITS)
    rows = [rf"z_{{{name_in_formula(label)}}} &= \textstyle\sum_e w_e \, z_e"]
    for name, weight, score, part in zip(experts, weights, own, shown, strict=True):
        product = rf"{number(weight, DIGITS)} \cdot {_bracketed(score)} \approx {number(part, DIGITS)}"
        rows.append(rf"{name_in_formula(name)}\!:\;\; & {product}")
    terms = [_term(part, first=place == 0) for place, part in enumerate(shown)]
    written = r" \\ & ".join(" ".join(terms[place : place + 2]) for place in range(0, len(terms), 2))
    return aligned([*rows, rf"z_{{{name_in_formula(label)}}} &= {written}", rf"&= {number(whole, DIGITS)}"])


def probability_formula(label: str, logits: np.ndarray, place: int, task: str) -> str:
    """Write down how the scores (C,) become the probability of class number ``place``."""
    top = number(float(logits[place]))
    name = name_in_formula(label)
    if task == "multilabel":
        chance = 1 / (1 + np.exp(-float(logits[place])))
        return aligned([rf"p_{{{name}}} &= 1 \,/\, (1 + e^{{-({top})}})", rf"&\approx {percentage(chance)}"])
    powers = np.exp(logits - logits.max())
    chance = float(powers[place] / powers.sum())
    order = np.argsort(-logits, kind="stable")[:FEW]
    below = " + ".join(rf"e^{{{number(float(logits[c]))}}}" for c in order)
    more = r" + \cdots" if len(logits) > FEW else ""
    written = rf"p_{{{name}}} &= e^{{{top}}} \,/\, \left({below}{more}\right)"
    return aligned([written, rf"&\approx {percentage(chance)}"])


def percentage(share: float) -> str:
    """Return a share as a percentage in a formula, never rounded to a certainty."""
    shown = min(max(share, 0.0001), 0.9999)
    return rf"{100 * shown:.2f}\,\%"


def aligned(rows: Sequence[str]) -> str:
    """Put lines of a formula under each other; each has one ``&``."""
    return r"\begin{aligned}" + r" \\[4pt] ".join(rows) + r"\end{aligned}"


def _bracketed(value: float) -> str:
    text = number(value, DIGITS)
    return f"({text})" if text.startswith("-") else text


def _term(value: float, first: bool) -> str:
    text = number(value, DIGITS)
    if first:
        return text
    return f"- {text[1:]}" if text.startswith("-") else f"+ {text}"
