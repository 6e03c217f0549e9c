"""The one check of a generated set's sizes."""

from collections.abc import Sequence
from typing import Any

from i2moe_core.errors import InputError


def check_sizes(sizes: Sequence[Any]) -> None:
    """Refuse sizes that are not three positive numbers.

    Raises:
        InputError: they are not.
    """
    whole = isinstance(sizes, Sequence) and all(type(size) is int and size > 0 for size in sizes)
    if not whole or len(sizes) != 3:
        raise InputError(
            f"sizes must be three positive numbers (training, validation, test), but are {sizes!r}."
        )
