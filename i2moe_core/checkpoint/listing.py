"""All runs of a folder at a glance, without reading weights; damaged ones are listed with what is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from i2moe_core.checkpoint.load import read_audit
from i2moe_core.checkpoint.manifest import check_sizes, read_manifest, run_id
from i2moe_core.checkpoint.names import CONFIG, EVERY, MANIFEST
from i2moe_core.checkpoint.settings import read_settings
from i2moe_core.errors import InputError

FIRST = "scenes"  # the run that the app opens


@dataclass(frozen=True)
class RunSummary:
    """One line of the run picker; only path, name and problem are known of a damaged run.

    unfinished: its training is under way or was interrupted; what its config.json says is known too.
    accuracy: the audit's headline measure on the test split (accuracy, micro F1 or R²).
    created: when it was saved, ISO 8601, UTC.
    """

    path: Path
    name: str
    id: str = ""
    recipe: str = ""
    fusion: str = ""
    data: str = ""
    task: str = ""
    classes: tuple[str, ...] = ()
    modalities: tuple[str, ...] = ()
    parameters: int | None = None
    accuracy: float | None = None
    created: str = ""
    problem: str | None = None
    unfinished: bool = False


def list_runs(folder: Path | str) -> list[RunSummary]:
    """Return every run in ``folder``, sorted by name with "scenes" first; none where it does not exist.

    Sizes are compared with the manifest, contents are not: ``load_run`` does that.
    """
    folder = Path(folder)
    paths = [path for path in folder.iterdir() if _looks_like_a_run(path)] if folder.is_dir() else []
    return [summarize_run(path) for path in sorted(paths, key=lambda p: (p.name != FIRST, p.name))]


def summarize_run(path: Path) -> RunSummary:
    """Return a run's summary, with its problem where it cannot be opened."""
    try:
        return _summary(path)
    except InputError as error:
        return _unfinished(path, str(error)) or RunSummary(path, path.name, problem=str(error))
    except OSError as error:
        return RunSummary(path, path.name, problem=f"{path} cannot be read ({error.strerror or error}).")


def _summary(path: Path) -> RunSummary:
    manifest = read_manifest(path)
    check_sizes(path, manifest)
    settings = read_settings(path)
    config, info = settings.config, settings.info
    accuracy = (read_audit(path, manifest) or {}).get("accuracy")
    return RunSummary(
        path=path,
        name=path.name,
        id=run_id(path, manifest),
        recipe=config.training.recipe,
        fusion=config.model.fusion,
        data=info.name,
        task=info.task,
        classes=tuple(info.classes),
        modalities=tuple(info.modalities),
        parameters=manifest.parameters,
        accuracy=float(accuracy) if isinstance(accuracy, (int, float)) else None,
        created=manifest.created,
    )


def _unfinished(path: Path, problem: str) -> RunSummary | None:
    """Return what is known of a training that has not ended; None where it is none."""
    if (path / MANIFEST).exists() or not (path / CONFIG).is_file():
        return None
    try:
        settings = read_settings(path)
    except InputError:
        return None
    config, info = settings.config, settings.info
    return RunSummary(
        path, path.name, recipe=config.training.recipe, fusion=config.model.fusion, data=info.name,
        task=info.task, classes=tuple(info.classes), modalities=tuple(info.modalities), problem=problem,
        unfinished=True,
    )  # fmt: skip


def _looks_like_a_run(path: Path) -> bool:
    return path.is_dir() and any((path / name).exists() for name in EVERY)
