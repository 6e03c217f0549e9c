"""The stand-in for fusions that need a partner: one modality in, padding ignored, others refused."""

import pytest
import torch
from parts import WIDTH, random_features, tiny_config, tiny_data, tiny_model, tiny_model_config

from i2moe_core.encoders.base import as_features
from i2moe_core.fusion import FUSIONS, Fusion, OneModality


def test_it_reads_the_real_tokens_only():
    torch.manual_seed(0)
    fusion = OneModality(1, WIDTH, 6).eval()
    (one,) = random_features(4, (5,), padded=True)
    other = as_features(torch.where(one.mask.unsqueeze(-1), one.tokens, 100.0), one.mask)
    assert fusion([one]).shape == (4, 6)
    torch.testing.assert_close(fusion([other]), fusion([one]), atol=1e-5, rtol=1e-5)


def test_two_modalities_are_refused():
    with pytest.raises(ValueError, match="one modality"):
        OneModality(2, WIDTH, 6)


def test_a_fusion_of_pairs_leaves_lone_experts_to_it(monkeypatch):
    class Pairs(FUSIONS["concat"]):
        least = 2

    monkeypatch.setitem(FUSIONS, "pairs", Pairs)
    model = tiny_model(tiny_config(model=tiny_model_config("pairs")), tiny_data())
    kinds = [type(expert.fusion) for expert in model.experts]
    assert kinds == [OneModality, OneModality, Pairs, Pairs]
    with pytest.raises(ValueError, match="2 modalities or more"):
        Pairs(1, WIDTH, 6)
    assert Fusion.least == 1
