"""The configuration of a run: frozen, written to config.json, unknown keys refused by name."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from i2moe_core.errors import InputError

SCHEMA_VERSION = 1


@dataclass(frozen=True)
class DataConfig:
    """Where the samples come from and how they are made into tensors."""

    source: str = "scenes"  # a name in DATASETS (options after a colon) or a path
    seed: int = 0  # of a generated set, and of the split where none is given
    options: dict[str, Any] = field(default_factory=dict)  # of the reader: column names, task, sizes
    image_size: int = 32  # pixels, height and width
    max_tokens: int = 32  # of a text; longer ones are cut, and the app says so
    vocabulary_size: int = 2000  # pieces
    min_frequency: int = 2  # how often a piece must occur in training; 1 keeps every word whole
    tokenizer: str = ""  # a hub model's path: take its own tokeniser instead of a trained one
    augment: bool = False  # small shifts and flips of pictures, dropped words, in training only
    word_dropout: float = 0.3  # share of pieces hidden, with ``augment``
    max_shift: int = 3  # pixels, with ``augment``
    jitter: float = 0.15  # share by which brightness and contrast vary, with ``augment``


@dataclass(frozen=True)
class EncoderConfig:
    """One modality's encoder; options are passed to its builder."""

    name: str  # a name in ENCODERS
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ExpertConfig:
    """One expert of a set of one's own: its role, and the modalities it is about."""

    role: str  # unique, synergy or redundancy
    modalities: list[str] = field(default_factory=list)  # one for unique; for the others none means all


@dataclass(frozen=True)
class ModelConfig:
    """The mixture: width, experts' fusion, gate, replacement."""

    width: int = 64  # D of every token
    encoders: dict[str, EncoderConfig] = field(default_factory=dict)  # modality -> encoder; empty: by kind
    experts: str = "m_plus_2"  # a name in EXPERT_SETS: m_plus_2, pairwise or custom
    custom_experts: list[ExpertConfig] = field(default_factory=list)  # with experts=custom
    fusion: str = "cross_attention"  # a name in FUSIONS
    fusion_options: dict[str, Any] = field(default_factory=dict)
    hidden: int = 64  # of the fusion's output and the heads
    dropout: float = 0.3
    masked_uniqueness: bool = True  # uniqueness expert i sees modality i only
    gate_hidden: int = 64
    gate_layers: int = 1  # hidden layers of the gate
    gate_pooling: str = "attention"  # or "mean"
    gate_sees_answers: bool = False  # the gate also reads what the experts say, and so where they disagree
    temperature: float = 1.0  # of the gate's softmax
    replacement: str = "permutation"  # a name in REPLACEMENTS
    probes: bool = True  # carry the probe heads p(y|x_m), p(y|x)
    probe_fusion: str = "cross_attention"  # of the probe heads, a name in FUSIONS


@dataclass(frozen=True)
class TrainingConfig:
    """How it is trained; one epoch count, rate and batch per phase of the recipe."""

    recipe: str = "faithful"
    recipe_options: dict[str, Any] = field(default_factory=dict)
    methods: dict[str, dict[str, Any]] = field(default_factory=dict)  # METHODS name -> options
    epochs: int = 24  # of the first phase
    expert_epochs: int = 15  # of the second phase, where the recipe has one
    batch_size: int = 64
    expert_batch_size: int = 128
    learning_rate: float = 2e-3
    weight_decay: float = 1e-2
    warmup: float = 0.15  # share of the steps, one-cycle
    clip: float = 2.0  # gradient norm
    patience: int = 8  # epochs without a better validation score before a phase stops; 0: never
    seed: int = 0
    missing_rate: float = 0.05  # share of samples whose one modality is hidden in training
    precision: str = "auto"  # fp32, bf16 (autocast), or auto: bf16 on CUDA
    device: str = "auto"
    log_gradients: bool = True  # cosines of the losses' gradients in the history, once an epoch


@dataclass(frozen=True)
class DataInfo:
    """What a model must know of its data; stored with the run, so that opening it needs no data set.

    modalities: name -> kind, in the experts' order. shapes: name -> one sample's input shape.
    prior: per class the share in training (the mean for regression). scale: the target's standard deviation
    in training for regression, 1 otherwise.
    """

    name: str
    task: str
    modalities: dict[str, str]
    classes: list[str]
    shapes: dict[str, list[int]]
    vocabulary_size: int
    prior: list[float]
    scale: float = 1.0


@dataclass(frozen=True)
class RunConfig:
    """Everything that decides a run's weights."""

    data: DataConfig = field(default_factory=DataConfig)
    model: ModelConfig = field(default_factory=ModelConfig)
    training: TrainingConfig = field(default_factory=TrainingConfig)
    schema_version: int = SCHEMA_VERSION


def to_dict(config: Any) -> dict[str, Any]:
    """Return a config as plain JSON values."""
    return dataclasses.asdict(config)


def from_dict(kind: type[Any], values: Mapping[str, Any], where: str = "config") -> Any:
    """Build a config of ``kind`` from JSON values.

    Raises:
        InputError: a key is unknown or missing, or a value has the wrong type; the message names its path.
    """
    if not isinstance(values, Mapping):
        raise InputError(f"{where} must be an object with keys, but is {type(values).__name__}.")
    hints = get_type_hints(kind)
    unknown = sorted(set(values) - set(hints))
    if unknown:
        raise InputError(f"Unknown key '{unknown[0]}' in {where}. Known: {', '.join(sorted(hints))}.")
    needed = [f.name for f in dataclasses.fields(kind) if _is_needed(f) and f.name not in values]
    if needed:
        raise InputError(f"{where} lacks a key ('{needed[0]}'); add it, or copy the file again.")
    return kind(**{key: _convert(hints[key], value, f"{where}.{key}") for key, value in values.items()})


def override(config: RunConfig, assignments: Mapping[str, Any]) -> RunConfig:
    """Return ``config`` with dotted keys replaced: ``{"model.encoders.image.name": "vit"}``.

    Raises:
        InputError: a key does not exist.
    """
    values = to_dict(config)
    for path, value in assignments.items():
        *parents, leaf = path.split(".")
        _descend(values, parents, path)[leaf] = value
    built: RunConfig = from_dict(RunConfig, values)
    return built


def _descend(values: dict[str, Any], parents: list[str], path: str) -> dict[str, Any]:
    for depth, key in enumerate(parents):
        # Below a setting that is a table (encoders, methods, options) new entries are made.
        if key not in values and depth < 2:
            raise InputError(f"Unknown setting '{path}': there is no '{key}' in it.")
        values = values.setdefault(key, {})
        if not isinstance(values, dict):
            raise InputError(f"Unknown setting '{path}': '{key}' has no further settings.")
    return values


def _is_needed(entry: dataclasses.Field[Any]) -> bool:
    missing = dataclasses.MISSING
    return entry.default is missing and entry.default_factory is missing


def _convert(hint: Any, value: Any, where: str) -> Any:
    origin = get_origin(hint)
    if dataclasses.is_dataclass(hint):
        return from_dict(hint, value, where)  # type: ignore[arg-type]
    if origin is list:
        if not isinstance(value, (list, tuple)):
            raise InputError(f"{where} must be a list, but is {type(value).__name__}.")
        return [_convert(get_args(hint)[0], item, f"{where}[{n}]") for n, item in enumerate(value)]
    if origin is dict:
        if not isinstance(value, Mapping):
            raise InputError(f"{where} must be an object with keys, but is {type(value).__name__}.")
        inner = get_args(hint)[1]
        return {key: _convert(inner, item, f"{where}.{key}") for key, item in value.items()}
    if hint is Any or origin in (Union, UnionType):
        return value
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if hint is float and isinstance(value, float) and not math.isfinite(value):
        raise InputError(f"{where} must be a finite number, but is {value}.")
    if not isinstance(value, hint) or (hint is int and isinstance(value, bool)):
        raise InputError(f"{where} must be {hint.__name__}, but is {value!r}.")
    return value
