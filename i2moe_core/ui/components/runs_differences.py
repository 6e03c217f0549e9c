"""Where compared runs differ, and why: the greatest differences, and the weights sample by sample."""

from __future__ import annotations

from typing import Any
from zlib import crc32

import pandas as pd
import streamlit as st

from i2moe_core.analysis.compare import Comparison
from i2moe_core.plots import expert_colours, expert_label, plot_compared
from i2moe_core.ui.compared import weights_of, with_experts
from i2moe_core.ui.components.figure import picker, reading_note, show_figure
from i2moe_core.ui.components.runs_sample import PICKED, show_sample
from i2moe_core.ui.words import plain

KINDS = {"weight": "router's weight", "share": "share of the answer"}
NO_DIFFERENCE = "These runs say the same of every sample."


def show_differences(found: Comparison) -> None:
    """Show the samples on which the runs differ most, the picked one, and all samples by their weights."""
    if found.differences.empty:
        st.info(NO_DIFFERENCE)
    else:
        _show_table(found.differences)
        show_sample(found)
    _show_weights(found)


def _show_table(differences: pd.DataFrame) -> None:
    shown = pd.DataFrame(
        {
            "id": differences["id"].astype(str),
            "right": differences["label"].astype(str),
            "first": [
                f"{a}: {said}" for a, said in zip(differences["a"], differences["answer_a"], strict=True)
            ],
            "second": [
                f"{b}: {said}" for b, said in zip(differences["b"], differences["answer_b"], strict=True)
            ],
            "distance": differences["distance"],
            "expert": [expert_label(name) if isinstance(name, str) else "" for name in differences["expert"]],
            "why": differences["why"],
        }
    )
    ids = shown["id"].tolist()
    key = f"differences_{crc32(repr(ids).encode())}"

    def pick() -> None:
        state: Any = st.session_state.get(key) or {}
        rows = (state.get("selection") or {}).get("rows") or []
        _pick(ids[rows[0]] if rows and rows[0] < len(ids) else "")

    c = st.column_config
    st.dataframe(
        shown, key=key, on_select=pick, selection_mode="single-row", hide_index=True, placeholder="–",
        height=min(330, 35 * len(shown) + 38), alt="The samples on which the runs differ most",
        column_config={
            "id": c.TextColumn("Sample", width=92), "right": c.TextColumn("Right answer", width=92),
            "first": c.TextColumn("One says", width=150), "second": c.TextColumn("The other says", width=150),
            "distance": c.ProgressColumn("Apart", min_value=0, max_value=2, format="%.2f", width=92,
                                         help="Answers' and shares' total variation, 0 to 1 each."),
            "expert": c.TextColumn("Because of", width=92), "why": c.TextColumn("Why", width=520),
        },
    )  # fmt: skip
    st.caption(
        f"The {len(shown)} samples on which two of the runs differ most. Click the box at a row's left to "
        "see the sample, and to explain it in either run."
    )


def _pick(sample_id: str) -> None:
    if sample_id:
        st.query_params[PICKED] = sample_id
    else:
        st.query_params.pop(PICKED, None)


def _show_weights(found: Comparison) -> None:
    names = with_experts(found)
    if len(names) < 2:
        return
    st.markdown("**Do the same samples get the same weights?**")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        a, b = _ask_pair(names)
        expert = st.selectbox(
            "Expert", found.experts, format_func=expert_label, key="compared_expert", width=180
        )
        kind = st.segmented_control(
            "Number", list(KINDS), default="weight", required=True, key="compared_kind",
            format_func=lambda name: KINDS[name],
        )  # fmt: skip
    expert, kind = expert or found.experts[0], kind or "weight"
    points = weights_of(found, a, b, expert, kind)
    chosen = st.query_params.get(PICKED, "")
    key = f"compared_weights_{crc32(repr((a, b, expert, kind)).encode())}"
    figure = plot_compared(points, a, b, expert_colours(found.experts)[expert], chosen)
    show_figure(
        figure,
        key,
        f"{KINDS[kind]} of {expert_label(expert)} in both runs",
        picker(key, lambda data: _pick(data[0])),
    )
    st.markdown(_rank(found, a, b, expert) if kind == "weight" else "")
    reading_note(
        f"A point is a sample: its {KINDS[kind]} of {plain(expert_label(expert))} in one run and in the "
        "other. On the dashed line both are equal. Click a point to see its sample.",
        "Which of the two is right: where the truth is known, the table of figures says which run names it.",
    )


def _ask_pair(names: list[str]) -> tuple[str, str]:
    if len(names) == 2:
        return names[0], names[1]
    a = st.selectbox("One run", names, key="compared_a", width=200) or names[0]
    rest = [name for name in names if name != a]
    b = st.selectbox("The other", rest, key="compared_b", width=200)
    return a, b if b in rest else rest[0]


def _rank(found: Comparison, a: str, b: str, expert: str) -> str:
    pairs = found.agreement
    line = pairs[((pairs["a"] == a) & (pairs["b"] == b)) | ((pairs["a"] == b) & (pairs["b"] == a))]
    if line.empty or pd.isna(line[f"rank.{expert}"].iloc[0]):
        return ""
    value, low, high = (float(line[f"{kind}.{expert}"].iloc[0]) for kind in ("rank", "rank_low", "rank_high"))
    return f"Rank correlation of this weight over the samples: **{value:.2f}** ({low:.2f} to {high:.2f})."
