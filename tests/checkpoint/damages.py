"""What can be wrong with a run's folder: the damage, done to a copy, and what the refusal must say."""

import hashlib
import io
import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import torch
from safetensors.torch import load_file, save_file

from i2moe_core.checkpoint.names import AUDIT, CARD, CONFIG, HISTORY, MANIFEST, REFERENCE, VOCABULARY, WEIGHTS

Damage = Callable[[Path], None]


def remove(name: str) -> Damage:
    return lambda folder: (folder / name).unlink()


def write(name: str, content: bytes) -> Damage:
    """Put another content in place; the manifest is not told."""
    return lambda folder: _put(folder / name, content)


def cut(name: str) -> Damage:
    return lambda folder: _put(folder / name, (folder / name).read_bytes()[:-7])


def grow(name: str) -> Damage:
    return lambda folder: _put(folder / name, (folder / name).read_bytes() + b"x")


def flip(name: str, place: float) -> Damage:
    def damage(folder: Path) -> None:
        content = bytearray((folder / name).read_bytes())
        content[int(len(content) * place)] ^= 1
        _put(folder / name, bytes(content))

    return damage


def manifest(change: Callable[[dict[str, Any]], Any]) -> Damage:
    return lambda folder: _edit(folder / MANIFEST, change)


def sealed(damage: Damage) -> Damage:
    """Do the damage and make the manifest agree with it: nothing but the content gives it away."""

    def both(folder: Path) -> None:
        damage(folder)
        _edit(folder / MANIFEST, lambda m: m["files"].update(_entries(folder)))

    return both


def config(change: Callable[[dict[str, Any]], Any]) -> Damage:
    return sealed(lambda folder: _edit(folder / CONFIG, change))


def weights(change: Callable[[dict[str, torch.Tensor]], Any]) -> Damage:
    def damage(folder: Path) -> None:
        tensors = load_file(folder / WEIGHTS)
        change(tensors)
        save_file({k: x.contiguous() for k, x in tensors.items()}, folder / WEIGHTS)

    return sealed(damage)


def reference(change: Callable[[pa.Table], pa.Table]) -> Damage:
    def damage(folder: Path) -> None:
        table = change(pq.read_table(folder / REFERENCE))
        buffer = io.BytesIO()
        pq.write_table(table, buffer)
        _put(folder / REFERENCE, buffer.getvalue())

    return sealed(damage)


def drop(*keys: str) -> Callable[[dict[str, Any]], None]:
    """Remove what each path of keys leads to; a list loses its last item."""

    def change(values: dict[str, Any]) -> None:
        for key in keys:
            *parents, leaf = key.split("/")
            target = values
            for parent in parents:
                target = target[parent]
            if isinstance(target[leaf], list):
                target[leaf].pop()
            else:
                del target[leaf]

    return change


def _put(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def _edit(path: Path, change: Callable[[dict[str, Any]], Any]) -> None:
    values = json.loads(path.read_text())
    replaced = change(values)
    path.write_text(json.dumps(values if replaced is None else replaced))


def _entries(folder: Path) -> dict[str, Any]:
    files = [path for path in folder.iterdir() if path.name != MANIFEST]
    return {
        p.name: {"sha256": hashlib.sha256(p.read_bytes()).hexdigest(), "bytes": p.stat().st_size}
        for p in files
    }


def _column(table: pa.Table, name: str, values: pa.Array) -> pa.Table:
    return table.set_column(table.schema.get_field_index(name), name, values)


def _fill(tensors: dict[str, torch.Tensor], key: str, value: float) -> None:
    tensors[key].view(-1)[0] = value


class _Evil:
    def __reduce__(self):
        return (Path.touch, (Path("PWNED"),))


GATE = "gate.network.0.bias"
CASES: dict[str, tuple[Damage, str]] = {
    # the folder
    "unfinished": (remove(MANIFEST), r"unfinished .*--resume"),
    "no config": (remove(CONFIG), rf"{CONFIG} is missing"),
    "no weights": (remove(WEIGHTS), rf"{WEIGHTS} is missing"),
    "no history": (remove(HISTORY), rf"{HISTORY} is missing"),
    "no reference": (remove(REFERENCE), rf"{REFERENCE} is missing"),
    "no vocabulary": (remove(VOCABULARY), rf"{VOCABULARY} is missing"),
    # bytes that differ from the manifest
    "weights cut": (cut(WEIGHTS), rf"{WEIGHTS} is cut short: \d+ bytes, expected \d+"),
    "weights grown": (grow(WEIGHTS), rf"{WEIGHTS} is too long"),
    "weights empty": (write(WEIGHTS, b""), rf"{WEIGHTS} is cut short: 0 bytes"),
    "weights, one bit": (flip(WEIGHTS, 0.7), rf"{WEIGHTS} was changed"),
    "header, one bit": (flip(WEIGHTS, 0.01), rf"{WEIGHTS} was changed"),
    "config, one bit": (flip(CONFIG, 0.5), rf"{CONFIG} was changed"),
    "vocabulary, one bit": (flip(VOCABULARY, 0.5), rf"{VOCABULARY} was changed"),
    "reference, one bit": (flip(REFERENCE, 0.5), rf"{REFERENCE} was changed"),
    "reference cut": (cut(REFERENCE), rf"{REFERENCE} is cut short"),
    "history cut": (cut(HISTORY), rf"{HISTORY} is cut short"),
    # the manifest
    "manifest not JSON": (write(MANIFEST, b"{"), rf"{MANIFEST} is not valid JSON"),
    "manifest binary": (write(MANIFEST, b"\xff\xfe\x00"), rf"{MANIFEST} is not valid JSON"),
    "manifest cut": (cut(MANIFEST), rf"{MANIFEST} is not valid JSON"),
    "manifest a list": (manifest(lambda m: [1]), rf"{MANIFEST} must hold an object"),
    "manifest without files": (manifest(drop("files")), rf"{MANIFEST} lacks a key .*files"),
    "manifest, unknown key": (manifest(lambda m: m.update(x=1)), rf"Unknown key 'x' in .*{MANIFEST}"),
    "manifest, size a text": (
        manifest(lambda m: m["files"][WEIGHTS].update(bytes="9")),
        r"bytes must be int",
    ),
    "manifest, path": (
        manifest(lambda m: m["files"].update({"../x": m["files"][WEIGHTS]})),
        r"lists '\.\./x'",
    ),
    "manifest, no weights": (manifest(drop(f"files/{WEIGHTS}")), rf"does not list {WEIGHTS}"),
    "manifest, no vocabulary": (manifest(drop(f"files/{VOCABULARY}")), rf"{VOCABULARY} is missing"),
    "manifest newer": (
        manifest(lambda m: m.update(schema_version=99)),
        rf"{MANIFEST} has schema_version 99, and",
    ),
    "manifest, version a text": (
        manifest(lambda m: m.update(schema_version="1")),
        r"no valid schema_version",
    ),
    # config.json
    "config newer": (config(lambda c: c.update(schema_version=2)), rf"{CONFIG} has schema_version 2"),
    "inner config newer": (config(lambda c: c["config"].update(schema_version=7)), r"schema_version 7"),
    "config, no version": (config(drop("schema_version")), rf"{CONFIG} has no valid schema_version"),
    "config, unknown key": (config(lambda c: c.update(extra=1)), r"Unknown key 'extra'"),
    "config, unknown inner key": (
        config(lambda c: c["config"]["model"].update(wdith=1)),
        r"Unknown key 'wdith'",
    ),
    "config, wrong type": (config(lambda c: c["config"]["model"].update(width="8")), r"width must be int"),
    "config not JSON": (sealed(write(CONFIG, b"width: 8")), rf"{CONFIG} is not valid JSON"),
    "config with NaN": (sealed(write(CONFIG, b'{"schema_version": NaN}')), r"NaN is not a number"),
    "config nested": (sealed(write(CONFIG, b"[" * 200_000)), rf"{CONFIG} is not valid JSON"),
    "config a list": (config(lambda c: [c]), rf"{CONFIG} must hold an object"),
    "config without info": (config(drop("info")), rf"{CONFIG} lacks a key .*info"),
    "info without prior": (
        config(lambda c: c.update(info={k: v for k, v in c["info"].items() if k != "prior"})),
        r"lacks a key .*prior",
    ),
    "unknown fusion": (
        config(lambda c: c["config"]["model"].update(fusion="mfbb")),
        r"Unknown fusion 'mfbb'",
    ),
    "unknown fusion option": (
        config(lambda c: c["config"]["model"].update(fusion_options={"x": 1})),
        r"options",
    ),
    "unknown kind of model": (config(lambda c: c.update(kind="duo")), r"kind 'duo'"),
    "unknown task": (config(lambda c: c["info"].update(task="ranking")), r"task 'ranking'"),
    "unknown modality": (config(lambda c: c["info"]["modalities"].update(text="smell")), r"kind 'smell'"),
    "one modality": (config(drop("info/modalities/text", "info/shapes/text")), r"1 modality"),
    "shapes differ": (
        config(lambda c: c["info"]["shapes"].update(smell=[3])),
        r"shapes and modalities differ",
    ),
    "a shape of zeros": (config(lambda c: c["info"]["shapes"].update(image=[0, 0, 0])), r"positive numbers"),
    "a class more": (config(lambda c: c["info"]["classes"].append("star")), r"4 classes but 3 priors"),
    "a class less": (
        config(drop("info/classes", "info/prior")),
        r"does not belong to .*config\.json: .*expected",
    ),
    "a prior of two": (config(lambda c: c["info"].update(prior=[2.0, 0.1, 0.1])), r"not a probability"),
    "a scale of zero": (config(lambda c: c["info"].update(scale=0.0)), r"scale is not a positive"),
    "another width": (config(lambda c: c["config"]["model"].update(width=16)), rf"{WEIGHTS} does not belong"),
    "a negative width": (config(lambda c: c["config"]["model"].update(width=-4)), r"cannot be built"),
    "a monstrous width": (config(lambda c: c["config"]["model"].update(width=10**15)), r"cannot be built"),
    "mixture called single": (config(lambda c: c.update(kind="single")), rf"{WEIGHTS} does not belong"),
    # weights that are what the manifest says, and still wrong
    "weights NaN": (weights(lambda t: _fill(t, GATE, float("nan"))), rf"{WEIGHTS} .*not finite, in '{GATE}'"),
    "weights infinite": (weights(lambda t: _fill(t, GATE, float("inf"))), rf"not finite, in '{GATE}'"),
    "weights, one lacking": (weights(lambda t: t.pop(GATE)), rf"lacks '{GATE}'"),
    "weights, one more": (weights(lambda t: t.update(extra=torch.zeros(1))), r"holds 'extra'"),
    "weights, other shape": (weights(lambda t: t.update({GATE: torch.zeros(3)})), rf"'{GATE}' is \(3,\)"),
    "weights, other type": (
        weights(lambda t: t.update({GATE: t[GATE].half()})),
        rf"'{GATE}' is \(8,\) float16",
    ),
    "weights a pickle": (sealed(write(WEIGHTS, pickle.dumps(_Evil()))), rf"{WEIGHTS} is not a readable"),
    "weights, huge header": (sealed(write(WEIGHTS, b"\xff" * 8 + b"{}")), rf"{WEIGHTS} is not a readable"),
    "weights, nothing": (sealed(write(WEIGHTS, b"")), rf"{WEIGHTS} is not a readable"),
    # the other files
    "vocabulary not JSON": (
        sealed(write(VOCABULARY, b"words")),
        rf"{VOCABULARY}: The vocabulary cannot be read",
    ),
    "vocabulary not UTF-8": (sealed(write(VOCABULARY, b"\xff\xfe")), rf"{VOCABULARY} is not UTF-8"),
    "vocabulary of another size": (
        config(lambda c: c["info"].update(vocabulary_size=5)),
        rf"{VOCABULARY} has \d+",
    ),
    "reference garbage": (sealed(write(REFERENCE, b"PAR1xxxxPAR1")), rf"{REFERENCE} is damaged"),
    "reference, no text": (
        reference(lambda t: t.drop_columns(["x_text"])),
        rf"{REFERENCE} is damaged or foreign",
    ),
    "reference, no rows": (reference(lambda t: t.slice(0, 0)), rf"{REFERENCE} .*no sample"),
    "reference, class 9": (
        reference(lambda t: _column(t, "target", pa.array([9] * len(t)))),
        r"holds class 9",
    ),
    "reference, no picture": (
        reference(lambda t: _column(t, "x_image", pa.array([b"GIF8"] * len(t)))),
        REFERENCE,
    ),
    "history garbage": (sealed(write(HISTORY, b"a,b\n1,2\n")), rf"{HISTORY} is damaged"),
    "audit not JSON": (sealed(write(AUDIT, b"fine")), rf"{AUDIT} is not valid JSON"),
    "audit a number": (sealed(write(AUDIT, b"1")), rf"{AUDIT} must hold an object"),
    "card not UTF-8": (sealed(write(CARD, b"\xff\xfe\x00\xd8")), rf"{CARD} is not UTF-8"),
}
