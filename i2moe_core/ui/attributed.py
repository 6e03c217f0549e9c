"""Attributions kept between clicks, as plain arrays: bounded, shared by all sessions, keyed by content."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace

import streamlit as st

from i2moe_core.checkpoint import Run
from i2moe_core.explain.attribution import choose, engine
from i2moe_core.explain.attribution.badge import Badge
from i2moe_core.explain.attribution.baselines import Baseline
from i2moe_core.explain.attribution.methods import ATTRIBUTIONS
from i2moe_core.explain.attribution.problem import build_problem
from i2moe_core.explain.attribution.result import Attributions
from i2moe_core.explain.turn import turn
from i2moe_core.ui.cached import fingerprint, stamp
from i2moe_core.ui.components.upload_pair import Pair
from i2moe_core.ui.shelf import Shelf

KEPT = 64  # finished attributions
TESTS = "tests"  # in the place of a method: the last step, in which all maps are tested


@dataclass(frozen=True)
class Wish:
    """What to attribute, by which method, against which baseline; ``options`` are the method's own."""

    method: str
    targets: tuple[str, ...]
    baseline: Baseline
    options: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Evidence:
    """The tests of several methods' maps of one pair: method -> target's key -> badge; and which is best."""

    badges: Mapping[str, Mapping[str, Badge]]
    choice: choose.Choice


def identity(run: Run, pair: Pair) -> tuple[Hashable, ...]:
    """Return the key of a pair in a run: every byte of the pair and the run's last change count."""
    return (str(run.path), run.id, stamp(run.path), fingerprint(pair.values), pair.sample_id)


def look(run: Run, pair: Pair, wish: Wish) -> Attributions | None:
    """Return a finished attribution, None where it has yet to be computed."""
    return _shelf().get((*identity(run, pair), wish))


def compute(run: Run, pair: Pair, wish: Wish, progress: engine.Progress | None = None) -> Attributions:
    """Return an attribution; the same one is computed once.

    Raises:
        InputError: the method cannot be used here, or the model stays busy.
    """
    with turn(run.model):
        found = look(run, pair, wish)  # another visitor may have asked while this one waited
        if found is not None:
            return found
        found = engine.attribute(
            run, dict(pair.values), wish.method, wish.targets, wish.baseline, pair.sample_id,
            dict(wish.options), progress=progress,
        )  # fmt: skip
        return _shelf().put((*identity(run, pair), wish), found)


def look_evidence(run: Run, pair: Pair, wish: Wish) -> Evidence | None:
    """Return the finished tests that cover a wish, None where they have yet to be made."""
    return _tested().get(_evidence_key(run, pair, wish))


def gather_evidence(
    run: Run, pair: Pair, wish: Wish, progress: Callable[[str, int, int], None] | None = None
) -> Evidence:
    """Test the maps of the quick methods and of the wish's own, for all its targets; tested once.

    progress: told what is done next (a method or TESTS), the steps done, and the steps in all. The model is
    free for other visitors between the steps.
    """
    refused, maps = refusals(run, pair), []
    methods = [name for name in _methods(wish) if name not in refused]
    for done, name in enumerate(methods):
        if progress is not None:
            progress(name, done, len(methods) + 1)
        maps.append(compute(run, pair, replace(wish, method=name, options=_options(wish, name))))
    if progress is not None:
        progress(TESTS, len(methods), len(methods) + 1)
    found = dict(zip(methods, choose.judge_maps(run, dict(pair.values), maps), strict=True))
    choice = choose.choose_method({name: badges[wish.targets[0]] for name, badges in found.items()})
    return _tested().put(_evidence_key(run, pair, wish), Evidence(found, choice))


def refusals(run: Run, pair: Pair) -> dict[str, str]:
    """Return why some methods cannot be used on a pair: method -> a sentence to be said."""
    key = identity(run, pair)
    found = _refused().get(key)
    if found is None:
        with turn(run.model):
            problem = build_problem(run, pair.values, pair.sample_id)
            reasons = {name: kind().refusal(problem) for name, kind in ATTRIBUTIONS.items()}
        found = _refused().put(key, {name: why for name, why in reasons.items() if why is not None})
    return found


def _methods(wish: Wish) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*choose.QUICK, wish.method)))


def _options(wish: Wish, method: str) -> tuple[tuple[str, float], ...]:
    return wish.options if method == wish.method else ()


def _evidence_key(run: Run, pair: Pair, wish: Wish) -> tuple[Hashable, ...]:
    own = (wish.method, wish.options) if wish.method not in choose.QUICK or wish.options else None
    return (*identity(run, pair), wish.targets, wish.baseline, own)


@st.cache_resource(max_entries=1, show_spinner=False)
def _shelf() -> Shelf[Attributions]:
    return Shelf(KEPT)


@st.cache_resource(max_entries=1, show_spinner=False)
def _refused() -> Shelf[dict[str, str]]:
    return Shelf(KEPT)


@st.cache_resource(max_entries=1, show_spinner=False)
def _tested() -> Shelf[Evidence]:
    return Shelf(KEPT)
