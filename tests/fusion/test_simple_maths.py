"""The simple fusions against plain loops over samples and tokens, in float64, and what they promise."""

import math

import pytest
import torch
from parts import random_features

from i2moe_core.encoders.base import as_features
from i2moe_core.errors import InputError
from i2moe_core.fusion.simple import SIMPLE
from i2moe_core.fusion.simple.kernel import Kernel

WIDTH, OUT, LENGTHS = 6, 5, (3, 4, 2)
COUNTS = pytest.mark.parametrize("count", [2, 3])


def build(name, modalities, /, **options):
    """A fusion whose learned weights are not all alike."""
    torch.manual_seed(3)
    fusion = SIMPLE[name](modalities, WIDTH, OUT, **options).double().eval()
    for key, parameter in fusion.named_parameters():
        if key.endswith(("score", "scores")):
            torch.nn.init.normal_(parameter)
    return fusion


def doubles(count, seed=0):
    features = random_features(4, LENGTHS[:count], WIDTH, seed, padded=True)
    return [as_features(f.tokens.detach().double(), f.mask) for f in features]


def softmax(scores):
    powers = [math.exp(s) for s in scores]
    return [p / sum(powers) for p in powers]


def same(actual, rows):
    torch.testing.assert_close(actual, torch.stack(rows), atol=1e-9, rtol=1e-9)


@COUNTS
def test_concat_tokens_pools_one_sequence_of_all_real_tokens(count):
    fusion, features = build("concat_tokens", count), doubles(count)
    pool, rows = fusion.pool, []
    for row in range(4):
        hidden = []
        for m, f in enumerate(features):
            for x in fusion.norm(f.tokens[row][f.mask[row]]):
                inner = fusion.enter.weight @ x + fusion.marks[m]
                hidden.append(x + fusion.leave(inner.clamp(min=0)))
        shares = softmax([(pool.query @ (pool.key.weight @ h)).item() / math.sqrt(WIDTH) for h in hidden])
        rows.append(fusion.close(pool.value(sum(a * h for a, h in zip(shares, hidden, strict=True)))))
    same(fusion(features), rows)


@COUNTS
def test_concat_tokens_tells_the_modalities_apart(count):
    fusion, features = build("concat_tokens", count), doubles(count)
    assert not torch.allclose(fusion(features), fusion(features[::-1]))


@COUNTS
def test_weighted_sum_adds_normalised_projections_by_scalar_weights(count):
    fusion, features = build("weighted_sum", count), doubles(count)
    weights, rows = softmax(fusion.scores.tolist()), []
    for row in range(4):
        total = torch.zeros(WIDTH, dtype=torch.float64)
        for m, f in enumerate(features):
            projected = fusion.projections[m](f.pooled[row])
            centred = projected - projected.mean()
            total = total + weights[m] * centred / (centred.square().mean() + 1e-5).sqrt()
        rows.append(fusion.close(total))
    same(fusion(features), rows)


@COUNTS
def test_decision_is_the_average_of_what_each_modality_answers_by_itself(count):
    fusion, features, head = build("decision", count), doubles(count), torch.nn.Linear(OUT, 3).double()
    weights, rows = softmax(fusion.scores.tolist()), []
    for row in range(4):
        alone = [head(fusion.deciders[m](f.pooled[row])) for m, f in enumerate(features)]
        rows.append(sum(w * logits for w, logits in zip(weights, alone, strict=True)))
    same(head(fusion(features)), rows)


@pytest.mark.parametrize("name", ["decision", "decision_vote"])
def test_late_fusions_are_sums_over_modalities(name):
    """f(a, b) - f(a, d) - f(c, b) + f(c, d) = 0: no synergy."""
    fusion, (a, b), (c, d) = build(name, 2), doubles(2, 0), doubles(2, 1)
    mixed = fusion([a, b]) - fusion([a, d]) - fusion([c, b]) + fusion([c, d])
    assert mixed.abs().max() < 1e-12
    assert (fusion([a, b]) - fusion([c, d])).abs().max() > 1e-3


@COUNTS
def test_votes_are_shares_and_a_cold_vote_counts_majorities(count):
    fusion, features = build("decision_vote", count, temperature=1e-7), doubles(count)
    rows = []
    for row in range(4):
        ballots = torch.zeros(OUT, dtype=torch.float64)
        for m, f in enumerate(features):
            ballots[int(fusion.voters[m](f.pooled[row]).argmax())] += 1
        rows.append(math.sqrt(OUT) * ballots / count)
    same(fusion(features), rows)
    warm = build("decision_vote", count).votes(features)
    same(warm.sum(-1).flatten(), list(torch.ones(4 * count, dtype=torch.float64)))
    assert warm.min() > 0
    assert warm.max() < 1


@COUNTS
def test_hybrid_is_the_average_of_both_levels(count):
    fusion, features = build("hybrid", count), doubles(count)
    share, rows = 1 / (1 + math.exp(-fusion.score.item())), []
    level, weights = fusion.by_decisions, softmax(fusion.by_decisions.scores.tolist())
    for row in range(4):
        x = [f.pooled[row] for f in features]
        decided = sum(weights[m] * level.deciders[m](v) for m, v in enumerate(x))
        rows.append(share * fusion.by_features.close(torch.cat(x)) + (1 - share) * decided)
    same(fusion(features), rows)


def kernel_by_hand(fusion, p, q, bandwidths, rank):
    """The sum of w_i exp(-distance^2 / (2 s_i^2 rank)) of one pair of samples."""
    weights = iter(softmax(fusion.scores.tolist()))
    total = 0.0
    for s in bandwidths:
        squares = [float((a - b).square().sum()) for a, b in zip(p, q, strict=True)]
        alone = [math.exp(-square / (2 * s**2 * rank)) for square in squares]
        total += sum(next(weights) * k for k in [*alone, math.prod(alone)])
    return total


@COUNTS
def test_cosines_approximate_the_weighted_sum_of_gaussian_kernels_and_their_product(count):
    bandwidths, rank, drawn = (0.5, 2.0), 3, 20_000
    fusion = build("kernel", count, bandwidths=bandwidths, rank=rank, count=drawn)
    own = [fusion.embed(m, f).detach() for m, f in enumerate(doubles(count))]
    cosines = fusion.cosines(own).detach()
    estimated = cosines @ cosines.T / (drawn * len(fusion.scores))
    exact = [
        kernel_by_hand(fusion, [x[i] for x in own], [x[j] for x in own], bandwidths, rank)
        for i in range(4)
        for j in range(4)
    ]
    # The deviation of one cosine's product is at most 1.2: four times that over the root of the draws.
    error = (estimated.flatten() - torch.tensor(exact, dtype=torch.float64)).abs().max()
    assert error < 4 * 1.2 / math.sqrt(drawn)
    assert max(exact) - min(exact) > 0.2


def test_kernel_weights_are_shares_and_the_cosines_a_plain_loop():
    fusion, features = build("kernel", 2, rank=3, count=2, bandwidths=(1.5,)), doubles(2)
    weights = softmax(fusion.scores.tolist())
    same(fusion.weights(), [torch.tensor(w, dtype=torch.float64) for w in weights])
    own, rows = [fusion.embed(m, f) for m, f in enumerate(features)], []
    seen = ([0, 1, 2], [3, 4, 5], [0, 1, 2, 3, 4, 5])  # by the first, the second and the joined kernel
    for row in range(4):
        joined, values = torch.cat([x[row] for x in own]), []
        for r in range(6):
            angle = fusion.phases[r] + sum(fusion.frequencies[r, i] * joined[i] for i in seen[r // 2])
            values.append(math.sqrt(2 * 3 * weights[r // 2]) * angle.cos())
        rows.append(fusion.close(torch.stack(values)))
    same(fusion(features), rows)


def test_the_frequencies_come_from_the_seed_alone():
    first, second, other = Kernel(2, 4, 3), Kernel(2, 4, 3), Kernel(2, 4, 3, seed=1)
    assert torch.equal(first.frequencies, second.frequencies)
    assert torch.equal(first.phases, second.phases)
    assert not torch.equal(first.frequencies, other.frequencies)
    assert {"frequencies", "phases"} <= set(first.state_dict())


@pytest.mark.parametrize(
    ("name", "options", "named"),
    [
        ("kernel", {"bandwidths": (1.0, 0.0)}, r"bandwidths\[1\]"),
        ("kernel", {"bandwidths": ()}, "bandwidths"),
        ("kernel", {"count": 0}, "count"),
        ("decision_vote", {"temperature": 0}, "temperature"),
        ("decision_vote", {"temperature": float("nan")}, "temperature"),
        ("concat_tokens", {"hidden": 0}, "hidden"),
    ],
)
def test_impossible_options_are_refused_by_name(name, options, named):
    with pytest.raises(InputError, match=named):
        SIMPLE[name](2, WIDTH, OUT, **options)
