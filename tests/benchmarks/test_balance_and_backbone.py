"""Gains are paired by seed and sample; both benchmarks run, and go on where they were."""

import json

import numpy as np
import pytest
from PIL import Image

pytestmark = pytest.mark.usefixtures("benchmarks")


def test_gains_are_paired_by_seed_and_sample():
    from balance import PLAIN, differences, table
    from cells import Cells

    def right(*values):
        packed = np.packbits(np.array(values, bool)).tobytes().hex()
        share = {"accuracy": float(np.mean(values)), "weak_accuracy": 0.5}
        return share | {"right": packed, "samples": len(values), "seconds": 1.0}

    cells = Cells(None, {})
    cells.add({"method": PLAIN, "seed": 1}, right(1, 0, 0, 1, 1, 1, 1, 1, 1, 1))
    cells.add({"method": "joint", "seed": 1}, right(1, 1, 0, 0, 1, 1, 1, 1, 1, 1))
    cells.add({"method": "joint", "seed": 2}, right(*[1] * 10))  # no plain training of this seed
    (gain,) = differences(cells, "joint")
    assert gain.tolist() == [0, 1, 0, -1, 0, 0, 0, 0, 0, 0]
    assert "+0.0" in table(cells, [PLAIN, "joint"])


def write_folder(folder):
    """Forty grey pictures, light or dark, each with a word; splits 20, 10, 10."""
    folder.mkdir()
    lines = ["file_name,text,label,split"]
    for row in range(40):
        shade, split = 60 + 120 * (row % 2), "train" if row < 20 else "validation" if row < 30 else "test"
        Image.new("RGB", (8, 8), (shade + row, shade, shade)).save(folder / f"{row}.png")
        lines.append(f"{row}.png,a {'light' if row % 2 else 'dark'} one {row % 5},{row % 2},{split}")
    (folder / "metadata.csv").write_text("\n".join(lines) + "\n", "utf-8")
    return folder


def test_a_fusion_alone_and_in_the_mixture(tmp_path, capsys, monkeypatch):
    import backbone

    folder = write_folder(tmp_path / "folder")
    short = {"training.epochs": 1, "training.expert_epochs": 1}
    for name in ("FIRST", "ALONE"):
        monkeypatch.setattr(backbone, name, {"training.epochs": 1})
    monkeypatch.setattr(backbone, "EXPERTS", short)
    path = tmp_path / "backbone.json"
    backbone.main(["--data", str(folder), "--json", str(path), "--fusions", "pooled", "--seeds", "1"])
    cells = json.loads(path.read_text())["cells"]
    assert [cell["kind"] for cell in cells] == ["mixture", "vanilla"]
    assert cells[0]["parameters"] == cells[1]["parameters"] > 0
    assert all(0 <= cell["accuracy"] <= 1 for cell in cells)
    assert "| `pooled` |" in capsys.readouterr().out


def test_plain_training_and_a_method(tmp_path, capsys, monkeypatch):
    import balance

    monkeypatch.setattr(balance, "DATA", {"sizes": [40, 16, 20], "contrast": 0.7})
    monkeypatch.setattr(balance, "SETTINGS", {**balance.SETTINGS, "training.epochs": 1})
    path = tmp_path / "balance.json"
    asked = ["--json", str(path), "--seeds", "1", "--methods", "plain", "joint"]
    balance.main(asked)
    before = path.read_bytes()
    balance.main(asked)
    assert path.read_bytes() == before
    plain, joint = json.loads(before)["cells"]
    for cell in (plain, joint):
        assert balance.right_of(cell).mean() == pytest.approx(cell["accuracy"])
    assert joint["options"] == {"joint": {"weight": 1.0}}
    assert "| `joint` |" in capsys.readouterr().out
