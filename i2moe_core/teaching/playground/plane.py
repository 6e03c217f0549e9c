"""The plane that the surfaces are drawn over: one axis an input.

An input of one number is its own axis. Of one with more numbers the axis is the direction in which the
training samples spread most (the first principal component), all else at the mean.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from i2moe_core.data.batching import TensorData
from i2moe_core.types import Batch

SIDE = 25  # grid places an axis
SHOWN = 120  # samples drawn as points
_ROOM = 0.06  # of the span, beyond the outermost samples


@dataclass(frozen=True)
class Plane:
    """first, second: (G,), the grid's places on each axis. batch: its G * G points, rows by the second input.

    points: (n, 2), where samples lie on the axes; labels: (n,), their classes by number.
    """

    first: np.ndarray
    second: np.ndarray
    batch: Batch
    points: np.ndarray
    labels: np.ndarray


def plane_of(data: TensorData) -> Plane:
    """Return the plane of two inputs' training samples."""
    names = [m.name for m in data.samples.modalities]
    rows = data.samples.rows("train")
    axes, inputs, places = [], [], []
    for name in names:
        x = data.inputs[name][rows].double().numpy()  # (N, D)
        middle, direction = _main_direction(x)
        along = (x - middle) @ direction
        low, high = along.min(), along.max()
        room = _ROOM * (high - low or 1.0)
        axis = np.linspace(low - room, high + room, SIDE)
        axes.append(axis)
        places.append(along[:SHOWN])
        inputs.append(middle + axis[:, None] * direction)  # (G, D)
    grid = {names[0]: np.tile(inputs[0], (SIDE, 1)), names[1]: np.repeat(inputs[1], SIDE, axis=0)}
    batch = Batch(
        ids=("",) * SIDE**2,
        inputs={name: torch.from_numpy(x.astype(np.float32)) for name, x in grid.items()},
        present=torch.ones(SIDE**2, 2, dtype=torch.bool),
    )
    return Plane(axes[0], axes[1], batch, np.stack(places, 1), data.targets[rows[:SHOWN]].numpy())


def _main_direction(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the origin and the unit vector of the axis, (D,) each; a single number is its own axis."""
    if x.shape[1] == 1:
        return np.zeros(1), np.ones(1)
    middle = x.mean(0)
    direction = np.linalg.svd(x - middle, full_matrices=False)[2][0]
    # The sign of a singular vector is arbitrary: let its largest part point up.
    return middle, direction * np.sign(direction[np.abs(direction).argmax()])
