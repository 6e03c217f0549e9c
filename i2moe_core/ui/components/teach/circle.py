"""The second half of lesson 2: the losses that compare directions, and their alternatives beside them."""

from __future__ import annotations

import numpy as np
import streamlit as st

from i2moe_core.language import marked, say
from i2moe_core.plots.palette import FIXED
from i2moe_core.plots.teach_circle import plot_angle_losses, plot_circle
from i2moe_core.teaching.lessons.geometry import CLASSES, angle_curve, angle_losses, at_angle
from i2moe_core.ui.components.choice import choose
from i2moe_core.ui.components.figure import reading_note, show_figure
from i2moe_core.ui.components.glossary import term
from i2moe_core.ui.language import is_full

SIDES = {"synergy": marked("Synergy"), "redundancy": marked("Redundancy")}
ALTERNATIVES = {
    "loss": marked("cosine (as published)"),
    "one_minus_mse": marked("1 − squared difference of unit-length outputs"),
}
_ANGLES = np.arange(0, 181, 3.0)


def show_circle() -> None:
    """Show two answers' directions, the chosen expert's losses at that angle, and what each asks for."""
    st.markdown(
        say(
            "The synergy expert should answer differently as soon as any input is replaced; the redundancy "
            "expert should stay as it is. Both compare directions by the {cosine} of the angle between two "
            "answers.",
            cosine=term("cosine"),
        )
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        side = choose(say("Expert"), {name: say(words) for name, words in SIDES.items()}, "synergy", "side")
        degrees = st.slider(say("Angle between the answers, degrees"), 0, 180, 60, 3, key="angle",
                            bind="query-params")  # fmt: skip
    losses = {name: loss for name, loss in angle_losses().items() if name.startswith(side)}
    found = {name: at_angle(loss, degrees) for name, loss in losses.items()}
    left, right = st.columns(2, gap="large")
    with left:
        first = next(iter(found.values()))
        figure = plot_circle(degrees, -first.slope, FIXED[side], (say("as given"), say("one input replaced")))
        show_figure(figure, key="circle", alt=say("Two answers as arrows on a circle"))
    with right:
        curves = np.stack([angle_curve(loss, _ANGLES) for loss in losses.values()])
        names = [_words(name.removeprefix(f"{side}_")) for name in losses]
        axes = (say("angle, degrees"), say("loss"))
        figure = plot_angle_losses(_ANGLES, curves, names, degrees, FIXED[side], axes)
        show_figure(figure, key="angles", alt=say("The losses over the angle between the two answers"))
    reading_note(
        say("Left: the thin arrow is the step that the loss asks of the second answer. Right: each line is "
            "one loss, the dots are at the angle set above. The steeper a line, the harder it pulls."),
        say("How long the answers are: these losses see directions only."),
    )  # fmt: skip
    st.markdown("  \n".join(
        say("{name}: loss **{loss}**, pull {pull}", name=_words(name.removeprefix(f"{side}_")),
            loss=f"{one.loss:.3f}", pull=f"{abs(one.slope):.3f}")
        for name, one in found.items()
    ))  # fmt: skip
    if is_full():
        st.latex(r"\cos\theta = \frac{z_0 \cdot z_m}{\lVert z_0\rVert \lVert z_m\rVert}")
        st.latex(r"1 - \tfrac1C \lVert \hat z_0 - \hat z_m \rVert^2 = 1 - \tfrac2C (1 - \cos\theta)")
        st.caption(say("Drawn for C = {count} outputs.", count=CLASSES))


def _words(name: str) -> str:
    return say(ALTERNATIVES[name]) if name in ALTERNATIVES else name.replace("_", " ")
