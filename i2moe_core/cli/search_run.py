"""The trainings of a search: each candidate a single fusion, trained briefly, measured on validation."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import torch

from i2moe_core.analysis.sweep_rows import kept_validation
from i2moe_core.checkpoint.files import write_json
from i2moe_core.cli.search_file import BEST, Row, rows_before, write_rows
from i2moe_core.cli.sweep_progress import SweepProgress
from i2moe_core.cli.training_config import new_config
from i2moe_core.config import DataInfo, RunConfig, to_dict
from i2moe_core.data.batching import TensorData, build_vocabulary, prepare
from i2moe_core.device import pick_device
from i2moe_core.encoders import Encoder
from i2moe_core.errors import InputError
from i2moe_core.measures.classification import HEADLINE
from i2moe_core.model.build import build_encoder, build_model
from i2moe_core.training.fit import fit
from i2moe_core.training.info import describe_data
from i2moe_core.training.search import Architecture, Plan, Space, as_options, from_options, search
from i2moe_core.training.search.progressive import best
from i2moe_core.training.search.space import describe_steps

FUSION = "layerwise"
NO_SCORE = float("nan")


@dataclass(frozen=True)
class Found:
    """A finished search: the rows of all candidates, the best one first; those that failed last.

    config: of the best, as written to ``file``. last_layers: what would be fused without a search.
    """

    rows: tuple[Row, ...]
    space: Space
    modalities: tuple[str, ...]
    measure: str
    last_layers: Architecture
    config: RunConfig
    file: Path


def run_search(
    folder: Path,
    given: Mapping[str, Any],
    plan: Plan,
    most: int,
    epochs: int | None = None,
    config: Path | None = None,
    progress: Path | None = None,
) -> Found:
    """Train all that the plan draws and that is not trained yet; write rows as they come, and the best.

    given: settings by dotted name. most: steps of a fusion. epochs: of each training; None: a quarter of
    what the configuration says.

    Raises:
        InputError: the folder, a setting or the data is at fault, or no candidate could be trained.
    """
    trials = _Trials(folder, given, epochs, config)
    space = trials.space(most)
    trials.begin(SweepProgress(progress, plan.budget(space), min(len(trials.rows), plan.budget(space))))
    scores = search(space, plan, trials.score)
    order = best(scores, len(scores))
    if not order:
        raise InputError(f"No candidate could be trained: {next(iter(trials.rows.values()))['problem']}")
    chosen = trials.configured(order[0])
    write_json(folder / BEST, to_dict(chosen))
    rows = tuple(trials.rows[a] for a in [*order, *(a for a in scores if a not in order)])
    names, measure = tuple(trials.info.modalities), HEADLINE[trials.data.samples.task]
    return Found(rows, space, names, measure, space.last_layers(), chosen, folder / BEST)


class _Trials:
    """The data, and what was tried on it so far."""

    def __init__(self, folder: Path, given: Mapping[str, Any], epochs: int | None, file: Path | None) -> None:
        config, samples = new_config(given, file)
        self.config = replace(config, model=replace(config.model, fusion=FUSION, fusion_options={}))
        vocabulary = build_vocabulary(samples, config.data)
        self.data: TensorData = prepare(samples, config.data, vocabulary)
        self.info: DataInfo = describe_data(self.data, vocabulary)
        self.epochs = epochs or max(1, config.training.epochs // 4)
        self.folder, self.shared = folder, _shared(self.config, self.epochs)
        before = rows_before(folder, self.shared)
        self.rows = {from_options(row, len(self.info.modalities)): row for row in before}

    def space(self, most: int) -> Space:
        """Return the space of what the configured encoders hand out."""
        encoders = [build_encoder(self.config.model, self.info, name) for name in self.info.modalities]
        return Space(tuple(len(cast(Encoder, e).layer_widths) + 1 for e in encoders), most)

    def configured(self, architecture: Architecture) -> RunConfig:
        """Return the configuration with this fusion."""
        return replace(self.config, model=replace(self.config.model, fusion_options=as_options(architecture)))

    def begin(self, shown: SweepProgress) -> None:
        """Take what shows the progress."""
        self.shown = shown

    def score(self, architecture: Architecture) -> float:
        """Return the validation measure of a candidate, trained now or before; NaN where that failed."""
        if architecture not in self.rows:
            named = describe_steps(architecture, tuple(self.info.modalities))
            self.shown.begin(named)
            self.rows[architecture] = row = self._train(architecture)
            write_rows(self.folder, self.shared, list(self.rows.values()))
            said = row["problem"] or f"validation {row['score']:.3f} ({row['seconds']:.1f} s)"
            self.shown.end(f"{named}: {said}", timed=True)
        score = self.rows[architecture]["score"]
        return NO_SCORE if score is None else float(score)

    def _train(self, architecture: Architecture) -> Row:
        config, began = _trial(self.configured(architecture), self.epochs), time.monotonic()
        torch.manual_seed(config.training.seed)
        model = build_model(config.model, self.info, vanilla=True).to(pick_device(config.training.device))
        row: Row = {**as_options(architecture), "score": None, "loss": None, "problem": None}
        row["parameters"] = sum(p.numel() for p in model.parameters())
        try:
            history = fit(model, self.data, config).frame()
        except InputError as error:
            return row | {"problem": str(error), "seconds": round(time.monotonic() - began, 3)}
        row["score"] = kept_validation(history, HEADLINE[self.data.samples.task])
        row["loss"] = kept_validation(history, "task")
        return row | {"seconds": round(time.monotonic() - began, 3)}


def _trial(config: RunConfig, epochs: int) -> RunConfig:
    """Return the configuration of a short training: a single fusion, on the task alone."""
    training = replace(
        config.training, recipe="vanilla", recipe_options={}, epochs=epochs, log_gradients=False
    )
    return replace(config, training=training)


def _shared(config: RunConfig, epochs: int) -> dict[str, Any]:
    values = to_dict(_trial(config, epochs))
    values["training"].pop("device")
    return {key: values[key] for key in ("data", "model", "training")}
