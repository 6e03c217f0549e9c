"""What a link carries: short texts and small pictures, so that a reload shows the same pair again."""

from __future__ import annotations

import base64
import binascii
import io
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st
from PIL import Image
from streamlit.runtime.scriptrunner import get_script_run_ctx

from i2moe_core.data.images import Picture, encode_png, read_image
from i2moe_core.errors import InputError
from i2moe_core.language import marked, say

MAX_TEXT = 1000  # characters
MAX_PICTURE = 6000  # characters of its code; servers and browsers take addresses of 8,000
HEARD = 1.0  # seconds until a browser surely has the address that was last written
QUALITIES = (100, 95, 85, 75, 60)  # tried in turn where the exact pixels do not fit
TOO_LONG = marked("This text is too long for a link: whoever opens the link must paste it again.")
TOO_LARGE = marked("This picture is too large for a link: whoever opens the link must upload it again.")
ALMOST = marked(
    "The link holds this picture slightly compressed: whoever opens it may see slightly other numbers."
)


def recall(name: str) -> str:
    """Return what the link or, after a visit to another page, the session holds; "" if nothing."""
    found = st.query_params.get(name)
    return str(st.session_state.get(f"link:{name}", "")) if found is None else found


def is_new(name: str) -> bool:
    """Say whether the link holds something else than was last written into it by ``remember``."""
    found = st.query_params.get(name)
    return found is not None and found != st.session_state.get(f"link:{name}")


def is_taken_out(name: str) -> bool:
    """Say whether this page's link has lost what ``remember`` wrote into it, as after a step back.

    On another page a link without it means nothing: there the session's value is the one to show.
    """
    page, since = st.session_state.get(f"written:{name}", ("", 0.0))
    gone = bool(st.session_state.get(f"link:{name}")) and name not in st.query_params
    return gone and page == this_page() and time.monotonic() - since > HEARD


def remember(name: str, value: str) -> None:
    """Write ``value`` into the link and the session; an empty one is taken out."""
    page, _ = st.session_state.get(f"written:{name}", ("", 0.0))
    if st.session_state.get(f"link:{name}") != value or page != this_page():
        st.session_state[f"written:{name}"] = (this_page(), time.monotonic())
    st.session_state[f"link:{name}"] = value
    if not value:
        st.query_params.pop(name, None)
    elif st.query_params.get(name) != value:
        st.query_params[name] = value


def this_page() -> str:
    """Return what tells the page that runs from the others; "" outside of a page."""
    context = get_script_run_ctx(suppress_warning=True)
    return "" if context is None else context.page_script_hash


def keep_only(wanted: Sequence[str], among: Sequence[str]) -> None:
    """Take the others of ``among`` out of the link; the session still holds them."""
    for name in set(among) - set(wanted):
        st.session_state.pop(f"written:{name}", None)  # not lost by a step back
        st.query_params.pop(name, None)


def picture_code(pixels: np.ndarray) -> str | None:
    """Return pixels (H, W, 3) as letters for a link, without loss if that fits; None if nothing does."""
    exact = min(_webp(pixels, lossless=True, quality=100), encode_png(pixels), key=len)
    for content in (exact, *(_webp(pixels, quality=quality) for quality in QUALITIES)):
        code = base64.urlsafe_b64encode(content).decode().rstrip("=")
        if len(code) <= MAX_PICTURE:
            return code
    return None


def is_exact(code: str) -> bool:
    """Say whether a picture's letters hold its very pixels."""
    start = base64.b64decode(code[:24] + "=" * (-len(code[:24]) % 4), altchars=b"-_")
    return not start.startswith(b"\xff\xd8") and b"WEBPVP8 " not in start


def _webp(pixels: np.ndarray, **options: Any) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format="WEBP", method=6, **options)
    return buffer.getvalue()


def picture_from(code: str) -> Picture:
    """Return the picture of a link.

    Raises:
        InputError: the code is damaged.
    """
    try:
        content = base64.b64decode(code + "=" * (-len(code) % 4), altchars=b"-_", validate=True)
        return read_image(content, say("the picture in the link"))
    except (InputError, binascii.Error, ValueError) as error:
        raise InputError(say("The picture in the link is damaged; upload the picture again.")) from error
