"""Bilinear fusions under attention, and bilinear attention networks, against loops over tokens."""

import pytest
import torch
from parts import random_features

from i2moe_core.encoders.base import as_features
from i2moe_core.errors import InputError
from i2moe_core.fusion.bilinear import BILINEAR, JOINS
from i2moe_core.registry import describe
from i2moe_core.types import Features

WIDTH, OUT = 5, 8


def build(name, count, **options):
    torch.manual_seed(count)
    return BILINEAR[name](count, WIDTH, OUT, **options).double().eval()


def draw(count):
    drawn = random_features(3, (4, 3, 2)[:count], WIDTH, padded=True)
    return [as_features(f.tokens.detach().double(), f.mask) for f in drawn]


def close(a, b):
    torch.testing.assert_close(a, b, atol=1e-9, rtol=1e-9)


def plainly(fusion, features, row):
    """One sample, token by token; the fusion of the kind itself is taken as right (it has its own tests)."""
    real = [f.tokens[row][f.mask[row]] for f in features]
    guide = fusion.pool(features[fusion.guide].tokens, features[fusion.guide].mask)[row]
    vectors = {fusion.guide: guide}
    for n, m in enumerate(m for m in range(len(real)) if m != fusion.guide):
        pair, score = fusion.pairs[n], fusion.scores[n].weight
        scores = torch.stack(
            [score @ pair.fuse([pair.project(0, t), pair.project(1, guide)]) for t in real[m]]
        )
        weights = scores.exp() / scores.exp().sum(0)
        glimpses = [
            sum(w * t for w, t in zip(weights[:, g], real[m], strict=True)) for g in range(len(score))
        ]
        vectors[m] = fusion.merge[n](torch.cat(glimpses))
    joint = fusion.joint
    return joint.close(joint.join([joint.project(m, vectors[m]) for m in range(len(real))]))


@pytest.mark.parametrize("name", JOINS)
@pytest.mark.parametrize(("count", "guide"), [(2, -1), (2, 0), (3, 1)])
def test_attention_against_a_loop_over_tokens(name, count, guide):
    fusion, features = build(f"{name}_attention", count, guide=guide, glimpses=3), draw(count)
    assert all(isinstance(part, JOINS[name]) for part in [*fusion.pairs, fusion.joint])
    fused = fusion(features)
    for row in range(3):
        close(fused[row], plainly(fusion, features, row))


@pytest.mark.parametrize(("count", "guide"), [(2, -1), (2, 0), (3, 1)])
def test_bilinear_attention_against_loops_over_pairs_of_tokens(count, guide):
    fusion, features = build("bilinear_attention", count, guide=guide, rank=6), draw(count)
    fused = fusion(features)
    for row in range(3):
        close(fused[row], plain_network(fusion, features, row))


def plain_network(fusion, features, row):
    real = [f.tokens[row][f.mask[row]] for f in features]
    f = real[fusion.guide]
    maps, size = 1 + fusion.glimpses, fusion.rank
    for n, m in enumerate(m for m in range(len(real)) if m != fusion.guide):
        left = slice_linear(fusion.of_guide, range(n * maps, (n + 1) * maps), size)
        right = slice_linear(fusion.of_other[n], range(maps), size)
        for g in range(fusion.glimpses):
            scores = torch.stack(
                [
                    torch.stack([(fusion.scores[n, g] * left[0](x) * right[0](y)).sum() for y in real[m]])
                    for x in real[fusion.guide]
                ]
            )
            weights = scores.exp() / scores.exp().sum()
            joint = sum(
                weights[i, j] * left[g + 1](x) * right[g + 1](y)
                for i, x in enumerate(f)
                for j, y in enumerate(real[m])
            )
            f = f + fusion.back[n * fusion.glimpses + g](joint)
    return fusion.close(f.mean(0))


def slice_linear(linear, blocks, size):
    """The maps x -> relu(W x + b) of the blocks of ``size`` rows."""

    def one(block):
        rows = slice(block * size, (block + 1) * size)
        return lambda x: (linear.weight[rows] @ x + linear.bias[rows]).relu()

    return [one(block) for block in blocks]


def test_the_attention_maps_sum_to_one_over_real_pairs():
    fusion, features = build("bilinear_attention", 2), draw(2)
    pairs = features[1].mask.unsqueeze(2) & features[0].mask.unsqueeze(1)
    asking, asked = torch.rand(3, 3, fusion.rank).double(), torch.rand(3, 4, fusion.rank).double()
    maps = fusion.attention(0, asking, asked, pairs)
    close(maps.sum((2, 3)), torch.ones(3, 2).double())
    assert maps.masked_select(~pairs.unsqueeze(1)).eq(0).all()


def test_padding_stays_unseen_where_the_other_modality_has_nothing_real():
    fusion, (x, y) = build("bilinear_attention", 2), draw(2)
    nothing = Features(torch.zeros_like(y.tokens), torch.zeros_like(y.mask), torch.zeros_like(y.pooled))
    changed = Features(torch.where(x.mask.unsqueeze(-1), x.tokens, 100.0), x.mask, x.pooled)
    close(fusion([changed, nothing]), fusion([x, nothing]))


@pytest.mark.parametrize("name", ["bilinear_attention", "mfb_attention"])
@pytest.mark.parametrize("guide", [2, -3])
def test_a_guide_that_is_no_modality_is_refused(name, guide):
    with pytest.raises(InputError, match=f"'guide' is {guide}, but there are 2 modalities"):
        BILINEAR[name](2, WIDTH, OUT, guide=guide)


def test_each_is_described_apart_in_one_menu_line():
    lines = [describe(kind) for kind in BILINEAR.values()]
    assert len(set(lines)) == len(lines) == 2 * len(JOINS) + 1
    assert all(20 < len(line) <= 110 for line in lines)
    attended = {
        kind.kind
        for name, kind in BILINEAR.items()
        if name.removesuffix("_attention") in JOINS and name not in JOINS
    }
    assert attended == set(JOINS.values())
