"""The columns of an analysis: one row a sample, the same names for every run; each with type, unit, meaning.

Names are built by the functions here, because modality and expert names are the run's own. Where a column
says "the answer" it means the mixture's: the most probable class, the likeliest label, or the number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from i2moe_core.types import UNIQUE

MIXTURE, JOINT = "mixture", "joint"
EMBEDDING = "_embedding"  # of unfinished parts only: the maps are made of it
MAPS = ("umap_embedding", "umap_interaction", "pca_embedding", "pca_interaction")
TYPES = {
    "text": pa.string(),
    "number": pa.float32(),
    "whole number": pa.int64(),
    "yes or no": pa.bool_(),
    "picture": pa.binary(),
    "numbers": pa.list_(pa.float32()),
}


@dataclass(frozen=True)
class Column:
    """One column: ``kind`` is a key of TYPES; ``unit`` is empty where there is none."""

    name: str
    kind: str
    unit: str
    meaning: str


_SAMPLE = (
    Column("id", "text", "", "The sample's name in its data set."),
    Column("row", "whole number", "row", "The sample's place in its data set, counted from 0."),
    Column("split", "text", "", "train, validation or test."),
    Column("text", "text", "", "The sample's (first) text; null without one."),
    Column("image", "text", "path", "The picture's file; null for generated sets, whose `row` names it."),
    Column("thumbnail", "picture", "JPEG", "The (first) picture as the model reads it, at most 64 pixels."),
    Column("missing", "text", "", "The modalities that the sample lacks, by comma; empty if complete."),
    Column("label", "text", "", "The right answer in words; labels by comma."),
    Column("label_value", "number", "target", "The right number of a regression, else null."),
    Column("prediction", "text", "", "The mixture's answer in words."),
    Column("predicted_value", "number", "target", "The predicted number of a regression, else null."),
    Column("probability", "number", "0 to 1", "The answer's probability; null for a regression."),
    Column("correct", "yes or no", "", "Is the answer right, in all labels? Null for a regression."),
)
_EXPERT = (
    ("weight", "number", "0 to 1", "The gate's weight; they sum to 1."),
    ("share", "number", "0 to 1", "The expert's share of the answer, |weight x evidence|; they sum to 1."),
    ("contribution", "number", "logit", "What the expert adds to the answer's logit: weight x logit."),
    ("answer", "text", "", "What the expert says alone."),
    ("confidence", "number", "0 to 1", "The probability of the expert's own answer; null for a regression."),
    ("support", "number", "0 to 1", "The expert's probability of the mixture's answer; its own number."),
    ("component", "number", "nats", "This interaction's part of the evidence for the answer."),
    ("model_component", "number", "nats", "The same, by swaps in the mixture itself, without probes."),
)
_SWAPS = (
    ("changed", "number", "0 to 1", "Share of the swaps of this modality that change the answer."),
    ("spread", "number", "0 to 1", "Standard deviation over the swaps of the answer's probability."),
)
_DISAGREEMENT = (
    Column("dominant", "text", "", "The expert with the largest share of the answer."),
    Column("jensen_shannon", "number", "0 to 1", "Divergence among all experts' answers; 1: all differ."),
    Column("pairwise_jensen_shannon", "number", "bits", "Mean divergence of each two experts, 0 to 1."),
    Column("vote_entropy", "number", "0 to 1", "How evenly the experts' votes are spread."),
    Column("contribution_variance", "number", "nats^2", "Variance of the evidence for the answer by weight."),
    Column("agreement", "number", "0 to 1", "Share of the experts that give the mixture's answer."),
    Column("sign_split", "number", "0 to 1", "Share of the experts that pull towards the answer."),
    Column("sign_split_by_label", "numbers", "0 to 1", "The same for each label; null without labels."),
)


def column(kind: str, expert: str) -> str:
    """Return the name of an expert's column: ``column("weight", "synergy")`` is ``weight_synergy``."""
    return f"{kind}_{expert}"


def swapped_column(modality: str, expert: str = MIXTURE) -> str:
    """Return the name of the column of what an expert says while another sample's modality stands in."""
    return f"swapped_{modality}_{expert}"


def probe_column(modality: str = JOINT) -> str:
    """Return the name of the column of a probe's answer: of one modality, or of all together."""
    return f"probe_{modality}"


def modalities_of(experts: Sequence[str]) -> tuple[str, ...]:
    """Return the modalities behind the experts' names, those that an expert is unique to."""
    start = f"{UNIQUE}:"
    return tuple(name.removeprefix(start) for name in experts if name.startswith(start))


def describe_columns(experts: Sequence[str], modalities: Sequence[str] | None = None) -> list[Column]:
    """Return all columns in order, described; modalities: by default those that an expert is unique to."""
    modalities = modalities_of(experts) if modalities is None else modalities
    by_expert = [Column(column(k, e), kind, unit, text) for k, kind, unit, text in _EXPERT for e in experts]
    by_swap = [c for m in modalities for c in _swap_columns(m, experts)]
    probes = [
        Column(probe_column(m), "text", "", f"What the probe of {what} says; null without probes.")
        for m, what in [*((m, f"{m} alone") for m in modalities), (JOINT, "all modalities")]
    ]
    maps = [
        Column(f"{name}_{axis}", "number", "map", f"{axis} on the {_title(name)}.")
        for name in MAPS
        for axis in "xy"
    ]
    truth = Column("interaction", "text", "", "The true interaction, where it is known.")
    return [*_SAMPLE, *by_expert, *by_swap, *probes, *_DISAGREEMENT, *maps, truth]


def columns_of(experts: Sequence[str], modalities: Sequence[str] | None = None) -> list[str]:
    """Return all names in order."""
    return [c.name for c in describe_columns(experts, modalities)]


def arrow_schema(experts: Sequence[str], modalities: Sequence[str] | None = None) -> pa.Schema:
    """Return the names with their types in Parquet."""
    return pa.schema([(c.name, TYPES[c.kind]) for c in describe_columns(experts, modalities)])


def schema_text() -> str:
    """Return the documentation of every column, one a line, with placeholders for the run's own names."""
    general = describe_columns(["{expert}"])
    place = [c.name for c in general].index(probe_column())
    by_modality = [
        *_swap_columns("{modality}", ["{expert}"]),
        Column(probe_column("{modality}"), "text", "", "What the probe of that modality says alone."),
    ]
    columns = [*general[:place], *by_modality, *general[place:]]
    width, units = max(len(c.name) for c in columns), max(len(_unit(c)) for c in columns)
    return "\n".join(f"{c.name:<{width}}  {_unit(c):<{units}}  {c.meaning}" for c in columns)


def _swap_columns(modality: str, experts: Sequence[str]) -> list[Column]:
    mean = f"Mean probability of the answer while {modality} comes from other samples; null if missing."
    said = [Column(swapped_column(modality, e), "number", "0 to 1", mean) for e in (MIXTURE, *experts)]
    return [*said, *(Column(f"{k}_{modality}", kind, unit, text) for k, kind, unit, text in _SWAPS)]


def _title(name: str) -> str:
    method, space = name.split("_")
    what = "pooled embeddings" if space == "embedding" else "weights, shares and components"
    sampled = "; null for samples that are not on it" if method == "umap" else ""
    return f"{method.upper()} map of the {what}{sampled}"


def _unit(c: Column) -> str:
    return f"{c.kind}, {c.unit}" if c.unit else c.kind
