"""Weights to and from safetensors; what does not fit the model, or is not finite, is refused by name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save
from torch import Tensor, nn

from i2moe_core.checkpoint.files import reason
from i2moe_core.errors import InputError


def weights_bytes(model: nn.Module) -> bytes:
    """Return the content of model.safetensors.

    Raises:
        InputError: a weight is not finite.
    """
    tensors = {key: x.detach().cpu().contiguous().clone() for key, x in model.state_dict().items()}
    check_finite(tensors, "The model")
    return save(tensors)


def load_weights(model: nn.Module, path: Path) -> None:
    """Put the weights of a file into ``model``.

    Raises:
        InputError: the file is damaged, or holds other weights than the model has or such as are not finite.
    """
    try:
        tensors = load_file(path)
    except (SafetensorError, OSError, ValueError, KeyError) as error:
        raise InputError(
            f"{path} is not a readable safetensors file ({reason(error)}); copy the file again."
        ) from error
    _check_fit(tensors, model.state_dict(), path)
    check_finite(tensors, str(path))
    # Keys were compared above; a frozen pretrained encoder keeps its backbone out of the file.
    model.load_state_dict(tensors, strict=False)


def check_finite(tensors: Mapping[str, Tensor], where: str) -> None:
    """Refuse NaN and infinite weights."""
    for key, x in tensors.items():
        if x.is_floating_point() and not bool(torch.isfinite(x).all()):
            raise InputError(f"{where} holds weights that are not finite, in '{key}'; train it again.")


def _check_fit(found: Mapping[str, Tensor], expected: Mapping[str, Tensor], path: Path) -> None:
    lacking, foreign = sorted(set(expected) - set(found)), sorted(set(found) - set(expected))
    if lacking or foreign:
        what = f"it lacks '{lacking[0]}'" if lacking else f"it holds '{foreign[0]}', which the model has not"
        raise InputError(f"{path} does not belong to this config.json: {what}; copy both from the same run.")
    for key, x in expected.items():
        if found[key].shape != x.shape or found[key].dtype != x.dtype:
            raise InputError(
                f"{path} does not belong to this config.json: '{key}' is {_form(found[key])}, "
                f"expected {_form(x)}; copy both from the same run."
            )


def _form(x: Tensor) -> str:
    return f"{tuple(x.shape)} {str(x.dtype).removeprefix('torch.')}"
