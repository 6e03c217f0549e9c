"""The training step on a CUDA GPU: eager, and captured in a CUDA graph outside the model.

Operations that wait for the GPU (reading a loss, asking whether a mask is full) cannot be captured, so the
captured step keeps its losses on the GPU.
"""

from __future__ import annotations

import torch
from speed_setting import (
    Setting,
    Step,
    build_ours,
    build_plain,
    draw_batch,
    our_step,
    phase_of,
    plain_step,
    ready,
)
from torch import Tensor

from i2moe_core.model.i2moe import I2MoE
from i2moe_core.training.step import precision_context
from i2moe_core.types import Batch

WARM_UP = 3


def cuda_steps(setting: Setting) -> tuple[Step, dict[str, Step]]:
    """Return the plain step and ours: ``eager``, ``graph``, ``graph_bf16``; each waits for the GPU."""
    ours = build_ours(setting).cuda()
    batch = draw_batch(setting, "cuda")
    plain = plain_step(setting, build_plain(setting, ours).cuda(), batch)
    steps = {"eager": our_step(setting, ours, batch, "fp32")}
    for name, precision in (("graph", "fp32"), ("graph_bf16", "bf16")):
        steps[name] = captured_step(setting, build_ours(setting).cuda(), batch, precision)
    return finished(plain), {name: finished(step) for name, step in steps.items()}


def captured_step(setting: Setting, ours: I2MoE, batch: Batch, precision: str) -> Step:
    """Return a step that replays one graph: forward, losses, backward and update."""
    optimizer = torch.optim.AdamW(
        ours.parameters(), setting.learning_rate, weight_decay=0, fused=True, capturable=True
    )
    phase, features = phase_of(setting), [ready(x) for x in batch.inputs.values()]

    def step() -> Tensor:
        optimizer.zero_grad(set_to_none=True)
        with precision_context(batch.present.device, precision):
            losses = phase.losses(ours, features, batch, None)
        loss = torch.stack(list(losses.values())).sum()
        loss.backward()
        optimizer.step()
        return loss

    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(WARM_UP):
            step()
    torch.cuda.current_stream().wait_stream(side)
    graph = torch.cuda.CUDAGraph()
    optimizer.zero_grad(set_to_none=True)
    with torch.cuda.graph(graph):
        step()
    return graph.replay


def finished(step: Step) -> Step:
    """Return the step followed by a wait for the GPU, so that a clock around it tells the truth."""

    def run() -> None:
        step()
        torch.cuda.synchronize()

    return run
