"""Retrieval of a run: the trained scores themselves, brute-force ranks, maps that no test sample decides."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from tiny_runs import array_run, scenes_run, stretch

from i2moe_core.analysis.job import Job
from i2moe_core.analysis.retrieval.file import read_retrieval, retrieval_path, write_retrieval
from i2moe_core.analysis.retrieval.fit import PENALTIES, fit_maps, fitting_rows
from i2moe_core.analysis.retrieval.query import encode_query, kept_maps, nearest
from i2moe_core.analysis.retrieval.run import measure_retrieval
from i2moe_core.analysis.similarity import (
    MAP,
    POOLED,
    brought_together,
    mapped_similarity,
    matching_similarity,
    similarities,
    trained_to_match,
)
from i2moe_core.config import TrainingConfig
from i2moe_core.errors import InputError
from i2moe_core.explain.evaluate import encode_rows
from i2moe_core.measures.modality_gap import modality_gap
from i2moe_core.measures.retrieval import rank_blocks
from i2moe_core.measures.translation import fit_translations
from i2moe_core.types import Features


def trained(run, **training):
    return replace(run, config=replace(run.config, training=TrainingConfig(**training)))


@pytest.fixture(scope="module")
def aligned():
    run, data = scenes_run()
    stretch(run.model, 2.0)
    return trained(run, methods={"alignment": {"weight": 3.0}}), data


def job(split="train", **options):
    run, data = array_run(**options)
    return Job(run, data.samples, run.config.data, split), data


def test_the_runs_own_matching_is_what_alignment_trains(aligned):
    run, data = aligned
    features = encode_rows(run.model, data, np.arange(6))
    fusion = run.model.probes.joint.fusion
    assert trained_to_match(run) == [fusion]
    found = matching_similarity(run, ("image", "text"), tuple(features))
    expected = fusion.alignment_scores(features, 0).detach().double().numpy()  # text i asks picture j
    np.testing.assert_allclose(found.scores(slice(0, 6), back=True), expected, atol=1e-5)
    np.testing.assert_allclose(found.scores(slice(2, 5)), expected.T[2:5], atol=1e-5)
    assert found.sizes() == (6, 6)
    assert expected.std() > 1e-3


def test_sides_of_different_numbers_keep_their_order(aligned):
    run, data = aligned
    image, text = encode_rows(run.model, data, np.arange(6))
    whole = matching_similarity(run, ("image", "text"), (image, text))
    part = matching_similarity(run, ("image", "text"), (image, text[slice(4, 5)]))
    assert part.sizes() == (6, 1)
    np.testing.assert_allclose(
        part.scores(slice(0, 1), back=True)[0], whole.scores(slice(4, 5), back=True)[0]
    )


@pytest.mark.parametrize(
    ("methods", "expected"),
    [
        ({}, ""),
        ({"alignment": {}}, "alignment"),
        ({"alignment": {"weight": 0}}, ""),
        ({"contrastive": {}}, "contrastive"),
        ({"joint": {}}, ""),
    ],
)
def test_what_brought_the_modalities_together(aligned, methods, expected):
    assert brought_together(trained(aligned[0], methods=methods)) == expected


def test_a_weight_of_zero_leaves_no_matching_of_its_own(aligned):
    run, data = aligned
    features = tuple(encode_rows(run.model, data, np.arange(4)))
    silent = trained(run, methods={"alignment": {"weight": 0}})
    assert matching_similarity(silent, ("image", "text"), features) is None


def test_either_direction_has_its_own_map():
    x, y = np.random.default_rng(0).normal(size=(2, 30, 4))
    there, back = fit_translations(x, y, [0.1])[0], fit_translations(y, x, [0.1])[0]
    found = mapped_similarity(x, y, (there, back))
    np.testing.assert_allclose(found.scores(slice(0, 9)), there.queries(x)[:9] @ there.items(y).T)
    np.testing.assert_allclose(found.scores(slice(0, 9), back=True), back.queries(y)[:9] @ back.items(x).T)


def test_the_penalty_is_the_best_on_validation():
    asked, data = job("validation", size=240)
    found = fit_maps(asked, 0)["x1", "x2"]
    drawn = fitting_rows(asked, 0)
    train, held = (
        [f.pooled.double().numpy() for f in encode_rows(asked.run.model, data, drawn[split])]
        for split in ("train", "validation")
    )
    own = np.arange(len(held[0]))
    scores = []
    for one in fit_translations(*train, PENALTIES):
        ranks = rank_blocks([(0, one.queries(held[0]) @ one.items(held[1]).T)], own, own)
        scores.append((1 / ranks.rank).mean())
    assert found.penalties[0] == PENALTIES[int(np.argmax(scores))]
    assert max(scores) > min(scores)


def test_experts_without_cross_attention_were_not_aligned():
    run, _ = array_run(recipe="vanilla")
    assert brought_together(trained(run, recipe="vanilla", methods={"alignment": {"modality": "x1"}})) == ""


def test_ranks_are_those_of_the_whole_table(aligned):
    run, data = aligned
    seen = []
    found = measure_retrieval(
        Job(run, data.samples, run.config.data, "test"), watch=lambda done, total: seen.append((done, total))
    )
    assert (found.samples, found.total, found.trained, found.notes) == (20, 20, "alignment", [])
    assert seen[0][0] == 0
    assert seen[-1][0] == seen[-1][1]
    (pair,) = found.pairs
    assert (pair.first, pair.second, pair.main, pair.maps) == ("image", "text", "alignment", [])
    rows = data.samples.rows("test")
    features = encode_rows(run.model, data, rows)
    scores = run.model.probes.joint.fusion.alignment_scores(features, 0).detach().double().numpy()
    texts = [data.samples.raw["text"][row] for row in rows]
    assert len(set(texts)) == 20
    for direction, table in zip(pair.directions[:2], (scores.T, scores), strict=True):
        assert (direction.by, direction.right) == ("alignment", 1)
        rank = 1 + (table > np.diag(table)[:, None]).sum(1)
        assert direction.figures["recall@5"].value == pytest.approx((rank <= 5).mean())
        assert direction.figures["median_rank"].value == np.median(rank)
        assert direction.figures["recall@5"].chance == pytest.approx(0.25)
    pooled = [f.pooled.double().numpy() for f in features]
    gap = modality_gap(*pooled, np.arange(20))
    assert (pair.gap.distance, pair.gap.alignment) == (
        pytest.approx(gap.distance),
        pytest.approx(gap.alignment),
    )
    assert len(pair.plane.ids) == 20
    assert pair.plane.texts == [text[:80] for text in texts]


def test_without_training_together_a_map_is_the_main_way_and_it_is_said():
    asked, _ = job("validation", size=90)
    found = measure_retrieval(asked)
    (pair,) = found.pairs
    assert pair.main == MAP
    assert [d.by for d in pair.directions] == [MAP, MAP, POOLED, POOLED]
    assert "brought these modalities together" in found.notes[0]
    assert "validation split itself" in found.notes[1]


def test_a_map_finds_what_is_linearly_the_same_where_cosines_are_at_chance():
    """Both encoders read the same vector: a linear map finds it, the raw spaces have nothing in common."""
    run, data = array_run(size=240)
    samples = data.samples
    same = replace(
        samples,
        raw={"x1": samples.raw["x1"], "x2": samples.raw["x1"]},
        splits=np.array(["train", "validation", "test"])[np.arange(240) % 3],
    )
    found = measure_retrieval(Job(run, same, run.config.data, "test")).pairs[0]
    values = {d.by: d.figures["recall@5"] for d in found.directions[::2]}
    assert values[MAP].low > 3 * values[MAP].chance
    assert values[MAP].value > values[POOLED].value


def test_three_modalities_make_three_pairs_and_a_single_fusion_works_too():
    asked, _ = job(modalities=3, recipe="vanilla")
    found = measure_retrieval(asked)
    assert [(p.first, p.second) for p in found.pairs] == [("x1", "x2"), ("x1", "x3"), ("x2", "x3")]
    assert found.of("x3", "x1") is found.pairs[1]
    assert found.of("x1", "x9") is None


def test_the_measured_split_decides_nothing_of_the_map():
    asked, data = job(size=90)
    test = replace(data.samples, splits=np.where(np.arange(90) % 5 == 4, "test", data.samples.splits))
    asked = replace(asked, samples=test, split="test")
    drawn = fitting_rows(asked, 0)
    assert not set(np.concatenate([*drawn.values()])) & set(asked.rows())
    other = {name: list(values) for name, values in test.raw.items()}
    for row in asked.rows():
        other["x1"][row] = other["x1"][row] + 9
    again = replace(asked, samples=replace(test, raw=other))
    first, second = (fit_maps(one, 0)["x1", "x2"] for one in (asked, again))
    np.testing.assert_array_equal(first.maps[0].weights, second.maps[0].weights)
    assert first.penalties == second.penalties


def test_without_training_samples_there_is_no_map():
    asked, data = job()
    only = replace(data.samples, splits=np.full(len(data.samples), "test"))
    found = measure_retrieval(replace(asked, samples=only, split="test"))
    assert [d.by for d in found.pairs[0].directions] == [POOLED, POOLED]
    assert "No linear map" in found.notes[-1]


def test_samples_that_lack_an_input_are_left_out():
    asked, _ = job(missing=0.5)
    found = measure_retrieval(asked)
    assert found.samples < found.total
    with pytest.raises(InputError, match="retrieval needs the inputs of at least two"):
        measure_retrieval(asked, samples=1)


def test_the_file_holds_it_all_and_damage_is_refused(tmp_path):
    asked, _ = job("validation", size=90)
    found = measure_retrieval(asked)
    path = retrieval_path(tmp_path, "validation")
    assert read_retrieval(path) is None
    write_retrieval(found, path)
    assert read_retrieval(path) == found
    for broken in ("{", "{}", path.read_text().replace('"first": [', '"first": [[1, 2],')):
        path.write_text(broken)
        with pytest.raises(InputError, match="damaged"):
            read_retrieval(path)


def test_kept_maps_answer_a_query_as_fresh_ones_do():
    asked, data = job("validation", size=90)
    run = asked.run
    found = measure_retrieval(asked).pairs[0]
    fresh = fit_maps(asked, 0)["x1", "x2"].maps
    items = encode_rows(run.model, data, np.arange(30))
    for name, other in ((0, 1), (1, 0)):
        query = (f"x{name + 1}", encode_query(run, f"x{name + 1}", data.samples.raw[f"x{name + 1}"][4]))
        searched = (f"x{other + 1}", items[other])
        kept = nearest(run, query, searched, 3, kept_maps(found))
        plain = nearest(run, query, searched, 3, fresh)
        assert kept.by == MAP
        assert kept.rows == plain.rows
        np.testing.assert_allclose(kept.similarity, plain.similarity, atol=1e-4)
        sides = (query[1], items[1]) if name == 0 else (items[0], query[1])
        scores = similarities(run, ("x1", "x2"), sides, fresh)[MAP].scores(slice(0, 1), back=name == 1)[0]
        assert plain.rows == np.argsort(-scores)[:3].tolist()


def test_an_absent_similarity_is_refused_by_name():
    run, data = array_run()
    features = encode_rows(run.model, data, np.arange(4))
    with pytest.raises(InputError, match="Unknown similarity 'alignment'"):
        nearest(run, ("x1", features[0][slice(0, 1)]), ("x2", features[1]), by="alignment")


def test_a_blank_query_is_refused(aligned):
    with pytest.raises(InputError, match="Nothing was given"):
        encode_query(aligned[0], "text", " ")
    assert isinstance(encode_query(aligned[0], "text", "the red circle"), Features)


def test_features_of_a_query_are_those_of_the_sample(aligned):
    run, data = aligned
    alone = encode_query(run, "text", data.samples.raw["text"][3])
    torch.testing.assert_close(alone.pooled, encode_rows(run.model, data, np.array([3]))[1].pooled)
