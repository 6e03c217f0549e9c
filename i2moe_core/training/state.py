"""Where an interrupted training left off: one file, written atomically after every epoch, never a pickle."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from i2moe_core.errors import InputError

FILE_NAME = "training.safetensors"


@dataclass
class Progress:
    """How far training is: the next epoch of a phase, and the best validation score so far in it."""

    phase: int = 0
    epoch: int = 0
    best_score: float = float("inf")
    best_epoch: int = -1


def save_state(
    folder: Path,
    progress: Progress,
    model: nn.Module,
    best: dict[str, Tensor],
    optimizer: torch.optim.Optimizer,
    methods: nn.Module,
) -> None:
    """Write weights, best weights, the methods' own weights and optimiser moments to ``folder``."""
    tensors = {f"model.{k}": v for k, v in model.state_dict().items()}
    tensors |= {f"best.{k}": v for k, v in best.items()}
    tensors |= {f"method.{k}": v for k, v in methods.state_dict().items()}
    for index, moments in optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer.{index}.{k}": torch.as_tensor(v) for k, v in moments.items()}
    target, temporary = folder / FILE_NAME, folder / (FILE_NAME + ".tmp")
    plain = {k: v.detach().cpu().contiguous().clone() for k, v in tensors.items()}
    save_file(plain, temporary, metadata={"progress": json.dumps(asdict(progress))})
    with temporary.open("rb") as handle:
        os.fsync(handle.fileno())
    os.replace(temporary, target)


def load_state(folder: Path) -> tuple[Progress, dict[str, Tensor]] | None:
    """Return progress and tensors by name, or None where no training was interrupted.

    Raises:
        InputError: the file is damaged.
    """
    path = folder / FILE_NAME
    if not path.is_file():
        return None
    try:
        with safe_open(path, "pt") as file:
            progress = Progress(**json.loads((file.metadata() or {})["progress"]))
            return progress, {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError, KeyError, TypeError, ValueError) as error:
        raise InputError(
            f"{path} is damaged ({error}); delete it and train from the start without --resume."
        ) from error


def restore_optimizer(optimizer: torch.optim.Optimizer, tensors: dict[str, Tensor]) -> None:
    """Put the saved moments back."""
    state: dict[int, dict[str, Tensor]] = {}
    for key, value in with_prefix(tensors, "optimizer.").items():
        index, name = key.split(".", 1)
        state.setdefault(int(index), {})[name] = value
    optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})


def with_prefix(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """Return the tensors whose names start with ``prefix``, without it."""
    return {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}
