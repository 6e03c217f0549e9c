"""Options that several methods share, and what is said when they are wrong."""

from collections.abc import Mapping, Sequence
from typing import Any

from i2moe_core.errors import InputError


def refuse_negative(method: str, **values: float) -> None:
    """Raise an InputError for the first value below 0."""
    for name, value in values.items():
        if value < 0:
            raise InputError(f"The {name} of '{method}' must not be negative, but is {value}.")


def refuse_unknown(method: str, option: str, value: Any, known: Sequence[str]) -> None:
    """Raise an InputError for a value that is not among the known ones."""
    if value not in known:
        raise InputError(f"The {option} of '{method}' is one of {', '.join(known)}, but is '{value}'.")


def per_modality(
    method: str, option: str, given: float | Mapping[str, float], modalities: Sequence[str]
) -> tuple[float, ...]:
    """Return one number per modality: the same for all, or by name (0 for those not named).

    Raises:
        InputError: a modality is not there, or a number is negative.
    """
    if not isinstance(given, Mapping):
        given = dict.fromkeys(modalities, given)
    for name, value in given.items():
        refuse_unknown(method, f"modality in the {option}", name, modalities)
        refuse_negative(method, **{f"{option} of {name}": value})
    return tuple(float(given.get(name, 0.0)) for name in modalities)
