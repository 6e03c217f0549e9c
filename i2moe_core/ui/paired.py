"""Pairs of parts and the alignment of a pair's inputs, kept between clicks as plain arrays."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass

import streamlit as st

from i2moe_core.checkpoint import Run
from i2moe_core.explain import alignment_view, interactions
from i2moe_core.explain.attribution.engine import read_targets
from i2moe_core.explain.attribution.problem import build_problem
from i2moe_core.explain.turn import turn
from i2moe_core.ui.attributed import Wish, identity
from i2moe_core.ui.components.upload_pair import Pair
from i2moe_core.ui.shelf import Shelf

KEPT = 32
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Paired:
    """The interactions of a pair's parts, and for each target the check that removes the first ones."""

    found: interactions.PairInteractions
    checks: Mapping[str, interactions.PairRemoval]


def look_pairs(run: Run, pair: Pair, wish: Wish) -> Paired | None:
    """Return finished interactions, None where they have yet to be computed."""
    return _shelf().get(_key(run, pair, wish))


def compute_pairs(run: Run, pair: Pair, wish: Wish, progress: Progress | None = None) -> Paired:
    """Return the interactions of a wish's targets and their checks; computed once.

    Raises:
        InputError: the pair lacks an input, or the model stays busy.
    """
    values = dict(pair.values)
    found = interactions.explain_interactions(
        run, values, wish.targets, baseline=wish.baseline, sample_id=pair.sample_id, progress=progress
    )
    with turn(run.model):
        problem = build_problem(run, values, pair.sample_id, wish.baseline)
        targets = read_targets(run, problem, wish.targets)
    checks = {t.key: interactions.pair_removal_check(problem, t, found) for t in targets}
    return _shelf().put(_key(run, pair, wish), Paired(found, checks))


def view_alignment(run: Run, pair: Pair) -> alignment_view.AlignmentView:
    """Return how near the embeddings of a pair's parts lie; computed once."""
    key = identity(run, pair)
    found = _views().get(key)
    return found or _views().put(
        key, alignment_view.view_alignment(run, dict(pair.values), sample_id=pair.sample_id)
    )


def _key(run: Run, pair: Pair, wish: Wish) -> tuple[Hashable, ...]:
    return (*identity(run, pair), wish.targets, wish.baseline)


@st.cache_resource(max_entries=1, show_spinner=False)
def _shelf() -> Shelf[Paired]:
    return Shelf(KEPT)


@st.cache_resource(max_entries=1, show_spinner=False)
def _views() -> Shelf[alignment_view.AlignmentView]:
    return Shelf(KEPT)
