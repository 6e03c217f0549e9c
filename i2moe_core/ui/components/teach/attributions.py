"""Lesson 7: attributions and how to test them: remove what a map names first, compare with random parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import streamlit as st

from i2moe_core.checkpoint import Run
from i2moe_core.explain.attribution.result import Cell
from i2moe_core.language import marked, say
from i2moe_core.plots.diverging import overlay
from i2moe_core.plots.saliency import picture_panel
from i2moe_core.plots.teach_removal import plot_removal
from i2moe_core.teaching.lessons.removal import RANDOM, Removal, removal
from i2moe_core.ui import cached
from i2moe_core.ui.components.figure import reading_note, show_figure
from i2moe_core.ui.components.glossary import term
from i2moe_core.ui.components.teach.lesson import ask_sample, lesson_run, sample_values
from i2moe_core.ui.components.teach.question import Question
from i2moe_core.ui.language import is_full
from i2moe_core.ui.panels import painted
from i2moe_core.ui.words import plain

QUESTION = Question(
    marked("Removing the parts a map names first lowers the answer no more than removing random parts. So?"),
    (
        marked("The map does not name what the answer rests on."),
        marked("The model is wrong."),
        marked("Too few parts were removed; the map is fine."),
    ),
    0,
    marked(
        "A map that is no better than chance at this test should not be believed, however plausible it "
        "looks. The model may still be right: what fails is the explanation."
    ),
)


def show(run: Run | None) -> None:
    """Show the lesson."""
    st.markdown(
        say(
            "An {attribution} says how much each patch and each word counts for the answer. Maps always "
            "look convincing, so test them: remove the parts that it names first. If the answer falls "
            "faster than with random parts removed, the map has {named} what matters.",
            attribution=term("attribution"),
            named=term("comprehensiveness", say("named")),
        )
    )
    found = lesson_run(run)
    if found is not None:
        _live(found)


@st.fragment
def _live(run: Run) -> None:
    row = ask_sample(run, "map_sample")
    values, sample_id = sample_values(run, row), run.reference.ids[row]
    explained = cached.explain(run, values, sample_id)
    answer = int(np.argmax(explained.probabilities))
    with st.spinner(say("Making the map and testing it …")):
        found = _tested(run, values, sample_id, answer)
    share = st.slider(say("Share of the parts removed, %"), 0, 100, 10, key="removed", bind="query-params")
    count = round(share / 100 * (len(found.own) - 1))
    left, right = st.columns([2, 3], gap="large")
    with left:
        _show_left(run, values, found, count)
    with right:
        _show_curve(found, count, explained.classes[answer])
    reading_note(
        say("Orange: parts go in the map's order, what speaks for the answer first. Dashed: in random "
            "order, the mean of {count}; the band holds the middle 80% of them. The dots are at the share "
            "set above.",
            count=RANDOM),
        say("Why a part counts. A removed part becomes a blurred patch or a hidden word, which is itself a "
            "choice."),
    )  # fmt: skip
    if is_full():
        st.markdown(
            say(
                "On average over all shares the map's curve lies **{gap} points** below the random ones "
                "(comprehensiveness). Method: sampled Shapley values.",
                gap=f"{100 * found.comprehensiveness:.0f}",
            )
        )


def _show_left(run: Run, values: Mapping[str, object], found: Removal, count: int) -> None:
    """Show the picture under its map, with the removed parts gone, and the words that are left."""
    gone = set(found.order[:count].tolist())
    limit = float(np.abs(found.values).max())
    for name, kind in run.info.modalities.items():
        own = [n for n, cell in enumerate(found.cells) if cell.modality == name]
        if kind == "image" and own:
            pixels = cached.seen(values[name], run.config.data.image_size)  # type: ignore[arg-type]
            layer = painted([found.cells[n] for n in own], found.values[own], len(pixels))
            shown = _without(overlay(pixels, layer, limit, 0.8), [found.cells[n] for n in own if n in gone])
            figure = picture_panel(shown, 240)
            show_figure(
                figure, key="map_picture", alt=say("The picture under its map, removed patches blank")
            )
        elif kind == "text" and own:
            words = [plain(found.cells[n].label, 40) for n in own]
            st.markdown(" ".join(f"~~{w}~~" if n in gone else w for n, w in zip(own, words, strict=True)))


def _without(pixels: np.ndarray, cells: Sequence[Cell]) -> np.ndarray:
    """Return a picture with these patches checkered in two greys."""
    shown = pixels.copy()
    rows, columns = np.indices(pixels.shape[:2])
    checks = np.where((rows + columns) % 2 == 0, 40, 70).astype(np.uint8)
    for cell in cells:
        top, left, bottom, right = cell.place
        shown[top:bottom, left:right] = checks[top:bottom, left:right, None]
    return shown


def _show_curve(found: Removal, count: int, answer: str) -> None:
    mean = found.random.mean(0)[count]
    st.markdown(
        say(
            "Without these parts **{answer}** has {own}; with as many random parts gone it has {random}.",
            answer=plain(answer, 40), own=f"{found.own[count]:.0%}",
            random=f"{mean:.0%}",
        )
    )  # fmt: skip
    figure = plot_removal(
        found.own, found.random, count, (say("the map's order"), say("random order")),
        (say("share of the parts removed"), say("probability of the answer")),
    )  # fmt: skip
    show_figure(figure, key="removal", alt=say("The answer's probability while parts are removed"))


def _tested(run: Run, values: Mapping[str, object], sample_id: str, answer: int) -> Removal:
    key = cached.fingerprint(values)
    return _removal(
        str(run.path), run.id, cached.stamp(run.path), key, sample_id, answer, _run=run, _values=values
    )


@st.cache_resource(max_entries=64, show_spinner=False)
def _removal(
    path: str, run_id: str, written: int, key: str, sample_id: str, answer: int, _run: Run,
    _values: Mapping[str, object],
) -> Removal:  # fmt: skip
    return removal(_run, _values, sample_id, answer)
