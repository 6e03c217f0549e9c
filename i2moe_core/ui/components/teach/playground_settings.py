"""The playground's sliders: how the label comes about, and how the mixture is trained on it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from i2moe_core.language import marked, say
from i2moe_core.teaching.playground.settings import Settings
from i2moe_core.ui.components.choice import choose
from i2moe_core.ui.components.teach.playground_words import TYPE_NAMES
from i2moe_core.ui.language import is_full

LINKED: dict[str, Any] = {"bind": "query-params", "persist_state": "session"}
SHARE_KEYS = ("p_u1", "p_u2", "p_xor", "p_red")
RECIPE_NAMES = {
    "faithful": marked("Faithful"),
    "paper": marked("Paper"),
    "vanilla": marked("Vanilla"),
}
REPLACEMENT_NAMES = {
    "random": marked("random vector"),
    "permutation": marked("another sample's"),
    "zero": marked("zeros"),
    "mean": marked("mean"),
    "learned": marked("learned vector"),
}
START = Settings()


def ask_settings(own: bool) -> Settings | None:
    """Ask for all settings; with ``own`` data those of the data stay away. None: nothing is left to draw."""
    data = {} if own else _ask_truth()
    if data is None:
        return None
    return Settings(**data, **_ask_recipe(), **_ask_rest(own))


def _ask_truth() -> dict[str, Any] | None:
    st.markdown(f"**{say('Where does the label come from?')}**")
    shares = [
        st.slider(say(name), 0, 100, 25, 5, key=key, **LINKED)
        for name, key in zip(TYPE_NAMES, SHARE_KEYS, strict=True)
    ]
    noise = st.slider(say("Label noise"), 0, 30, START.noise, 1, key="p_noise", format="%d%%", **LINKED)
    shown = st.toggle(
        say("The type shows in the inputs"), True, key="p_shown", **LINKED,
        help=say("On: a loud number tells the label by its sign, a quiet one tells nothing by itself. Off: "
                 "sizes tell nothing, and nobody can know which interaction holds."),
    )  # fmt: skip
    if not any(shares):
        st.info(say("All shares are 0. Give at least one interaction a share."), icon=":material/tune:")
        return None
    names = ("unique1", "unique2", "synergy", "redundant")
    return dict(zip(names, shares, strict=True)) | {"noise": noise, "shown": shown}


def _ask_recipe() -> dict[str, Any]:
    st.markdown(f"**{say('How is it trained?')}**")
    names = {code: say(words) for code, words in RECIPE_NAMES.items()}
    recipe = choose(say("Recipe"), names, START.recipe, "p_recipe", hidden=True, wrap=True)
    values: dict[str, Any] = {"recipe": recipe}
    if recipe == "paper":
        values["margin"] = st.select_slider(
            say("Margin"), [0.0, 0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0], 1.0, key="p_margin", **LINKED
        )
        values["weight"] = st.select_slider(
            say("Lambda"), [0.0, 0.1, 0.5, 1.0, 2.0, 5.0], 0.5, key="p_lambda", **LINKED,
            help=say("The weight of the interaction losses beside the answer's."),
        )  # fmt: skip
        if is_full():
            kinds = {code: say(words) for code, words in REPLACEMENT_NAMES.items()}
            values["replacement"] = choose(
                say("A replaced input becomes"), kinds, START.replacement, "p_replacement", menu=True
            )
    return values


def _ask_rest(own: bool) -> dict[str, Any]:
    if not is_full():
        return {}
    values: dict[str, Any] = {
        "temperature": st.select_slider(
            say("Temperature of the gate"),
            [0.25, 0.5, 1.0, 2.0, 4.0, 8.0],
            1.0,
            key="p_temperature",
            **LINKED,
        )
    }
    if not own:
        values["samples"] = st.select_slider(
            say("Training samples"), [50, 100, 200, 500, 1000, 2000, 4000], 1000, key="p_samples", **LINKED
        )
    values["seed"] = int(st.number_input(say("Seed"), 0, 9999, 0, key="p_seed", **LINKED))
    return values
