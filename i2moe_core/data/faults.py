"""Many faults of a file told in one message: the first few in full, the rest counted."""

from __future__ import annotations

from collections.abc import Sequence

from i2moe_core.errors import InputError

SHOWN = 5


def raise_faults(faults: Sequence[str], where: str) -> None:
    """Raise one error for all faults; without any, do nothing.

    Raises:
        InputError: ``where`` and the first few faults.
    """
    if not faults:
        return
    more = f"; and {len(faults) - SHOWN} more" if len(faults) > SHOWN else ""
    count = f"{len(faults)} faults: " if len(faults) > 1 else ""
    raise InputError(f"{where}: {count}{'; '.join(faults[:SHOWN])}{more}. Mend them and try again.")


def shorten(value: object, length: int = 60) -> str:
    """Return a value for a message, quoted, not longer than ``length`` characters."""
    text = str(value)
    return repr(text if len(text) <= length else text[: length - 3] + "...")
