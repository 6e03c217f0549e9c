"""Why the measures of interaction differ, as one paragraph of sentences made from this run's own numbers.

A sentence is written only where its numbers are there, and says the finding before its likely reason.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from i2moe_core.analysis.emap_file import Emap
from i2moe_core.analysis.info import AnalysisInfo
from i2moe_core.analysis.set_level import SetLevel
from i2moe_core.analysis.triangulation import DROP, MEASURES, named
from i2moe_core.plots import expert_label
from i2moe_core.types import REDUNDANCY, SYNERGY, UNIQUE
from i2moe_core.ui.triangulated import Triangulation
from i2moe_core.ui.words import percent, plain

BITS = math.log(2)
PROBES, MODEL = "component", "model_component"


def why_they_differ(
    found: Triangulation,
    info: AnalysisInfo,
    level: SetLevel | None,
    emap: Emap | None,
    audit: Mapping[str, object] | None,
) -> str:
    """Return the paragraph, in Markdown; one sentence at least."""
    sentences = [
        *_extremes(found),
        *_weight_or_share(found),
        *_drop_and_redundancy(found, info.interactions),
        *_probes_or_model(found, info, audit),
        *_noise(found, info),
        *_samples_or_set(found, level, info.interactions),
        *_sums(found, emap, info.interactions),
    ]
    return " ".join(sentences) or "There are too few samples or measures here to compare."


def _extremes(found: Triangulation) -> list[str]:
    known = {pair: share for pair, share in found.same.items() if not math.isnan(share)}
    if len(known) < 2:
        return []
    most, least = max(known, key=lambda k: known[k]), min(known, key=lambda k: known[k])
    return [
        f"Of these {len(found.places):,} samples {_two(most)} name the same interaction in "
        f"**{percent(known[most])}**, {_two(least)} in only **{percent(known[least])}**."
    ]


def _weight_or_share(found: Triangulation) -> list[str]:
    same = found.same.get(("weight", "share"), math.nan)
    if math.isnan(same):
        return []
    if same >= 0.95:
        return [
            f"Gate weight and answer share name the same in {percent(same)}: the experts that get the say "
            "also fill it."
        ]
    return [
        f"Gate weight and answer share part in {percent(1 - same)}: the weight is the say that an expert "
        "gets, the share counts what it says with it, and an expert that tells nothing holds nothing."
    ]


def _drop_and_redundancy(found: Triangulation, experts: Sequence[str]) -> list[str]:
    key = PROBES if PROBES in found.values else "share"
    if DROP not in found.values or key not in found.values:
        return []
    told_twice = named(found.values[key]) == list(experts).index(REDUNDANCY)
    drops = named(found.values[DROP])
    here = told_twice & (drops >= 0)
    part = float((drops == list(experts).index(SYNERGY))[here].mean()) if here.any() else 0.0
    if part < 0.02:
        return []
    return [
        f"Where {_one(key)} names redundancy ({int(here.sum()):,} samples) the modality drop names synergy "
        f"in {percent(part)}: an input from another sample is not absent, it contradicts the one that stays."
    ]


def _probes_or_model(
    found: Triangulation, info: AnalysisInfo, audit: Mapping[str, object] | None
) -> list[str]:
    if PROBES not in found.values or MODEL not in found.values:
        return []
    probes, model = (np.nanmean(found.values[key], axis=0) for key in (PROBES, MODEL))
    k = int(np.argmax(np.abs(model - probes)))
    name = plain(expert_label(info.interactions[k])).lower()
    text = (
        f"The probes find {_nats(probes[k])} nats of {name} a sample, the model's own answers under swaps "
        f"{_nats(model[k])}: the probes say what the inputs offer, the swaps what this model makes of them."
    )
    many = (audit or {}).get("pointwise_argmax")
    rows = found.truth[(found.truth["measure"] == MODEL) & (found.truth["truth"] == "all")]
    if isinstance(many, float) and len(rows) and many > float(rows["share"].iloc[0]) + 0.02:
        few = float(rows["share"].iloc[0])
        text += (
            f" Much of it is the number of swaps: the logarithm of a mean of {info.draws} answers is too low "
            "on average, which is booked as synergy; so taken the model's PID names the true interaction in "
            f"{percent(few)}, with many swaps, in the audit, in {percent(many)}."
        )
    return [text]


def _noise(found: Triangulation, info: AnalysisInfo) -> list[str]:
    if math.isnan(found.noise) or found.noise < 0.02:
        return []
    return [
        f"Only {info.draws} swaps a sample were drawn, which alone makes {percent(found.noise)} of the "
        f"variance of the drops: even a measure that agrees fully would hardly correlate with them above "
        f"{math.sqrt(1 - found.noise):.2f}, except the model's PID, which rests on the same swaps."
    ]


def _samples_or_set(found: Triangulation, level: SetLevel | None, experts: Sequence[str]) -> list[str]:
    if level is None or PROBES not in found.values or len(experts) != 4:
        return []
    alone = [k for k, name in enumerate(experts) if name.startswith(UNIQUE)]
    by_sample = float(np.nanmean(found.values[PROBES], axis=0)[alone].sum()) / BITS
    parts = level.parts.set_index("expert")["bits"]
    at_once = float(parts[[experts[k] for k in alone]].sum())
    text = f"BROJA leaves {at_once:.2f} bits unique where the samples one by one average {by_sample:.2f}"
    if by_sample > at_once + 0.05:
        return [
            f"{text}: over a whole set of different samples it may let one input's clue stand in for the "
            "other's, and books what is unique within samples as redundancy and synergy of the set."
        ]
    return [f"{text}: here the set as a whole and its samples tell nearly the same."]


def _sums(found: Triangulation, emap: Emap | None, experts: Sequence[str]) -> list[str]:
    if emap is None:
        return []
    share = float(np.nanmean(found.values["share"][:, list(experts).index(SYNERGY)]))
    text = (
        f"On {len(emap.rows)} samples of the split the best sum of its inputs reaches {emap.additive:.2f} "
        f"where the model reaches {emap.full:.2f} ({plain(emap.measure)})"
    )
    if emap.low <= 0:
        but = "though" if share >= 0.02 else "and"
        return [
            f"{text}: adding up suffices there, {but} synergy holds {percent(share)} of the answers here."
        ]
    return [
        f"{text}: this is what interaction is worth to the answers, while synergy's share of "
        f"{percent(share)} counts evidence, also where adding up would have given the same answer."
    ]


def _one(key: str) -> str:
    label = MEASURES[key].label
    return f"the {label if label[:1] != label[:1].lower() and label[1:2].isupper() else label.lower()}"


def _two(pair: tuple[str, str]) -> str:
    return " and ".join(f"*{MEASURES[key].label}*" for key in pair)


def _nats(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")
