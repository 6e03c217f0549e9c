"""Weak point 7: how much hangs on the triplet loss's margin."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from i2moe_core.analysis.sweep import SWEEP, load_sweep
from i2moe_core.analysis.weak.says import point_says
from i2moe_core.analysis.weak.setting import Point, Setting
from i2moe_core.errors import InputError
from i2moe_core.losses.interaction import uniqueness_loss
from i2moe_core.training.recipes.paper import Paper

MARGIN = "training.recipe_options.margin"
TRIED = (0.1, 0.5, 1.0, 2.0, 5.0)
SAMPLES = 512
TITLE = "Does the margin of the triplet loss decide?"
_SHOWN = ("accuracy", "irs", "contribution_argmax", "leak")


def margin_point(setting: Setting) -> Point:
    """Report the sweep that the run belongs to, else the loss's sensitivity at the saved weights."""
    swept = _swept(setting)
    if swept is not None:
        return swept
    if setting.run.config.training.recipe != "paper":
        unused = {"used": False}
        return Point(
            TITLE, None, unused,
            says=point_says("margin", unused),
            means="The published recipe separates passes by a margin that has to be chosen.",
            source="The run's configuration.",
        )  # fmt: skip
    return _sensitivity(setting)


def _swept(setting: Setting) -> Point | None:
    """Return what a sweep over the margin beside the run found; None where there is none with its run."""
    folder = setting.run.path.resolve().parent
    if not (folder / SWEEP).is_file():
        return None
    try:
        sweep = load_sweep(folder)
    except InputError:
        return None
    name = next((short for short, full in sweep.parameters.items() if full == MARGIN), None)
    if name is None or setting.run.name not in set(sweep.rows.run):
        return None
    rows = sweep.rows[sweep.rows.problem.isna()]
    means = rows.groupby(name)[list(_SHOWN)].mean()
    reach = float(means.accuracy.max() - means.accuracy.min())
    table = [{"margin": float(margin), **row.to_dict()} for margin, row in means.iterrows()]
    numbers = {"used": True, "sweep": table, "runs": len(rows)}
    return Point(
        TITLE, reach, numbers, point_says("margin", numbers),
        means="How far a measure moves over the margins that were tried; compare it with its spread over "
        "seeds.",
        source=f"The sweep beside this run, {len(rows)} trainings, means over the seeds.",
    )  # fmt: skip


def _sensitivity(setting: Setting) -> Point:
    options = {**Paper.options, **setting.run.config.training.recipe_options}
    own, norm = float(options["margin"]), float(options["norm"])
    passes, split = _passes(setting)
    tried = sorted({*TRIED, own, own / 2, own * 2})
    table = [{"margin": margin, **_at(passes, margin, norm)} for margin in tried]
    active = {row["margin"]: row["active"] for row in table}
    number = active[own * 2] - active[own / 2]
    gap = float(_gaps(passes, norm).median())
    numbers = {"used": True, "margin": own, "sensitivity": table, "gap_median": gap}
    return Point(
        TITLE,
        number,
        numbers,
        says=point_says("margin", numbers),
        means="A triplet within the margin pulls, one beyond it gives no gradient. As no loss bounds the "
        "logits, a margin means little by itself: 'gap_median' is how far triplets are apart already. Where "
        "the share hardly moves, the margin chosen does not matter at the saved weights.",
        source=f"The uniqueness experts' triplets on {passes.shape[2]} samples of the {split} split at the "
        "saved weights, without training again; a sweep (i2moe sweep --param margin=...) trains anew.",
    )


@torch.no_grad()
def _passes(setting: Setting) -> tuple[Tensor, str]:
    """Return the uniqueness experts' logits of all passes, (M, P, N, C), on the CPU."""
    rows, split = setting.training_rows(SAMPLES)
    model, generator = setting.model, torch.Generator().manual_seed(0)
    parts = []
    for batch in setting.data.batches(rows, 256):
        features = model.encode(batch.to(next(model.parameters()).device))
        parts.append(model.mix(features, model.replaced(features, generator)).expert_logits)
    return torch.cat([p[: len(model.modalities)].double().cpu() for p in parts], 2), split


def _at(passes: Tensor, margin: float, norm: float) -> dict[str, Any]:
    losses = [uniqueness_loss(own, m, margin, norm).item() for m, own in enumerate(passes)]
    return {
        "loss": sum(losses) / len(losses),
        "active": (_gaps(passes, norm) < margin).double().mean().item(),
    }


def _gaps(passes: Tensor, norm: float) -> Tensor:
    """Return how much farther each negative is than each positive, all triplets of all experts."""
    gaps = []
    for m, own in enumerate(passes):
        distances = torch.linalg.vector_norm(own[0] - own[1:] + 1e-7, norm, -1)  # (M, N)
        positives = torch.cat([distances[:m], distances[m + 1 :]])
        gaps.append((distances[m] - positives).ravel())
    return torch.cat(gaps)
