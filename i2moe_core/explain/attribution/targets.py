"""What is explained: the answer, an expert, its contribution, a weight of the gate, A rather than B, dissent.

A target is a pair of functions of the mixture's output. ``value`` is what is attributed (a logit, a weight);
``score`` is the same wish as a number that a faithfulness test can watch, a probability where there is one.
Logits of several classes are centred over the classes: a shift of all classes alike changes no answer, so it
is not to be explained. Centring is linear, so the contributions still sum to the answer's.

What experts said and how much they were heard are two questions. ``answer``, ``contribution`` and
``difference`` hold the gate's weights as they are for the sample itself and tell what moved the experts;
``gate`` tells what moved a weight. Mixed together (``logit``, ``probability``) the shift of the weights
drowns what the experts say: without one of two redundant inputs no expert falls silent, but the answer is
handed to one with smaller logits (docs/experiments.md has the figures).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from i2moe_core.errors import InputError
from i2moe_core.losses.task import probabilities
from i2moe_core.measures.outcomes import outcomes
from i2moe_core.model.i2moe import I2MoE
from i2moe_core.types import MoEOutput, Task

Closure = Callable[[MoEOutput], Tensor]
FORMS = (
    "answer/CLASS",
    "logit/CLASS",
    "probability/CLASS",
    "expert/NAME/CLASS",
    "contribution/NAME/CLASS",
    "gate/NAME",
    "difference/CLASS/CLASS",
    "disagreement",
)


@dataclass(frozen=True)
class Target:
    """A wish by its key (one of FORMS, classes by number) and what it means for B outputs.

    label: in words. expert: whom it is about, None for the mixture as a whole.
    value, score: output -> (B,). unit: of the score, such as probability, weight or logit.
    """

    key: str
    label: str
    expert: str | None
    value: Closure
    score: Closure
    unit: str


@dataclass(frozen=True)
class Asked:
    """Whom targets are about: task, experts' and classes' names, prior, scale of a regression.

    weights: the gate's for the sample as it is, (E,), held by some targets; None: each version's own.
    """

    task: Task
    experts: tuple[str, ...]
    classes: tuple[str, ...]
    prior: Tensor
    scale: float
    weights: Tensor | None = None

    @staticmethod
    def of(model: I2MoE, classes: Sequence[str], scale: float, weights: Tensor | None = None) -> Asked:
        """Return what a mixture can be asked about a sample that it weighs so."""
        return Asked(model.task, model.expert_names, tuple(classes), model.prior, scale, weights)

    def held(self, out: MoEOutput) -> Tensor:
        """Return each expert's weight times its logits, the sample's own weights held, (E, B, C)."""
        weights = out.weights if self.weights is None else self.weights.expand_as(out.weights)
        return weights.T.unsqueeze(-1) * out.expert_logits[:, 0]


def parse_target(key: str, asked: Asked) -> Target:
    """Return the target of a key.

    Raises:
        InputError: the key has no known form, or names an expert or a class that there is not.
    """
    kind, _, rest = key.partition("/")
    if kind == "disagreement" and not rest:
        return _disagreement(asked)
    if kind == "gate":
        return _gate(asked, _expert(rest, asked))
    if kind == "answer":
        return _answer(asked, _class(rest, asked))
    if kind == "logit":
        return _logit(asked, _class(rest, asked))
    if kind == "probability":
        return _probability(asked, _class(rest, asked))
    name, _, last = rest.rpartition("/")
    if kind == "difference":
        return _difference(asked, _class(name, asked), _class(last, asked))
    if kind in ("expert", "contribution"):
        build = _expert_logit if kind == "expert" else _contribution
        return build(asked, _expert(name, asked), _class(last, asked))
    raise InputError(f"Unknown target '{key}'. Known forms: {', '.join(FORMS)}.")


def subject_of(key: str) -> str:
    """Return whom a target is about, as a link calls it: an expert's name, else the key itself."""
    kind, _, rest = key.partition("/")
    if kind == "gate":
        return rest
    return rest.rpartition("/")[0] if kind in ("expert", "contribution") else key


def default_targets(asked: Asked, place: int) -> tuple[str, ...]:
    """Return the keys of a first look: the answer and every expert, for the class of number ``place``."""
    return (f"answer/{place}", *(f"expert/{name}/{place}" for name in asked.experts))


def centred(task: Task, logits: Tensor) -> Tensor:
    """Return logits (..., C) less their mean over the classes; labels and numbers stay as they are."""
    return logits - logits.mean(-1, keepdim=True) if task == "multiclass" else logits


def _answer(asked: Asked, c: int) -> Target:
    return Target(
        f"answer/{c}", f"the answer {_named(asked, c)}", None,
        lambda out: centred(asked.task, asked.held(out).sum(0))[:, c],
        lambda out: _score(asked, out.logits)[:, c], _unit(asked),
    )  # fmt: skip


def _logit(asked: Asked, c: int) -> Target:
    return Target(
        f"logit/{c}", f"the logit of {_named(asked, c)}, weights moving along", None,
        lambda out: centred(asked.task, out.logits)[:, c],
        lambda out: _score(asked, out.logits)[:, c], _unit(asked),
    )  # fmt: skip


def _probability(asked: Asked, c: int) -> Target:
    if asked.task == "regression":
        raise InputError("A regression has no probability to explain; ask for 'answer/0'.")

    def value(out: MoEOutput) -> Tensor:
        return probabilities(asked.task, out.logits)[:, c]

    label = f"the probability of {_named(asked, c)}"
    return Target(f"probability/{c}", label, None, value, value, "probability")


def _expert_logit(asked: Asked, k: int, c: int) -> Target:
    name = asked.experts[k]
    return Target(
        f"expert/{name}/{c}", f"{name} for {_named(asked, c)}", name,
        lambda out: centred(asked.task, out.expert_logits[k, 0])[:, c],
        lambda out: _score(asked, out.expert_logits[k, 0])[:, c], _unit(asked),
    )  # fmt: skip


def _contribution(asked: Asked, k: int, c: int) -> Target:
    name = asked.experts[k]

    def value(out: MoEOutput) -> Tensor:
        return centred(asked.task, asked.held(out)[k])[:, c]

    label = f"the contribution of {name} to {_named(asked, c)}"
    return Target(f"contribution/{name}/{c}", label, name, value, value, "logit")


def _gate(asked: Asked, k: int) -> Target:
    name = asked.experts[k]

    def value(out: MoEOutput) -> Tensor:
        return out.weights[:, k]

    return Target(f"gate/{name}", f"the weight of {name}", name, value, value, "weight")


def _difference(asked: Asked, a: int, b: int) -> Target:
    if a == b:
        raise InputError("A difference needs two classes; name another one.")

    label = f"{_named(asked, a)} rather than {_named(asked, b)}"
    return Target(
        f"difference/{a}/{b}", label, None,
        lambda out: (asked.held(out)[..., a] - asked.held(out)[..., b]).sum(0),
        lambda out: (out.logits[:, a] - out.logits[:, b]).sigmoid(), "probability",
    )  # fmt: skip


def _disagreement(asked: Asked) -> Target:
    def value(out: MoEOutput) -> Tensor:
        said = outcomes(asked.task, out.expert_logits[:, 0], asked.prior, asked.scale)  # (E, B, L, K)
        spread = _entropy(said.mean(0)) - _entropy(said).mean(0)  # (B, L)
        return spread.mean(-1) / torch.log(torch.tensor(float(len(said))))

    return Target("disagreement", "the experts' disagreement", None, value, value, "divergence")


def _entropy(p: Tensor) -> Tensor:
    return -torch.special.xlogy(p, p.clamp(min=1e-12)).sum(-1)


def _score(asked: Asked, logits: Tensor) -> Tensor:
    if asked.task == "regression":
        return (logits - asked.prior) / asked.scale
    return probabilities(asked.task, logits)


def _unit(asked: Asked) -> str:
    return "standard deviations" if asked.task == "regression" else "probability"


def _named(asked: Asked, c: int) -> str:
    return asked.classes[c]


def _class(text: str, asked: Asked) -> int:
    number = int(text) if text.isascii() and text.isdigit() else -1
    if not 0 <= number < len(asked.classes):
        raise InputError(f"There is no class number '{text}'; give one from 0 to {len(asked.classes) - 1}.")
    return number


def _expert(name: str, asked: Asked) -> int:
    if name not in asked.experts:
        raise InputError(f"There is no expert '{name}'; the run has {', '.join(asked.experts)}.")
    return asked.experts.index(name)
