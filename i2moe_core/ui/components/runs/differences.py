"""Where compared runs differ, and why: the greatest differences, and the weights sample by sample."""

from __future__ import annotations

from typing import Any
from zlib import crc32

import pandas as pd
import streamlit as st

from i2moe_core.analysis.comparison.compare import Comparison
from i2moe_core.analysis.comparison.samples import difference_sentence
from i2moe_core.language import marked, say
from i2moe_core.plots import expert_colours, expert_label, plot_compared
from i2moe_core.ui.compared import weights_of, with_experts
from i2moe_core.ui.components.choice import choose
from i2moe_core.ui.components.figure import picker, reading_note, show_figure
from i2moe_core.ui.components.runs.sample import PICKED, show_sample
from i2moe_core.ui.words import plain

KINDS = {"weight": marked("Router's weight"), "share": marked("Share of the answer")}
ALTS = {
    "weight": marked("The router's weight of {expert} in both runs"),
    "share": marked("{expert}: share of the answer in both runs"),
}
POINTS = {
    "weight": marked(
        "A point is a sample: the router's weight of {expert} in one run and in the other. On the dashed "
        "line both are equal. Click a point to see its sample."
    ),
    "share": marked(
        "A point is a sample: the share of the answer that {expert} holds in one run and in the other. On "
        "the dashed line both are equal. Click a point to see its sample."
    ),
}


def show_differences(found: Comparison) -> None:
    """Show the samples on which the runs differ most, the picked one, and all samples by their weights."""
    if found.differences.empty:
        st.info(say("These runs say the same of every sample."))
    else:
        _show_table(found.differences)
        show_sample(found)
    _show_weights(found)


def _show_table(differences: pd.DataFrame) -> None:
    shown = pd.DataFrame(
        {
            "id": differences["id"].astype(str),
            "right": differences["label"].astype(str),
            "first": _answers(differences["a"], differences["answer_a"]),
            "second": _answers(differences["b"], differences["answer_b"]),
            "distance": differences["distance"],
            "expert": [expert_label(name) if isinstance(name, str) else "" for name in differences["expert"]],
            "why": [difference_sentence(line) for _, line in differences.iterrows()],
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
        height=min(330, 35 * len(shown) + 38), alt=say("The samples on which the runs differ most"),
        column_config={
            "id": c.TextColumn(say("Sample"), width=92),
            "right": c.TextColumn(say("Right answer"), width=92),
            "first": c.TextColumn(say("One says"), width=150),
            "second": c.TextColumn(say("The other says"), width=150),
            "distance": c.ProgressColumn(say("Apart"), min_value=0, max_value=2, format="%.2f", width=92,
                                         help=say("Answers' and shares' total variation, 0 to 1 each.")),
            "expert": c.TextColumn(say("Because of"), width=92), "why": c.TextColumn(say("Why"), width=520),
        },
    )  # fmt: skip
    st.caption(
        say(
            "The {count} samples on which two of the runs differ most. Click the box at a row's left to see "
            "the sample, and to explain it in either run.",
            count=len(shown),
        )
    )


def _answers(runs: pd.Series, answers: pd.Series) -> list[str]:
    """Return each run with what it says, both as they are written."""
    return [f"{run}: {said}" for run, said in zip(runs, answers, strict=True)]


def _pick(sample_id: str) -> None:
    if sample_id:
        st.query_params[PICKED] = sample_id
    else:
        st.query_params.pop(PICKED, None)


def _show_weights(found: Comparison) -> None:
    names = with_experts(found)
    if len(names) < 2:
        return
    st.markdown(say("**Do the same samples get the same weights?**"))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        a, b = _ask_pair(names)
        experts = {name: expert_label(name) for name in found.experts}
        expert = choose(say("Expert"), experts, found.experts[0], "compared_expert", menu=True, width=180)
        kinds = {code: say(words) for code, words in KINDS.items()}
        kind = choose(say("Number"), kinds, "weight", "compared_kind")
    points = weights_of(found, a, b, expert, kind)
    chosen = st.query_params.get(PICKED, "")
    key = f"compared_weights_{crc32(repr((a, b, expert, kind)).encode())}"
    figure = plot_compared(points, a, b, expert_colours(found.experts)[expert], chosen)
    alt = say(ALTS[kind], expert=experts[expert])
    show_figure(figure, key, alt, picker(key, lambda data: _pick(data[0])))
    st.markdown(_rank(found, a, b, expert) if kind == "weight" else "")
    reading_note(
        say(POINTS[kind], expert=plain(experts[expert])),
        say(
            "Which of the two is right: where the truth is known, the table of figures says which run names "
            "it."
        ),
    )


def _ask_pair(names: list[str]) -> tuple[str, str]:
    if len(names) == 2:
        return names[0], names[1]
    a = st.selectbox(say("One run"), names, key="compared_a", width=200) or names[0]
    rest = [name for name in names if name != a]
    b = st.selectbox(say("The other"), rest, key="compared_b", width=200)
    return a, b if b in rest else rest[0]


def _rank(found: Comparison, a: str, b: str, expert: str) -> str:
    pairs = found.agreement
    line = pairs[((pairs["a"] == a) & (pairs["b"] == b)) | ((pairs["a"] == b) & (pairs["b"] == a))]
    if line.empty or pd.isna(line[f"rank.{expert}"].iloc[0]):
        return ""
    value, low, high = (float(line[f"{kind}.{expert}"].iloc[0]) for kind in ("rank", "rank_low", "rank_high"))
    return say(
        "Rank correlation of this weight over the samples: **{value:.2f}** ({low:.2f} to {high:.2f}).",
        value=value, low=low, high=high,
    )  # fmt: skip
