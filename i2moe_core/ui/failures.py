"""What a failure looks like: the sentence of an InputError, or one plain sentence and a log entry."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from i2moe_core.errors import InputError
from i2moe_core.language import marked, say
from i2moe_core.ui.words import plain

log = logging.getLogger(__name__)
UNEXPECTED = marked(
    "This did not work, for a reason that is the program's, not yours. It is written in the server's log."
)


@contextmanager
def failures_shown() -> Iterator[None]:
    """Show any failure of the block as one sentence and end the page there."""
    try:
        yield
    except InputError as error:
        show_input_error(error)
        st.stop()
    except Exception:
        log.exception("the page failed")
        st.error(say(UNEXPECTED), icon=":material/error:")
        st.stop()


def show_input_error(error: InputError) -> None:
    """Show the sentence of an error that the visitor can mend; what it quotes stays inert."""
    st.error(plain(str(error), limit=600), icon=":material/error:")
