"""Traffic lights in words, the same everywhere: a coloured badge with an icon and a word."""

from __future__ import annotations

from i2moe_core.language import say
from i2moe_core.ui.verdicts import WORDS, Light

LIGHTS: dict[Light, tuple[str, str]] = {
    "good": ("green", ":material/check_circle:"),
    "partly": ("orange", ":material/error:"),
    "poor": ("red", ":material/cancel:"),
    "unknown": ("gray", ":material/help:"),
}


def badge(light: Light, word: str | None = None) -> str:
    """Return a badge in Markdown; ``word`` in place of the light's own."""
    colour, icon = LIGHTS[light]
    return f":{colour}-badge[{icon} {word or say(WORDS[light])}]"
