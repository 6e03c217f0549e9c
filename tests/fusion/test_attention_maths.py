"""The attention fusions against plain loops over samples and tokens, in float64, padding anywhere."""

import pytest
import torch

from i2moe_core.encoders.base import as_features
from i2moe_core.errors import InputError
from i2moe_core.fusion.attention import ATTENTION

WIDTH, OUT, LENGTHS = 6, 5, (3, 4, 2)
PLACES = [(2, -1), (3, 0), (3, 1)]  # how many modalities, and which one asks


def build(name, count, **options):
    torch.manual_seed(3)
    return ATTENTION[name](count, WIDTH, OUT, **options).double().eval()


def random_doubles(count, batch=4):
    """Features whose padding may stand at the beginning, in the middle or at the end."""
    generator = torch.Generator().manual_seed(5)
    result = []
    for length in LENGTHS[:count]:
        tokens = torch.randn(batch, length, WIDTH, generator=generator, dtype=torch.float64)
        mask = torch.rand(batch, length, generator=generator) > 0.3
        mask[torch.arange(batch), torch.randint(length, (batch,), generator=generator)] = True
        result.append(as_features(tokens, mask))
    return result


def real(features, row):
    """The real tokens of one sample, one list a modality."""
    return [list(f.tokens[row][f.mask[row]]) for f in features]


def average(tokens, scores):
    """The average of some tokens by the softmax of their scores."""
    weights = [torch.as_tensor(s).exp() for s in scores]
    return sum(w * x for w, x in zip(weights, tokens, strict=True)) / sum(weights)


def additive(score, tokens, guide):
    """What a guide picks by w^T tanh(W x + U g + b)."""
    w, of_token, of_guide = score.score.weight, score.of_token.weight, score.of_guide
    hidden = [torch.tanh(of_token @ x + of_guide.weight @ guide + of_guide.bias) for x in tokens]
    return average(tokens, [w[0] @ h for h in hidden])


def mean(vectors):
    return sum(vectors) / len(vectors)


def check(fusion, features, plain):
    """Compare the fusion with its closing network on what ``plain(real tokens, row)`` gives."""
    expected = torch.stack([plain(real(features, row), row) for row in range(len(features[0].tokens))])
    torch.testing.assert_close(fusion(features), fusion.close(expected), atol=1e-9, rtol=1e-9)


@pytest.mark.parametrize(("count", "guide"), PLACES)
def test_attention_is_one_look_at_each_other_modality(count, guide):
    fusion, features = build("attention", count, guide=guide), random_doubles(count)
    question = fusion.question(features)
    others = [m for m in range(count) if m != guide % count]

    def plain(tokens, row):
        seen = [
            additive(score, tokens[m], question[row]) for score, m in zip(fusion.scores, others, strict=True)
        ]
        return torch.cat([*seen, question[row]])

    check(fusion, features, plain)


@pytest.mark.parametrize(("count", "guide"), PLACES)
def test_stacked_attention_adds_each_answer_to_the_question(count, guide):
    fusion, features = build("stacked_attention", count, guide=guide, steps=3), random_doubles(count)
    question = fusion.question(features)
    others = [m for m in range(count) if m != guide % count]

    def plain(tokens, row):
        asking = question[row]
        for step in fusion.steps:
            looks = [additive(score, tokens[m], asking) for score, m in zip(step, others, strict=True)]
            for look in looks:
                asking = asking + look
        return asking

    check(fusion, features, plain)


@pytest.mark.parametrize("count", [2, 3])
def test_parallel_co_attention_carries_the_others_over_by_affinity(count):
    fusion, features = build("co_attention_parallel", count), random_doubles(count)
    own, scores = ([layer.weight for layer in part] for part in (fusion.project, fusion.scores))

    def affinity(m, j, x, y):
        if m > j:
            return affinity(j, m, y, x)
        return torch.tanh(x @ fusion.affinities[fusion.pairs.index((m, j))] @ y)

    def plain(tokens, row):
        answers = []
        for m in range(count):
            hidden = []
            for x in tokens[m]:
                h = own[m] @ x
                for j in range(count):
                    for y in tokens[j] if j != m else []:
                        h = h + affinity(m, j, x, y) * (own[j] @ y)
                hidden.append(torch.tanh(h))
            answers.append(average(tokens[m], [scores[m][0] @ h for h in hidden]))
        return torch.cat(answers)

    check(fusion, features, plain)


@pytest.mark.parametrize(("count", "guide"), PLACES)
def test_alternating_co_attention_is_led_by_the_answer_before(count, guide):
    fusion, features = build("co_attention_alternating", count, guide=guide), random_doubles(count)
    first, last = fusion.first[0], fusion.first[2].weight[0]
    guide %= count
    turns = [*(m for m in range(count) if m != guide), guide]

    def plain(tokens, row):
        leading = average(
            tokens[guide], [last @ (first.weight @ x + first.bias).tanh() for x in tokens[guide]]
        )
        answers = []
        for m, score in zip(turns, fusion.scores, strict=True):
            leading = additive(score, tokens[m], leading)
            answers.append(leading)
        return torch.cat(answers)

    check(fusion, features, plain)


@pytest.mark.parametrize("count", [2, 3])
def test_dual_attention_adds_products_to_its_memory(count):
    fusion, features = build("dual_attention", count), random_doubles(count)

    def plain(tokens, row):
        memory = torch.ones(WIDTH, dtype=torch.float64)
        for start, x in zip(fusion.start, tokens, strict=True):
            memory = memory * start(mean(x)).tanh()
        for step in fusion.steps:
            joint = torch.ones(WIDTH, dtype=torch.float64)
            for look, x in zip(step, tokens, strict=True):
                hidden = [look.of_token(y).tanh() * look.of_memory(memory).tanh() for y in x]
                joint = joint * look.project(average(x, [look.score(h)[0] for h in hidden])).tanh()
            memory = memory + joint
        return memory

    check(fusion, features, plain)


@pytest.mark.parametrize("count", [2, 3])
def test_stacked_latent_attention_hands_the_tokens_latents_on(count):
    fusion, features = build("stacked_latent_attention", count, hidden=4), random_doubles(count)

    def plain(tokens, row):
        seen = []
        for m, stream in enumerate(fusion.streams):
            content = mean([mean(x) for j, x in enumerate(tokens) if j != m])
            latents = tokens[m]
            for look in stream:
                both = torch.cat([look.of_latent.weight, look.of_content.weight], 1)
                latents = [
                    (both @ torch.cat([s, content]) + look.of_latent.bias).clamp(min=0) for s in latents
                ]
                content = average(latents, [look.score(s)[0] for s in latents])
                seen.append(content)
        return torch.cat(seen)

    check(fusion, features, plain)


@pytest.mark.parametrize(("count", "order"), [(2, 2), (3, 3), (3, 2), (3, 1)])
def test_high_order_attention_sums_over_pairs_and_triples_of_tokens(count, order):
    fusion, features = build("high_order_attention", count, order=order), random_doubles(count)

    def theta(number, members, m, x, tokens):
        """The potential of token x of modality m in one set, by the sum over all tuples of tokens."""
        place = members.index(m)
        embed = fusion.embeddings[number]
        others = [j for j in members if j != m]
        total = [torch.ones(WIDTH, dtype=torch.float64)]
        for j in others:
            layer = embed[members.index(j)]
            total = [t * layer(y) for t in total for y in tokens[j]]
        return torch.tanh(mean([(embed[place](x) * t).sum() for t in total]) / WIDTH**0.5)

    for row in range(len(features[0].tokens)):
        tokens = real(features, row)
        for m, scores in enumerate(fusion.scores(features)):
            expected = [fusion.alphas[0, m] * fusion.alone[m](x)[0] for x in tokens[m]]
            for number, members in enumerate(fusion.sets):
                if m in members:
                    alpha = fusion.alphas[1 + number, m]
                    for t, x in enumerate(tokens[m]):
                        expected[t] = expected[t] + alpha * theta(number, members, m, x, tokens)
            torch.testing.assert_close(scores[row][features[m].mask[row]], torch.stack(expected))
    assert len(fusion.sets) == {(2, 2): 1, (3, 3): 4, (3, 2): 3, (3, 1): 0}[count, order]


def test_high_order_attention_joins_what_its_scores_pick():
    fusion, features = build("high_order_attention", 3), random_doubles(3)
    picked = []
    for f, scores in zip(features, fusion.scores(features), strict=True):
        weights = scores.masked_fill(~f.mask, -torch.inf).softmax(1)
        picked.append(as_features((weights.unsqueeze(-1) * f.tokens).sum(1, keepdim=True)))
    torch.testing.assert_close(fusion(features), fusion.joint(picked))


@pytest.mark.parametrize(("count", "guide"), PLACES)
def test_bottom_up_top_down_is_gated_tanh_throughout(count, guide):
    fusion, features = build("bottom_up_top_down", count, guide=guide), random_doubles(count)
    question = fusion.question(features)
    others = [m for m in range(count) if m != guide % count]

    def gated(layer, x):
        half = len(layer.both.bias) // 2
        value = layer.both.weight[:half] @ x + layer.both.bias[:half]
        gate = layer.both.weight[half:] @ x + layer.both.bias[half:]
        return torch.tanh(value) / (1 + torch.exp(-gate))

    for row, fused in enumerate(fusion(features)):
        tokens, asking = real(features, row), question[row]
        joint = gated(fusion.of_question, asking)
        for number, m in enumerate(others):
            layer, last = fusion.scores[number]
            scores = [last.weight[0] @ gated(layer, torch.cat([x, asking])) for x in tokens[m]]
            joint = joint * gated(fusion.of_seen[number], average(tokens[m], scores))
        torch.testing.assert_close(fused, gated(fusion.close, joint))


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("attention", {"guide": 2}),
        ("attention", {"glimpses": 0}),
        ("stacked_attention", {"steps": 0}),
        ("co_attention_alternating", {"guide": -3}),
        ("dual_attention", {"steps": 0}),
        ("high_order_attention", {"order": 0}),
        ("high_order_attention", {"join": "low_rank"}),
        ("dynamic_memory", {"passes": 0}),
        ("dual_stream", {"layers": 0}),
        ("bottleneck", {"layers": 1}),
    ],
)
def test_options_that_make_no_sense_are_refused_by_name(name, options):
    with pytest.raises(InputError, match=r"'(guide|glimpses|steps|order|passes|layers|low_rank)'"):
        build(name, 2, **options)
