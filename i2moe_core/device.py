"""Which device computes: cuda, then mps, then cpu, unless one is named."""

import torch

from i2moe_core.errors import InputError


def pick_device(name: str = "auto") -> torch.device:
    """Return the device of that name; ``auto`` takes the best one there is.

    Raises:
        InputError: the name is unknown or the device is not there.
    """
    if name == "auto":
        if torch.cuda.is_available():
            return torch.device("cuda")
        return torch.device("mps" if torch.backends.mps.is_available() else "cpu")
    try:
        device = torch.device(name)
        torch.empty(0, device=device)
    except (RuntimeError, AssertionError) as error:
        reason = str(error).splitlines()[0]
        raise InputError(
            f"Device '{name}' is not available ({reason}). Use auto, cpu, cuda or mps."
        ) from error
    return device
