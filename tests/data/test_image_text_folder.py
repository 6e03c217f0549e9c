"""Folders of pictures and texts: what is read, how it is split, and what each faulty table is told."""

import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from i2moe_core.config import DataConfig
from i2moe_core.data import load_samples
from i2moe_core.data.batching import build_vocabulary, prepare
from i2moe_core.data.image_text_folder import image_text_folder
from i2moe_core.errors import InputError

HEADER = "file_name,text,label"
SHARED = Path(__file__).parents[2].parent / "shared" / "data"


@pytest.fixture
def folder(tmp_path):
    """A folder with forty pictures p0.png .. p39.png and no table."""
    for number in range(40):
        Image.new("RGB", (4, 4), (number, 0, 0)).save(tmp_path / f"p{number}.png")
    return tmp_path


def write(folder, rows, header=HEADER, name="metadata.csv", encoding="utf-8"):
    (folder / name).write_bytes("\n".join([header, *rows, ""]).encode(encoding))
    return folder


def rows(count=40):
    return [f"p{n}.png,text {n},{'ab'[n % 2]}" for n in range(count)]


def test_a_plain_folder_is_read_and_split_by_label(folder):
    samples = load_samples(DataConfig(source=str(write(folder, rows()))))
    assert samples.name == folder.name
    assert samples.classes == ("a", "b")
    assert samples.targets.tolist() == [0, 1] * 20
    assert samples.ids[:2] == ("p0.png", "p1.png")
    assert samples.raw["image"][3] == (folder / "p3.png").resolve()
    assert [len(samples.rows(s)) for s in ("train", "validation", "test")] == [28, 6, 6]
    assert samples.targets[samples.rows("test")].tolist().count(0) == 3
    assert samples.notes == ()


def test_seed_decides_the_split(folder):
    write(folder, rows())
    first, again, other = (image_text_folder(folder, seed=s).splits for s in (0, 0, 1))
    assert (first == again).all()
    assert (first != other).any()


def test_given_splits_are_kept_under_their_usual_names(folder):
    names = ["train", "Training", "val", "dev", "TEST", "validation"]
    lines = [f"p{n}.png,t{n},{'ab'[n % 2]},{names[n % 6]}" for n in range(36)]
    samples = image_text_folder(write(folder, lines, HEADER + ",split"))
    assert samples.splits[:6].tolist() == ["train", "train", "validation", "validation", "test", "validation"]


def test_cells_stay_as_written(folder):
    lines = rows()
    lines[:4] = ["p0.png,NA,001", "p1.png,null,1", 'p2.png,"a, ""b""\nc",001', "p3.png,=1+1,1"]
    lines[4:] = [f"p{n}.png,t,{'001' if n % 2 else '1'}" for n in range(4, 40)]
    samples = image_text_folder(write(folder, lines))
    assert samples.raw["text"][:4] == ["NA", "null", 'a, "b"\nc', "=1+1"]
    assert samples.classes == ("001", "1")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_that_name_themselves(folder, encoding):
    lines = [*rows(39), "p39.png,犬 é 😀,b"]
    assert image_text_folder(write(folder, lines, encoding=encoding)).raw["text"][39] == "犬 é 😀"


def test_semicolons_and_tabs(folder):
    write(folder, [line.replace(",", ";") for line in rows()], HEADER.replace(",", ";"))
    assert image_text_folder(folder).classes == ("a", "b")
    (folder / "metadata.csv").unlink()
    write(folder, [line.replace(",", "\t") for line in rows()], HEADER.replace(",", "\t"), "metadata.tsv")
    assert image_text_folder(folder).classes == ("a", "b")


def test_jsonl_with_other_column_names_reads_as_it_is(folder):
    lines = [
        json.dumps({"id": n, "img": f"p{n}.png", "label": n % 2, "text": f"t\u2028{n}"}) for n in range(40)
    ]
    (folder / "train.jsonl").write_text("\n".join(lines))
    samples = load_samples(DataConfig(source=str(folder / "train.jsonl")))
    assert samples.classes == ("0", "1")
    assert samples.raw["text"][5] == "t\u20285"


def test_one_table_per_split(folder):
    write(folder, rows()[:30], name="train.csv")
    write(folder, rows()[30:35], name="dev.csv")
    write(folder, rows()[35:], name="test.csv")
    samples = image_text_folder(folder)
    assert [len(samples.rows(s)) for s in ("train", "validation", "test")] == [30, 5, 5]


def test_one_folder_per_split(folder):
    for split, names in (("train", range(30)), ("validation", range(30, 35)), ("test", range(35, 40))):
        (folder / split).mkdir()
        for number in names:
            (folder / f"p{number}.png").rename(folder / split / f"p{number}.png")
        write(folder / split, [rows()[n] for n in names])
    samples = image_text_folder(folder)
    assert samples.splits[-1] == "test"
    assert samples.raw["image"][-1].parent.name == "test"


def test_parquet(folder):
    frame = pd.DataFrame({"file_name": [f"p{n}.png" for n in range(40)], "text": "t", "label": [0, 1] * 20})
    frame.to_parquet(folder / "metadata.parquet")
    assert image_text_folder(folder).classes == ("0", "1")


def test_columns_by_name_and_several_labels(folder):
    lines = [f"{n},p{n}.png,t{n},{'x|y' if n % 2 else 'x' if n % 4 else ''}" for n in range(40)]
    samples = image_text_folder(
        write(folder, lines, "id,picture,words,tags"),
        image_column="picture", text_column="words", label_column="tags", label_separator="|",
    )  # fmt: skip
    assert samples.task == "multilabel"
    assert samples.classes == ("x", "y")
    assert samples.targets[:4].tolist() == [[0, 0], [1, 1], [1, 0], [1, 1]]


def test_lists_of_labels_in_json(folder):
    lines = [
        json.dumps({"file_name": f"p{n}.png", "text": "t", "label": ["x", "y"][: n % 3]}) for n in range(40)
    ]
    (folder / "metadata.jsonl").write_text("\n".join(lines))
    assert image_text_folder(folder).targets[:3].tolist() == [[0, 0], [1, 0], [1, 1]]


def test_regression(folder):
    lines = [f"p{n}.png,t,{n / 2}" for n in range(40)]
    samples = image_text_folder(write(folder, lines), task="regression")
    assert samples.classes == ("label",)
    assert samples.targets.dtype == np.float32
    assert samples.targets[3] == 1.5


def test_numbers_are_classes_in_their_order(folder):
    samples = image_text_folder(write(folder, [f"p{n}.png,t,{n % 3 * 5}" for n in range(40)]))
    assert samples.classes == ("0", "5", "10")


def test_missing_modalities_are_none_and_counted(folder):
    samples = image_text_folder(write(folder, [",only text,a", "p1.png,,b", "p2.png,  ,b", *rows()[3:]]))
    assert samples.raw["image"][0] is None
    assert samples.raw["text"][:3] == ["only text", None, None]
    assert samples.notes == ("1 rows have no picture.", "2 rows have no text.")


def test_repeated_rows_are_named_and_stay_in_one_split(folder):
    lines = rows()
    lines[20:40] = lines[:20]
    samples = image_text_folder(write(folder, lines))
    assert (samples.splits[:20] == samples.splits[20:]).all()
    assert samples.notes[0].startswith("Repeated rows: line 22, line 23")
    assert "and 15 more" in samples.notes[0]
    assert samples.ids[0] == "p0.png#1"
    assert samples.ids[20] == "p0.png#2"
    assert len(set(samples.ids)) == 40


def test_one_picture_with_several_texts_stays_in_one_split(folder):
    samples = image_text_folder(write(folder, [f"p{n // 2}.png,text {n},{'ab'[n % 2]}" for n in range(80)]))
    assert (samples.splits[::2] == samples.splits[1::2]).all()


def test_repeats_across_given_splits_are_told(folder):
    lines = splitted(rows()[39] + ",val")
    lines[35] = lines[0].replace("train", "val")
    assert any(
        "different splits" in note
        for note in image_text_folder(write(folder, lines, HEADER + ",split")).notes
    )


def test_backslashes_of_another_system(folder):
    (folder / "sub").mkdir()
    (folder / "p0.png").rename(folder / "sub" / "p0.png")
    samples = image_text_folder(write(folder, ["sub\\p0.png,t,a", *rows()[1:]]))
    assert samples.raw["image"][0] == (folder / "sub" / "p0.png").resolve()


def splitted(last):
    lines = [f"{line},{'train' if n < 30 else 'test' if n < 35 else 'val'}" for n, line in enumerate(rows())]
    return [*lines[:-1], last]


BAD = {
    "no_rows": (HEADER, [], "no rows"),
    "empty_file": ("", [], "empty"),
    "no_label_column": ("file_name,text,tag", rows(), "no column 'label'.*file_name, text, tag"),
    "no_text_column": ("file_name,words,label", rows(), "no column 'text'"),
    "no_image_column": ("picture,text,label", rows(), "no column 'file_name'"),
    "column_twice": ("file_name,text,label,text", [r + ",x" for r in rows()], "'text' twice"),
    "ragged_long": (HEADER, [*rows(), "p1.png,a, b,c"], "line 42 has 4 cells"),
    "ragged_short": (HEADER, ["p1.png,a", *rows()], "line 2 has 2 cells"),
    "open_quote": (HEADER, [*rows(), 'p1.png,"never closed,a'], "line 42: unexpected end"),
    "missing_picture": (HEADER, ["gone.png,t,a", *rows()], r"line 2: the picture 'gone\.png' does not exist"),
    "parent_folder": (HEADER, ["../p1.png,t,a", *rows()], r"'\.\./p1\.png' lies outside"),
    "deep_parent_folder": (HEADER, ["a/../../../etc/passwd,t,a", *rows()], "lies outside"),
    "windows_parent_folder": (HEADER, ["..\\p1.png,t,a", *rows()], "lies outside"),
    "absolute": (HEADER, ["/etc/passwd,t,a", *rows()], "'/etc/passwd' lies outside"),
    "null_byte": (HEADER, ["p\0.png,t,a", *rows()], "not a usable file name|line 2"),
    "long_name": (HEADER, ["x" * 5000 + ".png,t,a", *rows()], r"not a usable file name|does not exist"),
    "folder_as_picture": (HEADER, [".,t,a", *rows()], r"'\.' does not exist"),
    "nothing_in_a_row": (HEADER, [",,a", *rows()], "line 2: neither a picture nor a text"),
    "no_label": (HEADER, ["p0.png,t,", *rows()], "line 2 has no label"),
    "no_text_at_all": (HEADER, [f"p{n}.png,,{'ab'[n % 2]}" for n in range(40)], "no row has a text"),
    "no_picture_at_all": (HEADER, [f",t{n},{'ab'[n % 2]}" for n in range(40)], "no row has a picture"),
    "one_class": (HEADER, [f"p{n}.png,t,a" for n in range(40)], r"one class only \(a\)"),
    "too_few": (HEADER, rows(2), "no samples in the split"),
    "unknown_split": (HEADER + ",split", splitted("p39.png,t,b,holdout"), "line 41 has the split 'holdout'"),
    "empty_split": (HEADER + ",split", [r + ",train" for r in rows()], "no samples in the split 'valid"),
    "unknown_label": (HEADER + ",split", splitted("p39.png,t,zebra,val"), "no training .* label 'zebra'"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_tables_are_refused(name, folder):
    header, lines, message = BAD[name]
    write(folder, lines, header)
    before = sorted(os.listdir(folder))
    with pytest.raises(InputError, match=message) as caught:
        image_text_folder(folder)
    assert str(folder) in str(caught.value)
    assert len(str(caught.value)) < 1000
    assert sorted(os.listdir(folder)) == before


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{not json}", "line 41 is not JSON"),
        ("[1, 2]", "line 41 must be an object"),
        ('{"file_name": "p1.png", "text": "t", "label": null}', "line 41 has no label"),
        ("[" * 100_000, "line 41"),
    ],
)
def test_bad_json_lines_are_refused(folder, line, message):
    lines = [json.dumps({"file_name": f"p{n}.png", "text": "t", "label": "ab"[n % 2]}) for n in range(40)]
    (folder / "metadata.jsonl").write_text("\n".join([*lines, line]))
    with pytest.raises(InputError, match=message):
        image_text_folder(folder)


@pytest.mark.parametrize("encoding", ["latin-1", "gbk"])
def test_other_encodings_are_named_with_their_line(folder, encoding):
    text = {"latin-1": "café", "gbk": "狗狗"}[encoding]
    write(folder, [*rows(3), f"p3.png,{text},a"], encoding=encoding)
    with pytest.raises(InputError, match="line 5, is not UTF-8"):
        image_text_folder(folder)


def test_only_the_first_five_faults_are_told(folder):
    write(folder, [f"gone{n}.png,t,a" for n in range(12)])
    with pytest.raises(InputError, match=r"12 faults.*gone4.*and 7 more") as caught:
        image_text_folder(folder)
    assert "gone5" not in str(caught.value)


def test_links_out_of_the_folder_are_refused(folder, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "secret.png"
    Image.new("RGB", (4, 4)).save(outside)
    (folder / "link.png").symlink_to(outside)
    with pytest.raises(InputError, match=r"line 2: 'link\.png' lies outside"):
        image_text_folder(write(folder, ["link.png,t,a", *rows()]))


@pytest.mark.parametrize("value", ["x", "nan", "inf", ""])
def test_labels_that_are_no_numbers(folder, value):
    write(folder, [f"p{n}.png,t,{n}" for n in range(39)] + [f"p39.png,t,{value}"])
    with pytest.raises(InputError, match="line 41"):
        image_text_folder(folder, task="regression")


def test_equal_numbers_are_refused(folder):
    with pytest.raises(InputError, match="nothing to learn"):
        image_text_folder(write(folder, [f"p{n}.png,t,5" for n in range(40)]), task="regression")


def test_two_tables_or_none_are_refused(folder):
    with pytest.raises(InputError, match=r"metadata\.csv"):
        image_text_folder(folder)
    write(folder, rows())
    write(folder, rows(), name="metadata.tsv")
    with pytest.raises(InputError, match=r"metadata\.csv and metadata\.tsv"):
        image_text_folder(folder)


def test_damaged_parquet_is_refused(folder):
    (folder / "metadata.parquet").write_bytes(b"PAR1 no parquet")
    with pytest.raises(InputError, match=r"metadata\.parquet"):
        image_text_folder(folder)


@pytest.mark.parametrize("options", [{"task": "ranking"}, {"text_column": "words"}, {"colour": 1}])
def test_wrong_options_are_refused(folder, options):
    write(folder, rows())
    with pytest.raises(InputError, match=next(iter(map(str, options.values()))) + "|colour"):
        load_samples(DataConfig(source=str(folder), options=options))


def test_an_unreadable_picture_is_named_when_prepared(folder):
    (folder / "p7.png").write_bytes(b"broken")
    samples = image_text_folder(write(folder, rows()))
    with pytest.raises(InputError, match=r"p7\.png"):
        prepare(samples, DataConfig(), build_vocabulary(samples, DataConfig()))


@pytest.mark.parametrize(
    ("name", "counts", "classes"), [("emoji", (1310, 280, 280), 9), ("easy_vqa", (6832, 1467, 1466), 13)]
)
def test_shared_sets_read_as_they_are(name, counts, classes):
    if not SHARED.is_dir():
        pytest.skip("../shared/data is not there")
    samples = load_samples(DataConfig(source=str(SHARED / name)))
    assert tuple(len(samples.rows(s)) for s in ("train", "validation", "test")) == counts
    assert len(samples.classes) == classes
