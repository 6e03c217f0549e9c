"""One sample of an analysis: picture, text, answer, who held the answer, and the way to its explanation.

    sample_panel(run, table)        # the sample that the link names, if any
    pick_sample("test-00012")       # in the callback of a click: name it in the link; "" for none
    picked_sample()                 # "" for none

The texts come from data files: they are set as text. A sample that is among the run's own examples is linked
as such; any other is carried over as the visitor's own pair, as far as the analysis holds it.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st
from PIL import Image
from streamlit.errors import StreamlitAPIException

from i2moe_core.analysis.schema import column
from i2moe_core.checkpoint import Run
from i2moe_core.language import marked, say
from i2moe_core.plots import expert_label, plot_shares
from i2moe_core.plots.palette import inputs_label
from i2moe_core.ui import link
from i2moe_core.ui.components.figure import reading_note, show_figure
from i2moe_core.ui.components.own_input import OWN
from i2moe_core.ui.components.pair_bar import PAIR_PAGE, shortened
from i2moe_core.ui.components.step_link import step_link
from i2moe_core.ui.language import is_full
from i2moe_core.ui.table import Table
from i2moe_core.ui.words import percent, plain

SAMPLE = "sample"  # in the link
SIDE = 192  # pixels of the shown picture
FEW = 48  # pixels of a side up to which they are shown as pixels
GONE = marked("The link names a sample that this analysis does not hold; pick another.")


def picked_sample() -> str:
    """Return the sample that the link names, "" where it names none; so the way back is the browser's."""
    return st.query_params.get(SAMPLE, "")


def pick_sample(sample_id: str) -> None:
    """Name a sample in the link, or none; for use in a callback."""
    if sample_id:
        st.query_params[SAMPLE] = sample_id
    else:
        st.query_params.pop(SAMPLE, None)


def sample_panel(run: Run, table: Table, narrow: bool = False) -> None:
    """Show the sample that the link names; a sentence where it is not in the table.

    narrow: one part under the other, for a column of a page.
    """
    sample_id = picked_sample()
    if not sample_id:
        return
    row = table.row(sample_id)
    if row is None:
        st.warning(say(GONE), icon=":material/search_off:")
        return
    with st.container(border=True):
        left, right = (st.container(), st.container()) if narrow else st.columns([2, 3], gap="medium")
        with left:
            _show_inputs(row)
            _show_answer(row)
            _link(run, row)
        with right:
            _show_shares(table, row, narrow)


def picture_of(thumbnail: bytes | None) -> Image.Image | None:
    """Return a thumbnail as a picture of about ``SIDE`` pixels; None where there is none.

    Few pixels keep hard edges; a photograph would only get jagged.
    """
    if not thumbnail:
        return None
    try:
        small = Image.open(io.BytesIO(thumbnail)).convert("RGB")
    except (OSError, ValueError):  # a table of another origin may hold anything
        return None
    times = max(1, SIDE // max(small.size))
    way = Image.Resampling.NEAREST if max(small.size) < FEW else Image.Resampling.BICUBIC
    return small.resize((small.width * times, small.height * times), way)


def _show_inputs(row: pd.Series) -> None:
    picture = picture_of(row["thumbnail"])
    if picture is not None:
        st.image(picture, alt=say("The picture of this sample"))
    if _known(row["text"]):
        st.text(shortened(row["text"]), width="stretch")
    name = plain(row["id"], 80)
    if row["missing"]:
        lacks = plain(inputs_label(row["missing"].split(", ")))
        st.caption(say("Sample {name}, without {inputs}", name=name, inputs=lacks))
    else:
        st.caption(say("Sample {name}", name=name))


def _show_answer(row: pd.Series) -> None:
    if _known(row["predicted_value"]):
        answer, right = f"{row['predicted_value']:.4g}", f"{row['label_value']:.4g}"
        st.markdown(say("Answer **{answer}**, right would be **{right}**.", answer=answer, right=right))
        return
    answer = plain(row["prediction"], 80)
    said = say("Answer **{answer}**", answer=answer)
    if _known(row["probability"]):
        said = say("Answer **{answer}** ({share})", answer=answer, share=percent(row["probability"]))
    st.markdown(f"{said} {_judged(row)}")
    if _known(row["interaction"]):
        truth = plain(expert_label(str(row["interaction"])))
        st.markdown(say("True interaction: **{expert}**.", expert=truth))


def _judged(row: pd.Series) -> str:
    """Return a badge that says whether the answer is right, and what would be; "" where nobody knows."""
    if not _known(row["correct"]):
        return ""
    if row["correct"]:
        return f":green-badge[:material/check: {say('right')}]"
    would = say("Right would be **{label}**.", label=plain(row["label"], 80))
    return f":red-badge[:material/close: {say('wrong')}]  \n{would}"


def _show_shares(table: Table, row: pd.Series, narrow: bool) -> None:
    said = [str(row[column("answer", expert)]) for expert in table.experts]
    weights, shares = (_of(row, kind, table.experts) for kind in ("weight", "share"))
    figure = plot_shares(table.experts, weights, shares, said)
    show_figure(
        figure.update_xaxes(nticks=3, tickangle=0) if narrow else figure,
        key="sample_shares",
        alt=say("Each expert's share of the answer and its weight, for the picked sample"),
    )
    reading_note(
        say("A bar is an expert's share of the answer, the line its weight; under its name, what it says "
            "alone."),
        say("What in the picture or the text moved an expert: the explanation does."),
    )  # fmt: skip
    if is_full() and _known(row["jensen_shannon"]):
        st.caption(say("Disagreement of the experts: {value:.2f}.", value=row["jensen_shannon"]))


def _link(run: Run, row: pd.Series) -> None:
    sample_id = str(row["id"])
    if sample_id in run.reference.ids:
        _link_pair(run, [("example", sample_id)])
        return
    texts, pictures, lost = carried(run, row)
    if not any(texts.values()) and not any(pictures.values()):
        st.caption(say("The analysis holds nothing of this sample that could be explained again."))
        return
    _link_pair(run, [("from", OWN), *((f"my_{name}", value) for name, value in (texts | pictures).items())])
    st.caption(say("It opens as your own pair, with the picture as small as it is kept here."))
    if lost:
        st.caption(say("It goes without {inputs}.", inputs=plain(inputs_label(lost))))


def _link_pair(run: Run, query: list[tuple[str, str]]) -> None:
    label, query = say("Explain this sample"), [("run", run.name), *query]
    try:
        step_link(PAIR_PAGE, label, ":material/join_inner:", query, "explain_sample")
    except StreamlitAPIException:  # a page that was opened alone knows no other
        st.caption(say("Opened through the app, this page links the sample's explanation."))


def carried(run: Run, row: pd.Series) -> tuple[dict[str, str], dict[str, str], list[str]]:
    """Return modality -> text, modality -> picture's letters, and the modalities that the row lacks."""
    by_kind = {kind: [m for m, k in run.info.modalities.items() if k == kind] for kind in ("text", "image")}
    missing = set(str(row["missing"] or "").split(", "))
    texts, pictures = dict.fromkeys(by_kind["text"], ""), dict.fromkeys(by_kind["image"], "")
    if by_kind["text"] and _known(row["text"]) and len(row["text"]) <= link.MAX_TEXT:
        texts[by_kind["text"][0]] = str(row["text"])
    if by_kind["image"] and row["thumbnail"]:
        code = base64.urlsafe_b64encode(row["thumbnail"]).decode().rstrip("=")
        pictures[by_kind["image"][0]] = code if len(code) <= link.MAX_PICTURE else ""
    given = {name for name, value in (texts | pictures).items() if value}
    return texts, pictures, [m for m in run.info.modalities if m not in given | missing]


def _of(row: pd.Series, kind: str, experts: Sequence[str]) -> np.ndarray:
    return np.array([row[column(kind, expert)] for expert in experts], dtype=float)


def _known(value: object) -> bool:
    return value is not None and not bool(pd.isna(value))
