"""Cross-attention fusion against keys, values and softmax written out, and its alignment scores."""

import math

import torch
from parts import random_features

from i2moe_core.fusion.attention.cross_attention import CrossAttention
from i2moe_core.fusion.primitives import AttentionPool

WIDTH = 8


def plain_pool(pool, tokens, mask, context=None):
    """One query, keys and values of every token, in float64."""
    weights = {k: v.double() for k, v in pool.state_dict().items()}
    query = weights["query"].expand(len(tokens), -1)
    if context is not None:
        query = query + context @ weights["condition.weight"].T
    keys = tokens @ weights["key.weight"].T
    values = tokens @ weights["value.weight"].T + weights["value.bias"]
    scores = (keys * query[:, None]).sum(-1) / math.sqrt(tokens.shape[-1])
    attention = scores.masked_fill(~mask, -math.inf).softmax(-1)
    return (attention.unsqueeze(-1) * values).sum(1)


def doubles(features):
    return [(f.tokens.detach().double(), f.mask) for f in features]


def test_pool_is_attention_with_keys_and_values():
    f = random_features(4, (5,), padded=True)[0]
    context = torch.randn(4, WIDTH)
    for conditioned in (False, True):
        pool = AttentionPool(WIDTH, conditioned)
        given = (context,) if conditioned else ()
        expected = plain_pool(pool, *doubles([f])[0], *(c.double() for c in given))
        torch.testing.assert_close(pool(f.tokens, f.mask, *given).double(), expected, atol=1e-6, rtol=1e-5)


def test_fusion_of_three_follows_its_formula():
    torch.manual_seed(0)
    fusion, features = CrossAttention(3, WIDTH, 6), random_features(4, (2, 3, 4), padded=True)
    given = doubles(features)
    own = [plain_pool(pool, *g) for pool, g in zip(fusion.pools, given, strict=True)]
    contexts = [(own[1] + own[2]) / 2, (own[0] + own[2]) / 2, (own[0] + own[1]) / 2]
    asked = [plain_pool(p, *g, c) for p, g, c in zip(fusion.asked, given, contexts, strict=True)]
    products = [a * c for a, c in zip(asked, contexts, strict=True)]
    expected = fusion.close.double()(torch.cat([*own, *asked, *products], -1))
    torch.testing.assert_close(
        fusion.close.float() and fusion(features).double(), expected, atol=1e-5, rtol=1e-5
    )


def test_alignment_scores_are_the_log_sum_of_the_scores_by_which_it_attends():
    fusion, features = CrossAttention(2, WIDTH, 6), random_features(3, (4, 2), padded=True)
    given = doubles(features)
    context = plain_pool(fusion.pools[1], *given[1])
    pool = {k: v.double() for k, v in fusion.asked[0].state_dict().items()}
    query = pool["query"] + context @ pool["condition.weight"].T
    expected = torch.empty(3, 3, dtype=torch.float64)
    for i in range(3):
        for j in range(3):
            keys = given[0][0][j][given[0][1][j]] @ pool["key.weight"].T
            expected[i, j] = (keys @ query[i] / math.sqrt(WIDTH)).exp().sum().log()
    torch.testing.assert_close(fusion.alignment_scores(features, 0).double(), expected, atol=1e-5, rtol=1e-5)
