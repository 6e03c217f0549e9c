"""What a link carries: short texts and small pictures, so that a reload shows the same pair again."""

from __future__ import annotations

import base64
import binascii
import io
from collections.abc import Sequence

import numpy as np
import streamlit as st
from PIL import Image

from i2moe_core.data.images import Picture, encode_png, read_image
from i2moe_core.errors import InputError

MAX_TEXT = 1000  # characters
MAX_PICTURE = 6000  # characters of its code; servers and browsers take addresses of 8,000
TOO_LONG = "This text is too long for a link: whoever opens the link must paste it again."
TOO_LARGE = "This picture is too large for a link: whoever opens the link must upload it again."


def recall(name: str) -> str:
    """Return what the link or, after a visit to another page, the session holds; "" if nothing."""
    found = st.query_params.get(name)
    return str(st.session_state.get(f"link:{name}", "")) if found is None else found


def remember(name: str, value: str) -> None:
    """Write ``value`` into the link and the session; an empty one is taken out."""
    st.session_state[f"link:{name}"] = value
    if not value:
        st.query_params.pop(name, None)
    elif st.query_params.get(name) != value:
        st.query_params[name] = value


def keep_only(wanted: Sequence[str], among: Sequence[str]) -> None:
    """Take the others of ``among`` out of the link; the session still holds them."""
    for name in set(among) - set(wanted):
        st.query_params.pop(name, None)


def picture_code(pixels: np.ndarray) -> str | None:
    """Return pixels (H, W, 3) as letters for a link, without loss; None where they are too many."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format="WEBP", lossless=True, quality=100)
    shortest = min(buffer.getvalue(), encode_png(pixels), key=len)
    code = base64.urlsafe_b64encode(shortest).decode().rstrip("=")
    return code if len(code) <= MAX_PICTURE else None


def picture_from(code: str) -> Picture:
    """Return the picture of a link.

    Raises:
        InputError: the code is damaged.
    """
    try:
        content = base64.b64decode(code + "=" * (-len(code) % 4), altchars=b"-_", validate=True)
        return read_image(content, "the picture in the link")
    except (InputError, binascii.Error, ValueError) as error:
        raise InputError("The picture in the link is damaged; upload the picture again.") from error
