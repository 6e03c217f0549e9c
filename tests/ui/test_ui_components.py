"""Small parts by themselves: the notes under figures, the failures, the key to the experts, the picture."""

import numpy as np
import pytest
from made_up import HOSTILE
from streamlit.testing.v1 import AppTest

from i2moe_core.ui.components.pair_card import enlarged
from i2moe_core.ui.theme import mark


def test_both_lines_stand_under_a_figure():
    def script():
        from i2moe_core.ui.components.figure import reading_note

        reading_note("Left to right.", "The cause.")

    caption = AppTest.from_function(script).run().caption[0].value
    assert "How to read it" in caption
    assert "What it does not show" in caption


def test_an_input_error_shows_its_sentence_and_stops():
    def script(message):
        import streamlit as st

        from i2moe_core.errors import InputError
        from i2moe_core.ui.failures import failures_shown

        with failures_shown():
            raise InputError(message)
        st.text("never")

    at = AppTest.from_function(script, args=(HOSTILE,)).run()
    assert len(at.error) == 1
    assert "\\!\\[x\\]" in at.error[0].value
    assert not at.text
    assert not at.exception


def test_a_fault_of_the_program_is_one_sentence_and_logged(caplog):
    def script():
        from i2moe_core.ui.failures import failures_shown

        with failures_shown():
            raise RuntimeError("secret detail")

    at = AppTest.from_function(script).run()
    assert "secret" not in at.error[0].value
    assert not at.exception
    assert "secret detail" in caplog.text


def test_the_legend_escapes_names():
    def script():
        from i2moe_core.ui.components.legend import show_legend

        show_legend(["unique:<img src=x onerror=alert(1)>", "synergy"])

    body = AppTest.from_function(script).run().html[0].value
    assert "<img" not in body
    assert "&lt;img" in body


@pytest.mark.parametrize("shape", [(32, 32), (8, 8), (16, 40), (300, 20)])
def test_an_enlarged_picture_keeps_its_pixels(shape):
    pixels = np.random.default_rng(0).integers(0, 256, (*shape, 3), dtype=np.uint8)
    large = enlarged(pixels)
    factor = large.shape[0] // shape[0]
    np.testing.assert_array_equal(large[::factor, ::factor], pixels)
    assert max(large.shape) <= 528


def test_the_mark_is_transparent_outside():
    icon = np.asarray(mark(64))
    assert icon.shape == (64, 64, 4)
    assert icon[0, 0, 3] == 0
    assert icon[32, 32, 3] == 255
