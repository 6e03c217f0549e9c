"""Attention rollout x gradient against attention weights that are part of the graph."""

import math

import pytest
import torch
from cell_toys import logit
from tiny_runs import array_run, scenes_run, stretch, values_of

from i2moe_core.config import EncoderConfig
from i2moe_core.explain.attribution.engine import attribute_problem, build_method
from i2moe_core.explain.attribution.methods.attention import Seen, watched
from i2moe_core.explain.attribution.problem import build_problem
from i2moe_core.fusion.attention import block
from i2moe_core.fusion.primitives import AttentionPool


def rolled(problem):
    return attribute_problem(problem, build_method("attention_rollout", {}), [logit()])[0]


def test_weights_times_slopes_by_hand():
    # One head, two rows over two tokens; y = s . (A V). dy/dA_rt = s_r V_t: here V = (2, -1), s = (1, 3):
    # slopes (2, -1) and (6, -3); times A = (1/2, 1/2), (1/4, 3/4), positive parts: (1, 0), (1.5, 0).
    seen = Seen(torch.tensor([[[0.5, 0.5], [0.25, 0.75]]]), torch.tensor([[[2.0], [-1.0]]]), torch.zeros(1))
    found = seen.relevance(torch.tensor([[[1.0], [3.0]]]))
    torch.testing.assert_close(found, torch.tensor([[1.0, 0.0], [1.5, 0.0]]))
    assert seen.relevance(None).abs().max() == 0


def test_heads_are_averaged():
    # Two heads of width 1; the slope (1, 2) is one number a head. Head 1: 1 * 3 * A = 3; head 2: 2 * 1 = 2.
    seen = Seen(torch.ones(2, 1, 1), torch.tensor([[[3.0]], [[1.0]]]), torch.zeros(1))
    assert seen.relevance(torch.tensor([[[1.0, 2.0]]])).item() == pytest.approx((3 + 2) / 2)


def test_blocks_match_weights_in_the_graph(monkeypatch):
    run, _ = array_run("multiclass", 3, fusion="transformer")
    stretch(run.model, 2)
    problem = build_problem(run, values_of(run, 0), "a")
    kept = []

    def written(qkv, mask, drop):
        query, key, value = qkv.unbind(0)
        weights = (query @ key.transpose(-1, -2) / math.sqrt(query.shape[-1])).softmax(-1)
        kept.append(weights)
        return weights @ value

    monkeypatch.setattr(block, "written_attention", written)
    found = rolled(problem)
    kept.clear()
    value = problem.forward(*(x.clone().requires_grad_() for x in problem.inputs)).logits[:, 0].sum()
    slopes = torch.autograd.grad(value, kept)
    relevance = [(a * s).clamp(min=0).mean(1)[0].detach() for a, s in zip(kept, slopes, strict=True)]
    totals, place = torch.zeros(3), 0
    for expert in run.model.experts:
        first, second = relevance[place], relevance[place + 1]
        place += 2
        eye = torch.eye(len(first))
        matrix = (eye + second) @ (eye + first) - eye
        totals[list(expert.sees)] += matrix.mean(0)
    with watched(run.model, []) as record:  # what the gate's pools add
        features = problem.encode(*(x.clone().requires_grad_() for x in problem.inputs))
        value = run.model.mix(features).logits[:, 0].sum()
    for m, pool in enumerate(record.pools):
        totals[m] += pool.relevance(torch.autograd.grad(value, pool.mixed, retain_graph=True)[0])[0, 0]
    for m in range(3):
        assert float(found[m].sum()) == pytest.approx(float(totals[m]), rel=1e-4)
    assert float(totals.max()) > 0


def test_pools_match_weights_in_the_graph(monkeypatch):
    run, _ = scenes_run(width=16, hidden=16)
    stretch(run.model, 2)
    problem = build_problem(run, values_of(run, 0), "a")
    kept = []

    def forward(pool, tokens, mask, context=None):
        scores = (tokens @ pool.folded_query(context).expand(len(tokens), -1).unsqueeze(-1)).squeeze(-1)
        weights = scores.masked_fill(~mask, -1e4).softmax(-1)
        kept.append((tokens.shape[1], weights))
        # The bias comes last: it is no token's share.
        return torch.einsum("bt,btd->bd", weights, tokens) @ pool.value.weight.T + pool.value.bias

    monkeypatch.setattr(AttentionPool, "forward", forward)
    picture = rolled(problem)[0][0].sum()
    kept.clear()
    value = problem.forward(*(x.clone().requires_grad_() for x in problem.inputs)).logits[:, 0].sum()
    slopes = torch.autograd.grad(value, [a for _, a in kept])
    total = sum(
        float((weights * slope).detach().clamp(min=0).sum())
        for (count, weights), slope in zip(kept, slopes, strict=True)
        if count == 64
    )
    assert total > 0
    assert float(picture) == pytest.approx(total, rel=1e-4)


def test_words_are_followed_back_through_the_text_encoder():
    run, _ = scenes_run(fusion="transformer", width=16, hidden=16,
                        encoders={"image": EncoderConfig("vit", {"patch": 8, "layers": 1})})  # fmt: skip
    stretch(run.model, 2)
    problem = build_problem(run, values_of(run, 0), "a")
    layer = run.model.encoders["text"].layers[0].self_attn
    answer = []
    hook = layer.register_forward_hook(
        lambda module, args, kwargs, out: answer.append((args[0], kwargs["key_padding_mask"])),
        with_kwargs=True,
    )
    with watched(run.model, []) as record:
        problem.encode(*(x.clone().requires_grad_() for x in problem.inputs))
    hook.remove()
    x, padding = answer[0]
    expected = torch.nn.MultiheadAttention.forward(
        layer, x, x, x, key_padding_mask=padding, need_weights=True, average_attn_weights=False
    )
    seen = record.encoders[1][0]
    torch.testing.assert_close(seen.weights, expected[1][0])
    mixed = (seen.weights @ seen.values).sum(0) + layer.out_proj.bias
    torch.testing.assert_close(mixed, expected[0][0])
    assert [len(chain) for chain in record.encoders] == [1, 1]
    assert float(rolled(problem)[1].abs().max()) > 0


def test_padding_is_not_attended_to():
    run, _ = scenes_run(fusion="transformer", width=16, hidden=16)
    problem = build_problem(run, values_of(run, 0) | {"image": None}, "a")
    with watched(run.model, []) as record:
        run.model.mix(problem.encode(*(x.clone().requires_grad_() for x in problem.inputs)))
    for _, chain in record.blocks:
        for seen in chain:
            torch.testing.assert_close(seen.weights.sum(-1), torch.ones(seen.weights.shape[:2]))
