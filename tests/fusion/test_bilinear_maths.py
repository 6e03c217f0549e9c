"""Each bilinear fusion in float64 against its definition: the whole tensor written out and contracted."""

import pytest
import torch
from parts import random_features

from i2moe_core.errors import InputError
from i2moe_core.fusion.bilinear import BILINEAR, JOINS
from i2moe_core.types import Features

WIDTH, OUT, BATCH = 5, 3, 4
COUNTS = pytest.mark.parametrize("count", [2, 3])
INPUTS = "ijk"


def build(name, count, **options):
    torch.manual_seed(count)
    return BILINEAR[name](count, WIDTH, OUT, **options).double().eval()


def draw(count, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return [torch.randn(BATCH, WIDTH, generator=generator, dtype=torch.float64) for _ in range(count)]


def joined(fusion, vectors):
    return fusion.join([fusion.project(m, x) for m, x in enumerate(vectors)])


def affine(linear, x):
    return x @ linear.weight.T + (0 if linear.bias is None else linear.bias)


def with_one(x):
    return torch.cat([x, x.new_ones(len(x), 1)], -1)


def matrix(linear):
    """Weight and bias side by side, (out, in + 1): what meets [x; 1]."""
    return torch.cat([linear.weight, linear.bias.unsqueeze(1)], 1)


def contract(tensor, vectors):
    """sum over i, j, .. of tensor[o, i, j, ..] x_i y_j .., with the outer product written out."""
    letters = INPUTS[: len(vectors)]
    products = torch.einsum(",".join(f"b{c}" for c in letters) + f"->b{letters}", *vectors)
    return torch.einsum(f"o{letters},b{letters}->bo", tensor, products)


def low_rank_tensor(matrices, size, rank):
    """W[o, i, j, ..] = sum_r A_1[(o r), i] A_2[(o r), j] .., neighbours summed."""
    factors = [a.reshape(size, rank, -1) for a in matrices]
    letters = INPUTS[: len(factors)]
    return torch.einsum(",".join(f"or{c}" for c in letters) + f"->o{letters}", *factors)


def signed_root(z, floor=1e-8):
    rooted = torch.where(z > 0, 1.0, -1.0) * ((z.abs() + floor) ** 0.5 - floor**0.5)
    return rooted / (rooted**2).sum(-1, keepdim=True) ** 0.5


def close(a, b):
    torch.testing.assert_close(a, b, atol=1e-9, rtol=1e-9)


@COUNTS
def test_tensor(count):
    fusion, x = build("tensor", count, rank=2), draw(count)
    factors = [with_one(affine(p, v)) for p, v in zip(fusion.projections, x, strict=True)]
    every = torch.eye(3**count, dtype=torch.float64).reshape(-1, *[3] * count)
    close(joined(fusion, x), contract(every, factors))


@COUNTS
def test_low_rank_bilinear(count):
    fusion, x = build("low_rank_bilinear", count, rank=4), draw(count)
    factors = [torch.tanh(affine(p, v)) for p, v in zip(fusion.projections, x, strict=True)]
    diagonal = torch.zeros(4, *[4] * count, dtype=torch.float64)
    for r in range(4):
        diagonal[(r,) * (count + 1)] = 1
    close(joined(fusion, x), contract(diagonal, factors))


@COUNTS
def test_mfb(count):
    fusion, x = build("mfb", count, size=4, rank=3), draw(count)
    tensor = low_rank_tensor([matrix(p) for p in fusion.projections], 4, 3)
    close(joined(fusion, x), signed_root(contract(tensor, [with_one(v) for v in x])))


@COUNTS
def test_mfh(count):
    fusion, x = build("mfh", count, size=4, rank=3, order=2), draw(count)
    first, second = zip(*(matrix(p).split(12) for p in fusion.projections), strict=True)
    ones = [with_one(v) for v in x]
    low = contract(low_rank_tensor(first, 4, 3), ones)
    # The second block's products on the first's: each modality's vector enters twice.
    terms = low_rank_tensor(first, 12, 1), low_rank_tensor(second, 12, 1)
    high = (contract(terms[0], ones) * contract(terms[1], ones)).reshape(BATCH, 4, 3).sum(-1)
    close(joined(fusion, x), torch.cat([signed_root(low), signed_root(high)], -1))


def test_mfh_of_order_one_is_mfb():
    mfb, mfh = build("mfb", 2), build("mfh", 2, order=1)
    mfh.load_state_dict(mfb.state_dict())
    close(joined(mfh, draw(2)), joined(mfb, draw(2)))


@COUNTS
def test_tucker(count):
    fusion, x = build("tucker", count, rank=2, size=4), draw(count)
    factors = [torch.tanh(affine(p, v)) for p, v in zip(fusion.projections, x, strict=True)]
    close(joined(fusion, x), contract(fusion.core.weight.reshape(4, *[2] * count), factors))


@COUNTS
def test_mutan(count):
    fusion, x = build("mutan", count, factors=4, size=3, rank=2), draw(count)
    factors = [torch.tanh(affine(p, v)) for p, v in zip(fusion.projections, x, strict=True)]
    core = low_rank_tensor([t.weight for t in fusion.terms], 3, 2)
    close(joined(fusion, x), contract(core, factors))


@COUNTS
def test_mutan_with_a_core_of_full_rank_is_tucker(count):
    """Sums of enough products make any core: here one whose outputs each read one product."""
    fusion, x = build("mutan", count, factors=2, size=2**count, rank=1), draw(count)
    for m, term in enumerate(fusion.terms):
        bits = torch.arange(2**count) >> (count - 1 - m) & 1
        term.weight.data = torch.nn.functional.one_hot(bits, 2).double()
    tucker = build("tucker", count, rank=2, size=2**count)
    tucker.projections.load_state_dict(fusion.projections.state_dict())
    tucker.core.weight.data = torch.eye(2**count, dtype=torch.float64)
    close(joined(fusion, x), joined(tucker, x))


@COUNTS
def test_block(count):
    fusion, x = build("block", count, chunks=2, size=3, rank=2), draw(count)
    factors = [affine(p, v) for p, v in zip(fusion.projections, x, strict=True)]
    parts = []
    for c in range(2):
        core = low_rank_tensor([fusion.terms[m, c].T for m in range(count)], 3, 2)
        parts.append(signed_root(contract(core, [f[:, 3 * c : 3 * c + 3] for f in factors])))
    close(joined(fusion, x), torch.cat(parts, -1))


@COUNTS
def test_lmf(count):
    fusion, x = build("lmf", count, size=4, rank=3), draw(count)
    fusion.bias.data = torch.arange(4.0).double()
    terms = [matrix(p).reshape(3, 4, WIDTH + 1) for p in fusion.projections]  # (rank, size, D + 1)
    letters = INPUTS[:count]
    tensor = torch.einsum(
        "r," + ",".join(f"ro{c}" for c in letters) + f"->o{letters}", fusion.weights, *terms
    )
    close(joined(fusion, x), fusion.bias + contract(tensor, [with_one(v) for v in x]))


@COUNTS
def test_the_closing_network_ends_each(count):
    x = random_features(BATCH, [2] * count, WIDTH)
    for name in JOINS:
        torch.manual_seed(0)
        fusion = JOINS[name](count, WIDTH, OUT).eval()
        expected = fusion.close(joined(fusion, [f.pooled for f in x]))
        torch.testing.assert_close(fusion(x), expected)


@pytest.mark.parametrize("name", BILINEAR)
@COUNTS
@torch.no_grad()
def test_two_stages_are_exact_where_modalities_are_exchanged(name, count):
    """Embedded once each, then composed: the same as fusing the composed samples whole."""
    fusion = BILINEAR[name](count, WIDTH, OUT).eval()
    features = random_features(6, (3, 4, 2)[:count], WIDTH, padded=True)
    known = [fusion.embed(m, f) for m, f in enumerate(features)]
    assert all(len(e) == 6 for e in known)
    assert all(e.dim() == 2 for e in known)
    order = torch.tensor([2, 0, 5, 1, 3, 3])
    composed = [features[0][order], *features[1:]]
    together = fusion(composed, [known[0][order], *known[1:]])
    torch.testing.assert_close(together, fusion(composed))
    assert not torch.allclose(together, fusion(features))


@pytest.mark.parametrize(
    ("name", "option"),
    [
        ("mfb", "rank"), ("mfh", "order"), ("tucker", "rank"), ("mutan", "factors"), ("block", "chunks"),
        ("lmf", "size"), ("tensor", "rank"), ("compact_bilinear", "size"), ("low_rank_bilinear", "rank"),
        ("bilinear_attention", "glimpses"), ("mfb_attention", "glimpses"), ("mfb_attention", "rank"),
    ],
)  # fmt: skip
def test_a_size_below_one_is_refused(name, option):
    with pytest.raises(InputError, match=f"'{option}' must be 1 or more, but is 0"):
        BILINEAR[name](2, WIDTH, OUT, **{option: 0})


@pytest.mark.parametrize("name", JOINS)
@torch.no_grad()
def test_runs_in_bfloat16(name):
    for kind in (name, f"{name}_attention"):
        torch.manual_seed(0)
        fusion, features = BILINEAR[kind](2, 16, 8).eval(), random_features(8, (3, 2), 16)
        with torch.autocast("cpu", torch.bfloat16):
            half = fusion([Features(f.tokens.bfloat16(), f.mask, f.pooled.bfloat16()) for f in features])
        torch.testing.assert_close(half.float(), fusion(features), atol=0.05, rtol=0.05)
