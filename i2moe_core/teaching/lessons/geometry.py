"""Lesson 2: the interaction losses as pictures: three points in a plane, two arrows on a circle.

The numbers are those of the training's own losses; the gradients are written out here and held against
autograd by the tests.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import normalize

from i2moe_core.losses import interaction

_OFFSET = 1e-7  # inside the distances of ``uniqueness_loss``
CLASSES = 4  # the circle lies in a plane of so many outputs
MSE = "one_minus_mse"
AngleLoss = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Triplet:
    """The triplet loss of three answers in the plane, and where each would go: minus the gradient, (2,).

    near, far: the distances from the anchor to the positive and to the negative.
    """

    loss: float
    near: float
    far: float
    anchor: np.ndarray
    positive: np.ndarray
    negative: np.ndarray

    @property
    def moves(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The steps of anchor, positive and negative."""
        return self.anchor, self.positive, self.negative


def triplet(anchor: np.ndarray, positive: np.ndarray, negative: np.ndarray, margin: float) -> Triplet:
    """Return the loss of the uniqueness expert of two modalities, its points (2,) being its answers.

    L = max(0, |a - p| - |a - n| + margin);   -dL/da = (a - n)/|a - n| - (a - p)/|a - p|,
    -dL/dp = (a - p)/|a - p|,   -dL/dn = -(a - n)/|a - n|,   all 0 where L is 0
    """
    points = [torch.as_tensor(point, dtype=torch.float64) for point in (anchor, negative, positive)]
    passes = torch.stack(points).unsqueeze(1)  # (P, 1, 2); pass 1 has the own modality replaced
    loss = float(interaction.uniqueness_loss(passes, 0, margin))
    to_positive, near = _unit(np.asarray(anchor, dtype=float) - positive)
    to_negative, far = _unit(np.asarray(anchor, dtype=float) - negative)
    pull = float(loss > 0)
    return Triplet(
        loss, near, far, pull * (to_negative - to_positive), pull * to_positive, -pull * to_negative
    )


def _unit(difference: np.ndarray) -> tuple[np.ndarray, float]:
    shifted = difference + _OFFSET
    length = float(np.linalg.norm(shifted))
    return shifted / length, length


def similarity_by_mse(passes: Tensor) -> Tensor:
    """Return 1 - the mean squared difference of the unit-length outputs, full pass against each other one.

    passes: (P, B, C). For unit vectors it is 1 - (2 / C) (1 - cosine): the cosine's pull, weaker by C / 2.
    """
    first, others = normalize(passes[:1], dim=-1), normalize(passes[1:], dim=-1)
    return 1 - ((first - others) ** 2).mean()


def angle_losses() -> Mapping[str, AngleLoss]:
    """Return the losses that compare the full pass with the others: name -> function of passes (P, B, C).

    All that the training's losses hold for the synergy and the redundancy expert, by their names there; and,
    where none of them goes by squared differences, that alternative.
    """
    found = {name: loss for name, loss in vars(interaction).items() if _is_angle_loss(name, loss)}
    if not any("mse" in name for name in found):
        found[f"synergy_{MSE}"] = similarity_by_mse
        found[f"redundancy_{MSE}"] = lambda passes: 1 - similarity_by_mse(passes)
    return found


def _is_angle_loss(name: str, loss: object) -> bool:
    if not inspect.isfunction(loss) or not name.startswith(("synergy_", "redundancy_")):
        return False
    first, *rest = inspect.signature(loss).parameters.values()
    return first.name == "passes" and all(p.default is not inspect.Parameter.empty for p in rest)


@dataclass(frozen=True)
class Angle:
    """A loss at one angle (degrees) and its slope, per radian."""

    loss: float
    slope: float


def at_angle(loss: AngleLoss, degrees: float) -> Angle:
    """Return a loss where each other pass lies ``degrees`` away from the full pass."""
    angle = torch.tensor(np.radians(degrees), dtype=torch.float64, requires_grad=True)
    value = loss(_passes(angle))
    (slope,) = torch.autograd.grad(value, angle)
    return Angle(float(value.detach()), float(slope))


def angle_curve(loss: AngleLoss, degrees: np.ndarray) -> np.ndarray:
    """Return a loss at each angle, (N,)."""
    with torch.no_grad():
        angles = torch.from_numpy(np.radians(np.asarray(degrees, dtype=np.float64)))
        return np.array([float(loss(_passes(angle))) for angle in angles])


def _passes(angle: Tensor) -> Tensor:
    rest = torch.zeros(CLASSES - 2, dtype=torch.float64)
    other = torch.cat([angle.cos()[None], angle.sin()[None], rest])
    full = torch.zeros(CLASSES, dtype=torch.float64)
    full[0] = 1
    return torch.stack([full, other, other]).unsqueeze(1)  # (P, 1, C)
