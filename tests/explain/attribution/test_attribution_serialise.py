"""Attributions as JSON and as a table: every number kept, texts safe to open in a spreadsheet."""

import csv
import io
import json

import numpy as np

from i2moe_core.explain.attribution.result import Attribution, Attributions, Cell
from i2moe_core.explain.attribution.serialise import COLUMNS, to_csv, to_json_dict

WORDS = ("=1+1", "+cmd", "-2", "@sum", "\tx", "\rx", "＝1", "plain", "a=b", '"quoted", yes')


def made():
    cells = (
        Cell("image", "image", "row 1, column 1", (0, 0, 4, 4)),
        *(Cell("text", "text", word, (n, n + 1)) for n, word in enumerate(WORDS)),
    )
    numbers = np.array([-0.5, *np.linspace(-1, 1, len(WORDS))])
    numbers[-1] = np.nan
    item = Attribution(
        "answer/0", "the answer =x", None, {"image": np.array([[1.0, np.nan]])}, numbers, 2.0, 1.0, None,
        {"image": 0.25, "text": 0.75},
    )  # fmt: skip
    return Attributions("run-1", "s1", "occlusion", {"image": "blur"}, cells, (item,))


def test_json_holds_everything_and_no_nan():
    told = to_json_dict(made())
    read = json.loads(json.dumps(told, allow_nan=False))
    assert [cell["label"] for cell in read["cells"][1:]] == list(WORDS)
    assert read["cells"][0] == {
        "modality": "image",
        "kind": "image",
        "label": "row 1, column 1",
        "place": [0, 0, 4, 4],
    }
    item = read["targets"][0]
    assert item["cells"][:2] == [-0.5, -1.0]
    assert item["cells"][-1] is None
    assert item["maps"] == {"image": [[1.0, None]]}
    assert item["shares"] == {"image": 0.25, "text": 0.75}
    assert (item["value"], item["baseline_value"], item["gap"], item["expert"]) == (2.0, 1.0, None, None)


def test_csv_prefixes_texts_that_a_spreadsheet_would_run_and_no_numbers():
    found = made()
    head, *rows = csv.reader(io.StringIO(to_csv(found), newline=""))
    assert tuple(head) == COLUMNS
    labels = [row[4] for row in rows[1:]]
    assert labels[:7] == [f"'{word}" for word in WORDS[:7]]
    assert labels[7:] == list(WORDS[7:])
    values = [row[6] for row in rows]
    assert values[-1] == ""
    assert [float(v) for v in values[:-1]] == found.items[0].cells[:-1].tolist()
    assert values[0] == "-0.5"
