"""Resizing keeps the picture whole; augmentation moves and hides, and changes nothing else."""

import numpy as np
import pytest
import torch

from i2moe_core.config import DataConfig
from i2moe_core.data.transforms import augment, image_tensor
from i2moe_core.types import Batch, Modality

MODALITIES = (Modality("image", "image"), Modality("text", "text"), Modality("x", "array"))


def batch(count=200, size=8):
    generator = torch.Generator().manual_seed(1)
    return Batch(
        ids=tuple(map(str, range(count))),
        inputs={
            "image": torch.randint(0, 256, (count, 3, size, size), generator=generator, dtype=torch.uint8),
            "text": torch.tensor([[5, 6, 7, 0]] * count),
            "x": torch.rand(count, 3, generator=generator),
        },
        present=torch.ones(count, 3).bool(),
    )


def test_same_size_is_untouched():
    pixels = np.random.default_rng(0).integers(0, 256, (8, 8, 3), dtype=np.uint8)
    assert np.array_equal(image_tensor(pixels, 8).permute(1, 2, 0).numpy(), pixels)


def test_aspect_is_kept_and_padding_has_the_edge_colour():
    pixels = np.zeros((10, 20, 3), dtype=np.uint8)
    pixels[:] = (10, 20, 30)
    pixels[4:6, 8:12] = 255
    image = image_tensor(pixels, 20)
    assert image.shape == (3, 20, 20)
    assert image[:, 0, 0].tolist() == [10, 20, 30]
    assert (image[:, 9:11, 8:12] == 255).all()
    assert int((image == 255).sum()) == 3 * 8


def test_shrinking_averages():
    board = np.indices((64, 64)).sum(0) % 2 * 255
    image = image_tensor(np.repeat(board[:, :, None], 3, 2).astype(np.uint8), 8)
    assert ((image > 100) & (image < 155)).all()


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 5000, 3), (5000, 1, 3), (3, 2, 3)])
def test_extreme_shapes(shape):
    image = image_tensor(np.full(shape, 77, dtype=np.uint8), 16)
    assert image.shape == (3, 16, 16)
    assert (image == 77).all()


def test_words_are_hidden_at_the_given_rate_and_padding_stays():
    changed = augment(batch(2000), MODALITIES, DataConfig(word_dropout=0.3), torch.Generator().manual_seed(0))
    text = changed.inputs["text"]
    assert (text[:, 3] == 0).all()
    assert abs((text[:, :3] == 2).float().mean().item() - 0.3) < 0.03
    kept = text[:, :3][text[:, :3] != 2]
    assert set(kept.tolist()) == {5, 6, 7}


def test_shift_repeats_the_edge_and_stays_in_reach():
    config = DataConfig(max_shift=2, jitter=0.0)
    ramp = torch.arange(8, dtype=torch.uint8).expand(1, 3, 8, 8)
    start = Batch(("a",) * 300, {"image": ramp.repeat(300, 1, 1, 1)}, torch.ones(300, 1).bool())
    moved = augment(start, MODALITIES[:1], config, torch.Generator().manual_seed(0))
    rows = {tuple(image[0, 0].tolist()) for image in moved.inputs["image"]}
    upright = Batch(start.ids, {"image": start.inputs["image"].mT.contiguous()}, start.present)
    moved = augment(upright, MODALITIES[:1], config, torch.Generator().manual_seed(0))
    columns = {tuple(image[0, :, 0].tolist()) for image in moved.inputs["image"]}
    assert columns == rows
    assert rows == {tuple(min(max(n + d, 0), 7) for n in range(8)) for d in range(-2, 3)}


def test_colours_change_little_and_keep_their_order():
    start = batch()
    changed = augment(start, MODALITIES, DataConfig(max_shift=0), torch.Generator().manual_seed(0))
    before, after = start.inputs["image"].float(), changed.inputs["image"].float()
    assert (before != after).any()
    assert (before - after).abs().max() < 256 * 0.35


def test_words_can_be_hidden_from_pictures_that_stay_as_they_are():
    config = DataConfig(max_shift=0, jitter=0.0, word_dropout=0.5)
    changed = augment(batch(50), MODALITIES, config, torch.Generator().manual_seed(0))
    assert changed.inputs["image"].equal(batch(50).inputs["image"])
    assert (changed.inputs["text"] == 2).any()


def test_arrays_originals_and_missing_pictures_stay():
    start = batch()
    start.inputs["image"][0] = 0
    copy = start.inputs["image"].clone()
    changed = augment(start, MODALITIES, DataConfig(), torch.Generator().manual_seed(0))
    assert changed.inputs["x"].equal(start.inputs["x"])
    assert start.inputs["image"].equal(copy)
    assert (changed.inputs["image"][0] == 0).all()


def test_generator_decides():
    def run(seed):
        return augment(batch(), MODALITIES, DataConfig(), torch.Generator().manual_seed(seed)).inputs["image"]

    assert run(0).equal(run(0))
    assert not run(0).equal(run(1))
