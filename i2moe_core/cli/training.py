"""From a configuration to a finished run: what ``i2moe train`` does, new or resumed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch

from i2moe_core.checkpoint import Settings, begin_run, discard_run, load_run, read_settings, save_run
from i2moe_core.checkpoint.files import suppressed
from i2moe_core.checkpoint.in_use import held
from i2moe_core.checkpoint.names import AUDIT, MANIFEST, STATE, VOCABULARY
from i2moe_core.checkpoint.settings import MIXTURE, SINGLE
from i2moe_core.cli.finish import finish_run
from i2moe_core.cli.progress import Progress, Stretch
from i2moe_core.cli.progress_file import Follower
from i2moe_core.cli.training_config import new_config, same_config
from i2moe_core.config import RunConfig
from i2moe_core.data import load_samples
from i2moe_core.data.batching import TensorData, build_vocabulary, prepare
from i2moe_core.data.vocabulary import Vocabulary
from i2moe_core.device import pick_device
from i2moe_core.errors import InputError
from i2moe_core.model.build import Model, build_model
from i2moe_core.registry import lookup
from i2moe_core.training.fit import fit
from i2moe_core.training.info import describe_data
from i2moe_core.training.recipes import RECIPES


def start_training(
    folder: Path,
    given: Mapping[str, Any],
    file: Path | None = None,
    before_writing: Callable[[], None] = lambda: None,
    progress: Follower | None = None,
) -> None:
    """Train a new model into ``folder``.

    before_writing: called once all input was found good, before the first file is written.
    progress: a file in which the progress is kept as JSON, or a function that is told.

    Raises:
        InputError: a setting or the data is at fault; then nothing is left behind.
    """
    config, samples = new_config(given, file)
    vocabulary = build_vocabulary(samples, config.data)
    data = prepare(samples, config.data, vocabulary)
    settings = _settings(config, data, vocabulary)
    model = _new_model(settings)
    before_writing()
    existed = folder.is_dir()
    begin_run(folder, settings, vocabulary)
    try:
        _train(folder, settings, model, data, vocabulary, progress=progress)
    except InputError:
        if not any((folder / name).is_file() for name in (STATE, MANIFEST)):
            discard_run(folder)
            if not existed:
                with suppressed():
                    folder.rmdir()
        raise


def resume_training(folder: Path, given: Mapping[str, Any], progress: Follower | None = None) -> None:
    """Go on with an interrupted training, or audit a finished run that was not audited yet.

    progress: a file in which the progress is kept as JSON, or a function that is told.

    Raises:
        InputError: the settings or the data differ from those it began with, or its state is damaged.
    """
    stored = read_settings(folder)
    config = same_config(stored.config, given)
    samples = load_samples(config.data)
    vocabulary = _stored_vocabulary(folder, stored)
    data = prepare(samples, config.data, vocabulary)
    settings = _settings(config, data, vocabulary)
    if settings.info != stored.info:
        raise InputError(
            f"The data of '{config.data.source}' has changed since the training in {folder} began; "
            "put it back, or give --overwrite to start anew."
        )
    if not (folder / MANIFEST).is_file():
        _train(folder, settings, _new_model(settings), data, vocabulary, True, progress)
    elif load_run(folder, config.training.device).audit is None:
        finish_run(folder, data, config.training.device)
    else:
        print(f"{folder} is finished already ({AUDIT} is there); nothing was done.")


def _settings(config: RunConfig, data: TensorData, vocabulary: Vocabulary | None) -> Settings:
    kind = MIXTURE if lookup(RECIPES, config.training.recipe, "recipe").mixture else SINGLE
    return Settings(config, describe_data(data, vocabulary), kind)


def _new_model(settings: Settings) -> Model:
    device = pick_device(settings.config.training.device)
    torch.manual_seed(settings.config.training.seed)
    model = build_model(settings.config.model, settings.info, vanilla=settings.kind == SINGLE)
    return model.to(device)


def _train(
    folder: Path,
    settings: Settings,
    model: Model,
    data: TensorData,
    vocabulary: Vocabulary | None,
    resume: bool = False,
    progress: Follower | None = None,
) -> None:
    config = settings.config
    with held(folder, "a training"), Progress(progress, _plan(config, data)) as shown:
        history = fit(model, data, config, folder, resume, shown)
        shown.say("trained; now the audit and the analysis")
        save_run(folder, model, config, settings.info, vocabulary, data.samples, history.frame())
        finish_run(folder, data, config.training.device)
        shown.say("finished")


def _plan(config: RunConfig, data: TensorData) -> list[Stretch]:
    phases = lookup(RECIPES, config.training.recipe, "recipe")(config.training).phases()
    rows = len(data.samples.rows("train"))
    return [Stretch(phase.name, phase.epochs, max(1, -(-rows // phase.batch_size))) for phase in phases]


def _stored_vocabulary(folder: Path, settings: Settings) -> Vocabulary | None:
    if not settings.info.vocabulary_size:
        return None
    try:
        return Vocabulary.from_json((folder / VOCABULARY).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{folder / VOCABULARY} cannot be read; give --overwrite to start anew.") from error
