"""Maps: PCA streamed over parts is the textbook one; UMAP is seeded, bounded, and left out for a few rows."""

from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest

from i2moe_core.analysis import projection
from i2moe_core.analysis.projection import coordinates, fit_plane, needed, umap_rows, umap_settings, vectors
from i2moe_core.analysis.schema import EMBEDDING

EXPERTS = ("unique:a", "unique:b", "synergy", "redundancy")


def parts_of(count: int, sizes: tuple[int, ...], seed: int = 0, scale: float = 1.0):
    """Random tables of two modalities, width 3."""
    rng = np.random.default_rng(seed)
    embedding = (rng.normal(size=(count, 6)) * [1, 2, 3, scale, scale, scale] + 5).astype(np.float32)
    columns = {}
    for kind in ("weight", "share"):
        values = rng.dirichlet(np.ones(4), count).astype(np.float32)
        columns |= {f"{kind}_{e}": values[:, k] for k, e in enumerate(EXPERTS)}
    columns |= {f"component_{e}": rng.normal(size=count).astype(np.float32) for e in EXPERTS}
    table = pa.table(columns).append_column(
        EMBEDDING, pa.FixedSizeListArray.from_arrays(pa.array(embedding.ravel()), 6)
    )
    cuts = np.cumsum([0, *sizes])
    return embedding, [table.slice(a, b - a) for a, b in pairwise(cuts)]


def test_streamed_pca_is_the_textbook_one():
    embedding, parts = parts_of(40, (17, 20, 3), scale=100.0)
    maps = coordinates(lambda space: iter(parts), 40, umap=False)
    x = embedding.astype(float) - embedding.astype(float).mean(0)
    blocks = np.sqrt(x.reshape(40, 2, 3).var(0).sum(1))
    x /= np.repeat(blocks, 3)
    _, _, directions = np.linalg.svd(x)
    expected = np.abs(x @ directions[:2].T)
    found = np.abs(np.stack([maps["pca_embedding_x"], maps["pca_embedding_y"]], 1))
    np.testing.assert_allclose(found, expected, atol=1e-4)
    assert set(maps) == {f"pca_{space}_{axis}" for space in projection.SPACES for axis in "xy"}


def test_pca_does_not_depend_on_the_parts():
    whole, cut = parts_of(40, (40,))[1], parts_of(40, (1, 30, 9))[1]
    for name, values in coordinates(lambda space: iter(whole), 40, umap=False).items():
        again = coordinates(lambda space: iter(cut), 40, umap=False)[name]
        np.testing.assert_allclose(again, values, atol=1e-5)


def test_interactions_are_made_of_shares():
    _, (part,) = parts_of(10, (10,))
    x = vectors(part, "interaction")
    np.testing.assert_allclose(x.reshape(10, 3, 4).sum(2), 1, atol=1e-6)
    assert x.min() >= 0


def test_only_needed_columns_are_read():
    names = ["id", "thumbnail", "weight_synergy", "share_synergy", "component_synergy", EMBEDDING]
    assert needed(names, "embedding") == ["weight_synergy", EMBEDDING]
    assert needed(names, "interaction") == names[2:5]


@pytest.mark.parametrize("count", [1, 2, 14])
def test_a_few_or_equal_rows_have_a_pca_map_only(count):
    _, parts = parts_of(count, (count,))
    same = [parts[0].take([0] * count)]
    maps = coordinates(lambda space: iter(same), count, umap=True)
    assert all(np.isfinite(values).all() and len(values) == count for values in maps.values())
    assert not any(name.startswith("umap") for name in maps)
    assert umap_settings(count) == {}


def test_umap_rows_are_bounded_and_seeded(monkeypatch):
    monkeypatch.setattr(projection, "UMAP_ROWS", 20)
    laid = []
    monkeypatch.setattr(projection, "lay_out", lambda x, seed: laid.append(x) or x[:, :2])
    _, parts = parts_of(30, (7, 13, 10))
    maps = coordinates(lambda space: iter(parts), 30, umap=True)
    rows = umap_rows(30)
    assert len(rows) == 20
    assert np.isfinite(maps["umap_embedding_x"]).nonzero()[0].tolist() == rows.tolist()
    plane = fit_plane(lambda space: iter(parts), "embedding")
    every = vectors(pa.concat_tables(parts), "embedding")
    np.testing.assert_allclose(laid[0], plane.place(every[rows], 6), atol=1e-9)
    assert umap_rows(30).tolist() == rows.tolist()
    assert umap_rows(20).tolist() == list(range(20))
