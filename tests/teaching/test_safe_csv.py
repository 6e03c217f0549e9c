"""Tables as CSV: read back as they were, no text run as a formula."""

import io

import pandas as pd

from i2moe_core.teaching.safe_csv import frame_as_csv


def test_formulas_are_made_inert_and_numbers_stay():
    frame = pd.DataFrame(
        {"text": ["=1+1", "@x", "-2", "＝SUM(A1)", "fine", 'a,b\n"c"'], "n": [-0.5, 1, 2, 3, 4, 5]}
    )
    content = frame_as_csv(frame)
    assert content.startswith("\ufeff".encode())
    back = pd.read_csv(io.BytesIO(content), encoding="utf-8-sig")
    assert back["text"].tolist() == ["'=1+1", "'@x", "'-2", "'＝SUM(A1)", "fine", 'a,b\n"c"']
    assert back["n"].tolist() == [-0.5, 1, 2, 3, 4, 5]


def test_an_empty_table_keeps_its_head():
    assert frame_as_csv(pd.DataFrame(columns=["a", "b"])).decode("utf-8-sig") == "a,b\r\n"
