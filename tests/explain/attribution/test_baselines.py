"""The baselines: what a removed part becomes, each by its name."""

import pytest
import torch

from i2moe_core.errors import InputError
from i2moe_core.explain.attribution.baselines import BASELINES, Baseline, Material, make_baseline


def picture():
    x = torch.full((1, 3, 32, 32), 100.0)
    x[:, 0, 12:20, 12:20] = 200
    return Material(x, torch.full((3, 32, 32), 7.0), torch.tensor(0.0))


def test_blur_leaves_no_shape_but_the_light():
    blur = make_baseline(Baseline(image="blur"), "image", picture())
    assert blur.shape == (1, 3, 32, 32)
    assert torch.equal(blur[:, 1:], torch.full((1, 2, 32, 32), 100.0))
    red = blur[0, 0]
    assert red.min() >= 100
    assert red.max() < 125  # of 200
    assert (red[1:] - red[:-1]).abs().max() < 2  # no edge is left


def test_colour_mean_and_zero():
    given = picture()
    colour = make_baseline(Baseline(image="colour"), "image", given)
    assert torch.allclose(colour[0, 0], torch.tensor(100 + 100 * 64 / 1024))
    assert torch.equal(make_baseline(Baseline(image="mean"), "image", given), torch.full_like(given.x, 7))
    assert not make_baseline(Baseline(image="zero"), "image", given).any()


def test_words_become_the_hidden_word_the_mean_or_nothing():
    given = Material(torch.randn(1, 5, 2), torch.tensor([1.0, 2.0]), torch.tensor([3.0, 4.0]).expand(1, 5, 2))
    assert make_baseline(Baseline(text="mask"), "text", given)[0].tolist() == [[3, 4]] * 5
    assert make_baseline(Baseline(text="mean"), "text", given)[0].tolist() == [[1, 2]] * 5
    assert not make_baseline(Baseline(text="zero"), "text", given).any()


@pytest.mark.parametrize("kind", BASELINES)
def test_every_baseline_is_a_tensor_of_its_own(kind):
    shape = {"image": (1, 3, 9, 9), "text": (1, 4, 6), "array": (1, 5)}[kind]
    x = torch.rand(shape)
    given = Material(x, torch.zeros(shape[1:]), torch.zeros(shape))
    for name in BASELINES[kind]:
        blank = make_baseline(Baseline(**{kind: name}), kind, given)
        assert blank.shape == x.shape
        assert blank.is_contiguous()
        assert blank.data_ptr() != x.data_ptr()


def test_an_unknown_name_is_refused():
    with pytest.raises(InputError, match=r"Unknown image baseline 'blurr'\. Did you mean 'blur'"):
        make_baseline(Baseline(image="blurr"), "image", picture())
