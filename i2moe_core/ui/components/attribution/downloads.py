"""The numbers of an attribution to take home: CSV that is safe in a spreadsheet, and JSON."""

from __future__ import annotations

import json

import streamlit as st

from i2moe_core.checkpoint import Run
from i2moe_core.explain.attribution.result import Attributions
from i2moe_core.explain.attribution.serialise import to_csv, to_json_dict
from i2moe_core.language import say
from i2moe_core.types import PairExplanation
from i2moe_core.ui.attributed import Wish
from i2moe_core.ui.components.attribution.report import offer_report
from i2moe_core.ui.components.figure import ask_format
from i2moe_core.ui.components.upload_pair import Pair


def show_downloads(
    run: Run, pair: Pair, explanation: PairExplanation, wish: Wish, found: Attributions
) -> None:
    """Offer the numbers as files, and say how figures are saved."""
    st.header(say("Take it home"))
    name = f"attributions_{found.method}"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.download_button(
            say("Numbers as CSV"), lambda: to_csv(found), f"{name}.csv", "text/csv", icon=":material/table:",
            on_click="ignore",
        )  # fmt: skip
        st.download_button(
            say("Numbers as JSON"), lambda: json.dumps(to_json_dict(found)), f"{name}.json",
            "application/json", icon=":material/data_object:", on_click="ignore",
        )  # fmt: skip
        offer_report(run, pair, explanation, wish)
    ask_format()
