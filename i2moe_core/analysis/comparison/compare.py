"""Two runs or more on the same samples: who is right, who means what, how far they agree, and where not.

Retrained with another seed, a model should share its answers among the experts as before: the agreement of
such runs is the stability of the explanation.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from i2moe_core.analysis.chunks import chunk_data
from i2moe_core.analysis.columns import sample_rows
from i2moe_core.analysis.comparison.pairs import agreement_table, stability_table
from i2moe_core.analysis.comparison.said import RunSaid, hear_run, run_row
from i2moe_core.analysis.comparison.samples import difference_table, sample_table
from i2moe_core.checkpoint import Run
from i2moe_core.data.batching import TensorData
from i2moe_core.errors import InputError
from i2moe_core.model.i2moe import I2MoE
from i2moe_core.types import Samples, interaction_names

LIMIT = 2000
Watch = Callable[[int, int], None]


@dataclass(frozen=True, eq=False)
class Comparison:
    """What R runs say of the same N samples.

    runs: their labels, R names that differ. experts: the E names. data, split: of the samples; total: how
    many the split has. measure: what ``accuracy`` is (accuracy, micro_f1 or r2).
    table: a row a run: run, path, id, recipe, fusion, seed, group (equal where only the seeds differ),
        accuracy with _low and _high, ece, leak, contribution_argmax, irs, ``roles.<expert>``,
        ``weight.<expert>``, ``share.<expert>`` (means). What is not known, or needs experts, is NaN.
    agreement: a row a pair: a, b, same_answer, same_dominant (largest share), same_heaviest (largest weight)
        each with _low and _high, weight_difference and share_difference (mean absolute, 0..1),
        accuracy_difference (b - a) with _low and _high, ``rank.<expert>`` with ``rank_low.`` and
        ``rank_high.``: Spearman's correlation of that expert's weight over the samples.
    stability: a row a group of two runs or more: group, runs, accuracy and its standard deviation
        accuracy_std, the mean over its pairs of what ``agreement`` has, and lowest_rank.
    samples: a row a sample: id, label, interaction (None where not known), and for every run ``RUN answer``,
        ``RUN right`` (None for a regression), ``RUN probability``, ``RUN dominant``, ``RUN weight <expert>``,
        ``RUN share <expert>``, ``RUN contribution <expert>`` (w_k z_k of its answer).
    differences: the samples where they differ most, first the greatest: id, label, a, b (the pair), answer_a,
        answer_b, right_a, right_b, distance (answer_distance + share_distance, each a total variation in
        [0, 1]), turned (they answer differently; of numbers: on another side of the prior), expert (whose
        contribution changed most, None without experts), before, after (its contribution in a, in b; its
        share of the answer where not turned), why.
    """

    runs: tuple[str, ...]
    experts: tuple[str, ...]
    data: str
    split: str
    total: int
    measure: str
    table: pd.DataFrame
    agreement: pd.DataFrame
    stability: pd.DataFrame
    samples: pd.DataFrame
    differences: pd.DataFrame


def compare_runs(
    runs: Sequence[Run],
    data: TensorData | Samples,
    split: str = "test",
    limit: int = LIMIT,
    watch: Watch = lambda done, total: None,
) -> Comparison:
    """Ask every run about the same samples of a split, at most ``limit`` of them, the same every time.

    Each run prepares the raw samples with its own vocabulary and sizes, so ``data`` may be unprepared.
    watch: called with the runs that are done, and all.

    Raises:
        InputError: fewer than two runs, runs of different inputs or classes, or an empty split.
    """
    check_runs(runs)
    samples = data if isinstance(data, Samples) else data.samples
    rows = sample_rows(samples.splits == split, limit)
    if len(rows) == 0:
        raise InputError(f"'{samples.name}' has no sample in split '{split}'; name another split.")
    said: list[RunSaid] = []
    for label, run in zip(run_labels([run.name for run in runs]), runs, strict=True):
        watch(len(said), len(runs))
        said.append(hear_run(label, run, chunk_data(run, samples, rows, run.config.data)))
    watch(len(said), len(runs))
    experts = _experts(runs) or interaction_names(tuple(runs[0].info.modalities))
    table = pd.DataFrame(
        [run_row(one, experts, group) for one, group in zip(said, _groups(runs), strict=True)]
    )
    agreement = agreement_table(said, experts)
    return Comparison(
        runs=tuple(one.label for one in said),
        experts=experts,
        data=samples.name,
        split=split,
        total=int((samples.splits == split).sum()),
        measure=said[0].measure,
        table=table,
        agreement=agreement,
        stability=stability_table(table, agreement, experts),
        samples=sample_table(said, experts),
        differences=difference_table(said, experts),
    )


def check_runs(runs: Sequence[Run]) -> None:
    """Refuse runs that cannot be asked about the same samples.

    Raises:
        InputError: there are fewer than two, or their inputs, task or classes differ.
    """
    if len(runs) < 2:
        raise InputError(f"A comparison needs two runs or more, but got {len(runs)}; name another run.")
    first = runs[0]
    for other in runs[1:]:
        for what, mine, theirs in (
            ("inputs", _named(first.info.modalities), _named(other.info.modalities)),
            ("tasks", first.info.task, other.info.task),
            ("classes", ", ".join(first.info.classes), ", ".join(other.info.classes)),
        ):
            if mine != theirs:
                raise InputError(
                    f"'{first.name}' and '{other.name}' cannot be compared: they have different {what} "
                    f"({_cut(mine)} against {_cut(theirs)}); choose runs of one data set."
                )
    _experts(runs)


def _experts(runs: Sequence[Run]) -> tuple[str, ...]:
    """Return the experts' names of the mixtures among the runs, which are the same; () where none is.

    Raises:
        InputError: two mixtures have different experts.
    """
    mixtures = [(run, run.model.expert_names) for run in runs if isinstance(run.model, I2MoE)]
    for run, names in mixtures[1:]:
        first, known = mixtures[0]
        if names != known:
            raise InputError(
                f"'{first.name}' and '{run.name}' cannot be compared: they have different experts "
                f"({_cut(', '.join(known))} against {_cut(', '.join(names))}); choose runs of one set."
            )
    return mixtures[0][1] if mixtures else ()


def run_labels(names: Sequence[str]) -> list[str]:
    """Return the names, with a number behind where one occurs again: "a", "b", "a (2)"."""
    return [
        name if name not in names[:place] else f"{name} ({1 + names[:place].count(name)})"
        for place, name in enumerate(names)
    ]


def _groups(runs: Sequence[Run]) -> list[int]:
    """Number the configurations, 1 and up: runs that differ in their seeds only have one number."""
    plain = [
        replace(
            run.config,
            data=replace(run.config.data, seed=0),
            training=replace(run.config.training, seed=0, device="auto", log_gradients=True),
        )
        for run in runs
    ]
    different = [one for place, one in enumerate(plain) if one not in plain[:place]]
    return [1 + different.index(one) for one in plain]


def _named(kinds: dict[str, str]) -> str:
    return ", ".join(f"{name} ({kind})" for name, kind in kinds.items())


def _cut(text: str, limit: int = 80) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
