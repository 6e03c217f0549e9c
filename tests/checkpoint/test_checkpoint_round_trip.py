"""A saved run opens as what was saved: same outputs bit for bit, same samples, nothing extra needed."""

import hashlib
import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch

from i2moe_core.checkpoint import add_file, begin_run, discard_run, load_run, read_settings
from i2moe_core.checkpoint.names import ADDED, CARD, CONFIG, MANIFEST, STATE, WEIGHTS
from i2moe_core.checkpoint.settings import SINGLE, Settings
from i2moe_core.errors import InputError
from i2moe_core.model.single_fusion import SingleFusion


def test_outputs_are_the_same_bit_for_bit(parts, saved):
    run = load_run(saved, "cpu")
    batch = parts.data.batch(range(20))
    with torch.no_grad():
        before, after = parts.model(batch), run.model(batch)
    assert torch.equal(before.logits, after.logits)
    assert torch.equal(before.weights, after.weights)
    assert torch.equal(before.expert_logits, after.expert_logits)


def test_run_says_what_it_is(parts, saved):
    run = load_run(saved, "cpu")
    digest = hashlib.sha256((saved / WEIGHTS).read_bytes()).hexdigest()
    assert (run.name, run.id) == ("scenes", f"scenes-{digest[:12]}")
    assert (run.config, run.info) == (parts.config, parts.info)
    assert run.vocabulary is not None
    assert run.vocabulary.to_json() == parts.vocabulary.to_json()
    assert (run.audit, run.card, run.device.type) == (None, "", "cpu")
    assert not run.model.training
    pd.testing.assert_frame_equal(
        run.history, pd.DataFrame({"phase": ["probes"], "epoch": [0], "score": [1.5]})
    )


def test_reference_is_the_data_that_training_did_not_see(parts, saved):
    samples, reference = parts.data.samples, load_run(saved, "cpu").reference
    assert len(reference) == 50  # 20 validation and 30 test samples
    assert set(reference.splits) == {"test"}
    for place, name in enumerate(reference.ids):
        row = samples.ids.index(name)
        assert samples.splits[row] != "train"
        assert np.array_equal(reference.raw["image"][place], samples.raw["image"][row])
        assert reference.raw["text"][place] == samples.raw["text"][row]
        assert reference.targets[place] == samples.targets[row]
        assert reference.truth.interactions[place] == samples.truth.interactions[row]


def test_single_fusion_of_arrays_without_text(vector_parts, tmp_path):
    vector_parts.save(tmp_path / "v")
    run = load_run(tmp_path / "v", "cpu")
    batch = vector_parts.data.batch(range(9))
    assert isinstance(run.model, SingleFusion)
    assert read_settings(tmp_path / "v").kind == SINGLE
    assert torch.equal(run.model(batch).logits, vector_parts.model(batch).logits)
    assert run.vocabulary is None
    assert np.array_equal(run.reference.raw["x1"][0], vector_parts.data.samples.raw["x1"][60])


def test_saving_twice_gives_the_same_weights_file(parts, saved, tmp_path):
    parts.save(tmp_path / "again")
    assert (tmp_path / "again" / WEIGHTS).read_bytes() == (saved / WEIGHTS).read_bytes()


def test_manifest_lists_every_file_with_its_sha256(saved):
    files = json.loads((saved / MANIFEST).read_text())["files"]
    assert set(files) | {MANIFEST} == {path.name for path in saved.iterdir()}
    for name, entry in files.items():
        content = (saved / name).read_bytes()
        assert entry == {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}


def test_opening_changes_no_random_draw_and_no_file(saved):
    before = {path.name: path.read_bytes() for path in saved.iterdir()}
    torch.manual_seed(3)
    expected = torch.rand(4)
    torch.manual_seed(3)
    load_run(saved, "cpu")
    assert torch.equal(torch.rand(4), expected)
    assert {path.name: path.read_bytes() for path in saved.iterdir()} == before


def test_added_files_are_opened_and_replaced(run_copy):
    add_file(run_copy, "audit.json", b'{"accuracy": 0.5}')
    add_file(run_copy, CARD, b"# Card")
    add_file(run_copy, "audit.json", b'{"accuracy": 0.75}')
    run = load_run(run_copy, "cpu")
    assert (run.audit, run.card) == ({"accuracy": 0.75}, "# Card")


def test_only_known_files_are_added(run_copy):
    with pytest.raises(ValueError, match=r"evil\.py"):
        add_file(run_copy, "evil.py", b"")


def test_saving_over_a_run_removes_its_audit_and_the_training_state(parts, run_copy):
    for name in ADDED:
        add_file(run_copy, name, b"{}")
    for name in (STATE, STATE + ".tmp", WEIGHTS + ".tmp"):
        (run_copy / name).write_bytes(b"of a training that was killed")
    parts.save(run_copy, parts.other_model(1))
    assert not any((run_copy / name).exists() for name in (*ADDED, STATE))
    assert not list(run_copy.glob("*.tmp"))
    assert load_run(run_copy, "cpu").audit is None


def test_weights_that_are_not_finite_are_not_saved(parts, run_copy):
    broken = parts.other_model(1)
    with torch.no_grad():
        next(broken.gate.parameters()).view(-1)[0] = float("nan")
    with pytest.raises(InputError, match=r"not finite, in 'gate\."):
        parts.save(run_copy, broken)
    load_run(run_copy, "cpu")


def test_begin_and_discard(parts, tmp_path):
    begin_run(tmp_path / "a" / "b", Settings(parts.config, parts.info), parts.vocabulary)
    folder = tmp_path / "a" / "b"
    assert read_settings(folder).config == parts.config
    (folder / "mine.txt").write_text("keep")
    discard_run(folder)
    assert [path.name for path in folder.iterdir()] == ["mine.txt"]


def test_unknown_device_is_refused_by_name(saved):
    with pytest.raises(InputError, match="'tpu9'"):
        load_run(saved, "tpu9")


def test_a_folder_that_cannot_be_made_is_refused(parts, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be made"):
        parts.save(tmp_path / "file" / "run")


def test_settings_of_an_older_field_default_are_kept(parts, run_copy):
    values = json.loads((run_copy / CONFIG).read_text())
    del values["config"]["data"]["min_frequency"]  # as a run saved before the field was there
    (run_copy / CONFIG).write_text(json.dumps(values))
    assert read_settings(run_copy).config == replace(parts.config)
