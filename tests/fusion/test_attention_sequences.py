"""The attention fusions made of recurrences and transformer blocks, against their steps written out."""

import pytest
import torch
from torch import nn

from i2moe_core.encoders.base import as_features
from i2moe_core.fusion.attention import ATTENTION

WIDTH, OUT, LENGTHS = 8, 5, (3, 5, 2)


def build(name, count, **options):
    torch.manual_seed(4)
    return ATTENTION[name](count, WIDTH, OUT, **options).double().eval()


def random_doubles(count, batch=4):
    """Features whose padding stands anywhere."""
    generator = torch.Generator().manual_seed(6)
    result = []
    for length in LENGTHS[:count]:
        tokens = torch.randn(batch, length, WIDTH, generator=generator, dtype=torch.float64)
        mask = torch.rand(batch, length, generator=generator) > 0.3
        mask[torch.arange(batch), torch.randint(length, (batch,), generator=generator)] = True
        result.append(as_features(tokens, mask))
    return result


def without_padding(features, row):
    """One sample's real tokens, (T, D) for each modality."""
    return [f.tokens[row][f.mask[row]] for f in features]


@pytest.mark.parametrize(("count", "guide"), [(2, -1), (3, 1)])
def test_dynamic_memory_reads_token_by_token(count, guide):
    fusion, features = build("dynamic_memory", count, guide=guide), random_doubles(count)
    questions = fusion.question(features)
    others = [m for m in range(count) if m != guide % count]

    def read(episode, tokens, question, memory):
        facts = [
            torch.cat([x * question, x * memory, (x - question).abs(), (x - memory).abs()]) for x in tokens
        ]
        gates = torch.stack([episode.gate(f)[0] for f in facts]).softmax(0)
        (w_h, w_r), (u_h, u_r) = episode.of_token.weight.chunk(2), episode.of_state.weight.chunk(2)
        b_h, b_r = episode.of_token.bias.chunk(2)
        state = torch.zeros(WIDTH, dtype=torch.float64)
        for x, gate in zip(tokens, gates, strict=True):
            reset = torch.sigmoid(w_r @ x + u_r @ state + b_r)
            state = gate * torch.tanh(w_h @ x + reset * (u_h @ state) + b_h) + (1 - gate) * state
        return state

    for row, fused in enumerate(fusion(features)):
        tokens, question = without_padding(features, row), questions[row]
        memory = question
        for update in fusion.updates:
            seen = [
                read(e, tokens[m], question, memory) for e, m in zip(fusion.episodes, others, strict=True)
            ]
            memory = update(torch.cat([memory, *seen, question])).clamp(min=0)
        torch.testing.assert_close(fused, fusion.close(torch.cat([memory, question])))


@pytest.mark.parametrize("count", [2, 3])
def test_recurrent_attention_walks_over_real_tokens_only(count):
    fusion, features = build("dual_recurrent_attention", count), random_doubles(count)
    for row, fused in enumerate(fusion(features)):
        tokens = without_padding(features, row)
        joint = torch.ones(WIDTH, dtype=torch.float64)
        for m, unit in enumerate(fusion.units):
            others = [x.mean(0) for j, x in enumerate(tokens) if j != m]
            context = unit.of_context(sum(others) / len(others))
            states, _ = unit.walk(unit.bend(unit.of_token(tokens[m]) + context).unsqueeze(0))
            weights = unit.score(states[0]).softmax(0)  # (T, G)
            joint = joint * unit.merge(torch.cat([w @ tokens[m] for w in weights.T]))
        torch.testing.assert_close(fused, fusion.close(joint))


def test_recurrent_attention_depends_on_the_order_of_the_tokens():
    fusion, (first, second) = build("dual_recurrent_attention", 2), random_doubles(2)
    turned = as_features(second.tokens.flip(1), second.mask.flip(1))
    assert (fusion([first, turned]) - fusion([first, second])).abs().max() > 1e-6


def test_a_look_at_another_stream_is_multi_head_attention():
    fusion, (own, other) = build("dual_stream", 2), random_doubles(2)
    stream = fusion.layers[0][0]
    reference = nn.MultiheadAttention(WIDTH, 4, batch_first=True).double()
    reference.in_proj_weight.data = torch.cat([stream.query.weight, stream.key_value.weight])
    reference.in_proj_bias.data = torch.cat([stream.query.bias, stream.key_value.bias])
    reference.out_proj = stream.out
    expected, _ = reference(own.tokens, other.tokens, other.tokens, key_padding_mask=~other.mask)
    torch.testing.assert_close(stream._look(own.tokens, other.tokens, other.mask), expected)


@pytest.mark.parametrize("count", [2, 3])
def test_dual_stream_looks_at_the_others_as_they_were_before_the_layer(count):
    fusion, features = build("dual_stream", count), random_doubles(count)
    for row, fused in enumerate(fusion(features)):
        x = [part.unsqueeze(0) for part in without_padding(features, row)]
        for layer in fusion.layers:
            others = [torch.cat([y for j, y in enumerate(x) if j != m], 1) for m in range(count)]
            x = [stream(y, None, o, None) for stream, y, o in zip(layer, x, others, strict=True)]
        joint = torch.ones(1, WIDTH, dtype=torch.float64)
        for norm, y in zip(fusion.norms, x, strict=True):
            joint = joint * norm(y).mean(1)
        torch.testing.assert_close(fused, fusion.close(joint)[0])


@pytest.mark.parametrize("count", [2, 3])
def test_bottleneck_averages_the_shared_tokens_after_every_layer(count):
    fusion, features = build("bottleneck", count, layers=3, bottlenecks=2), random_doubles(count)
    for row, fused in enumerate(fusion(features)):
        x, shared = [part.unsqueeze(0) for part in without_padding(features, row)], fusion.shared[None]
        for layer in fusion.layers:
            rows = [block(torch.cat([shared, y], 1), None) for block, y in zip(layer, x, strict=True)]
            shared, x = sum(r[:, :2] for r in rows) / count, [r[:, 2:] for r in rows]
        means = [norm(y).mean(1) for norm, y in zip(fusion.norms, x, strict=True)]
        torch.testing.assert_close(fused, fusion.close(sum(means) / count)[0])


def test_only_the_bottleneck_passes_between_the_streams():
    fusion, (first, second) = build("bottleneck", 2), random_doubles(2)
    fusion.norms[1].weight.data.zero_()  # the second stream itself falls out of the result
    other = as_features(second.tokens.flip(-1), second.mask)
    assert (fusion([first, other]) - fusion([first, second])).abs().max() > 1e-6
    for block in fusion.layers[0]:  # shared tokens that take nothing in carry nothing over
        block.out.weight.data.zero_()
        block.feed[3].weight.data.zero_()
    torch.testing.assert_close(fusion([first, other]), fusion([first, second]))
