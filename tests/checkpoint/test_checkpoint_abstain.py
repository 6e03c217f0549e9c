"""The exported threshold: round trip, part of the manifest, gone with new weights, refused when damaged."""

from dataclasses import replace

import pytest

from i2moe_core.checkpoint import AbstainRecord, load_run, read_abstain, write_abstain
from i2moe_core.errors import InputError

RECORD = AbstainRecord("r-0", "jensen_shannon", 0.4, 0.05, 0.04, 0.95, 0.8, 0.01, 400, "made", "test")


def test_a_threshold_comes_back_and_the_run_still_opens(parts, tmp_path):
    parts.save(tmp_path / "run")
    assert read_abstain(tmp_path / "run") is None
    write_abstain(tmp_path / "run", RECORD)
    write_abstain(tmp_path / "run", replace(RECORD, most=0.3))
    assert read_abstain(tmp_path / "run").most == 0.3
    assert load_run(tmp_path / "run", "cpu").name == "run"
    path = tmp_path / "run" / "abstain.json"
    path.write_text(path.read_text().replace("0.3", "0.9"))
    with pytest.raises(InputError, match="changed or damaged"):
        load_run(tmp_path / "run", "cpu")


def test_new_weights_take_the_threshold_away(parts, tmp_path):
    parts.save(tmp_path / "run")
    write_abstain(tmp_path / "run", RECORD)
    parts.save(tmp_path / "run")
    assert read_abstain(tmp_path / "run") is None


@pytest.mark.parametrize("content", ["", "[]", '{"schema_version": 99}', '{"schema_version": 1, "most": 1}'])
def test_a_damaged_threshold_is_refused(content, tmp_path):
    (tmp_path / "abstain.json").write_text(content)
    with pytest.raises(InputError):
        read_abstain(tmp_path)
