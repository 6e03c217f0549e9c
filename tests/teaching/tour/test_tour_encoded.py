"""What the encoders make of a sample is what the experts get."""

import numpy as np
import pytest
import tiny_runs
import torch

from i2moe_core.explain.passes import encode
from i2moe_core.teaching.tour.encoded import encode_for_tour


def test_the_vectors_are_the_encoders_own():
    run, data = tiny_runs.array_run()
    found = encode_for_tour(run, tiny_runs.values_of(run, 3), run.reference.ids[3])
    assert [part.modality for part in found] == list(run.model.modalities)
    with torch.inference_mode():
        own = run.model.encode(next(iter(data.batches(np.array([3]), 1))))
    for part, features in zip(found, own, strict=True):
        np.testing.assert_allclose(part.pooled, features.pooled[0].numpy(), atol=1e-5)
        assert part.tokens == int(features.mask.sum())
        assert part.present


def test_a_missing_input_is_marked():
    run, _ = tiny_runs.array_run()
    values = tiny_runs.values_of(run, 0) | {"x2": None}
    assert [part.present for part in encode_for_tour(run, values)] == [True, False]
    assert encode(run, values).present.tolist() == [[True, False]]


def test_a_single_fusion_has_no_tour():
    run, _ = tiny_runs.array_run(recipe="vanilla")
    with pytest.raises(Exception, match="single fusion without experts"):
        encode_for_tour(run, tiny_runs.values_of(run, 0))
