"""The model card: what a run is, how it was made, what its audit says and what that does not say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from i2moe_core.checkpoint.settings import SINGLE, Settings
from i2moe_core.config import DataInfo, ModelConfig, RunConfig
from i2moe_core.expert_set import expert_names

FIGURES = {
    "accuracy": "share of right answers (micro F1 for several labels, R² for a quantity)",
    "contribution_argmax": "how often the largest contribution names the true interaction, mean over types",
    "gate_argmax": "the same for the largest weight",
    "auroc": "how well the weights rank the true interaction, mean over the types; chance .5",
    "irs": "Interaction Recovery Score: 1 = experts do and say what they are called, 0 = chance",
    "leak": "how well a weight alone gives the predicted class away; ideal .5, suspicious above .7",
}
_LIMITS = (
    "Interactions are named by one definition, the pointwise minimum-consensus decomposition of what probes "
    "measure; other definitions of unique, redundant and synergistic differ.",
    "A figure of the audit holds for this data and this split; audit again on inputs of another kind.",
    "Weights say how the answer is shared among the experts, not what caused it in the world.",
)


def model_card(name: str, settings: Settings, parameters: int, audit: Mapping[str, Any] | None) -> str:
    """Return MODEL_CARD.md of a run."""
    config, info = settings.config, settings.info
    parts = [
        f"# {name}",
        _what(settings, parameters),
        "## Data",
        _data(config, info),
        "## Training",
        _training(config),
        "## Reproduce",
        _commands(name, info),
        "## Audit",
        _audit(audit),
        "## Limits",
        "\n".join(f"- {limit}" for limit in _LIMITS),
    ]
    return "\n\n".join(parts) + "\n"


def _what(settings: Settings, parameters: int) -> str:
    info = settings.info
    inputs = ", ".join(f"{name} ({kind})" for name, kind in info.modalities.items())
    if settings.kind == SINGLE:
        kind = "A single fusion without experts, the baseline that mixtures are compared with"
    else:
        experts = expert_names(settings.config.model, tuple(info.modalities))
        kind = f"A mixture of {len(experts)} interaction experts"
    return f"{kind}. It reads {inputs} and answers a {info.task} question. {parameters:,} parameters."


def _data(config: RunConfig, info: DataInfo) -> str:
    shown = ", ".join(info.classes[:20]) + (
        f", and {len(info.classes) - 20} more" if len(info.classes) > 20 else ""
    )
    return (
        f"`{info.name}` (source `{config.data.source}`, seed {config.data.seed}). "
        f"{len(info.classes)} {'quantity' if info.task == 'regression' else 'classes'}: {shown}."
    )


def _training(config: RunConfig) -> str:
    training, model = config.training, config.model
    methods = ", ".join(training.methods) or "none"
    rows = [
        ("recipe", training.recipe),
        ("fusion", model.fusion),
        (
            "epochs",
            f"{training.epochs} at most, and {training.expert_epochs} more where experts have a phase",
        ),
        ("batch size", str(training.batch_size)),
        ("learning rate", f"{training.learning_rate:g}"),
        ("further methods", methods),
        *([("experts", model.experts)] if model.experts != ModelConfig().experts else []),
        *([("gate", "also sees the experts' answers")] if model.gate_sees_answers else []),
        ("seed", str(training.seed)),
    ]
    return _table(("setting", "value"), rows)


def _commands(name: str, info: DataInfo) -> str:
    asks = {"image": "--image FILE", "text": '--text "..."'}
    values = [asks[kind] for kind in dict.fromkeys(info.modalities.values()) if kind in asks] or [
        "--example ID"
    ]
    return "\n".join(
        [
            "```",
            f"i2moe train --config checkpoints/{name}/config.json --out checkpoints/{name}-again",
            f"i2moe audit checkpoints/{name}",
            f"i2moe explain checkpoints/{name} {' '.join(values)}",
            "```",
        ]
    )


def _audit(audit: Mapping[str, Any] | None) -> str:
    if audit is None:
        return "Not audited yet: `i2moe audit` writes the figures."
    rows = [(key, _number(audit.get(key)), meaning) for key, meaning in FIGURES.items()]
    for expert, score in (audit.get("roles") or {}).items():
        rows.append(
            (
                f"role of {expert}",
                _number(score),
                "1 = reacts to swapped inputs as its name says, 0 = does not",
            )
        )
    heading = f"{audit.get('samples', '?')} samples of the {audit.get('split', 'test')} split."
    reason = f"\n\n{audit['reason']}" if audit.get("reason") else ""
    return f"{heading}\n\n{_table(('figure', 'value', 'what it means'), rows)}{reason}"


def _number(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, (int, float)) else "not known"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
