"""Do attributions point at what decides, and are they faithful? All methods on samples whose truth is known.

For each method: how often the map's top lies on what decides (pointing), what removing or keeping the parts
named first does to the answer's probability beside random parts (AOPC gaps, in points), how much of the
difference is left unexplained (completeness), what the badges say, and the time for all experts of one pair.
Beside all that, maps of random numbers.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from attribution_chance import RANDOM, random_map
from attribution_load import measure_load
from attribution_pairs import measure_pairs
from attribution_pointing import points_at, random_hit
from attribution_speed import measure_speed

from i2moe_core.checkpoint import Run, load_run
from i2moe_core.data import load_samples
from i2moe_core.data.batching import prepare
from i2moe_core.errors import InputError
from i2moe_core.explain.attribution.badge import VERDICTS, Badge
from i2moe_core.explain.attribution.choose import Comparison, compare_methods, judge_maps
from i2moe_core.explain.attribution.faithfulness import ALL
from i2moe_core.explain.attribution.methods import ATTRIBUTIONS
from i2moe_core.explain.evaluate import evaluate_rows
from i2moe_core.types import Samples

GAP = 0.05  # the completeness gap that is still small
MODALITIES = ("image", "text")


def main(argv: Sequence[str] | None = None) -> None:
    """Measure, print the table, write the file."""
    arguments = _parser().parse_args(argv)
    run = load_run(arguments.run, "cpu")
    samples = load_samples(run.config.data)
    rows = samples.rows(arguments.split)[: arguments.samples]
    results: dict[str, Any] = measure_methods(run, samples, rows, arguments.methods, arguments.target)
    _print_methods(results)
    results["speed"] = measure_speed(run, samples, rows[: arguments.timed])
    results["concurrency"] = measure_load(run, samples, rows, arguments.threads)
    results["pairs"] = measure_pairs(run, samples, rows[: arguments.pairs])
    for part in ("speed", "concurrency", "pairs"):
        print(part, json.dumps(results[part], indent=1))
    results["settings"] = {
        "run": run.id, "split": arguments.split, "samples": len(rows), "target": arguments.target
    }  # fmt: skip
    if arguments.json is not None:
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        arguments.json.write_text(json.dumps(results, indent=1), encoding="utf-8")


def measure_methods(
    run: Run, samples: Samples, rows: np.ndarray, methods: Sequence[str], kind: str
) -> dict[str, Any]:
    """Return each method's figures, and those of random maps."""
    if samples.truth is None:
        raise InputError(f"'{samples.name}' does not record what decides; take a run trained on scenes.")
    notes: dict[str, list[dict[str, float]]] = {name: [] for name in (*methods, RANDOM)}
    for row, found in compared(run, samples, rows, methods, kind):
        cells = found.maps[0].cells
        chance = {m: random_hit(cells, samples.truth, row, m) for m in MODALITIES}
        drawn = random_map(found.maps[0], row)
        judged = judge_maps(run, {name: column[row] for name, column in samples.raw.items()}, [drawn])[0]
        notes[RANDOM].append(_known(chance) | _faithfulness(judged[drawn.items[0].target]))
        for one, badges in zip(found.maps, found.badges, strict=True):
            target = one.items[0].target
            hits = {m: points_at(one[target], cells, samples.truth, row, m) for m in MODALITIES}
            notes[one.method].append(_known(hits) | _faithfulness(badges[target]))
    return {name: _summarize(found) for name, found in notes.items() if found}


def compared(
    run: Run, samples: Samples, rows: np.ndarray, methods: Sequence[str], kind: str
) -> Iterator[tuple[int, Comparison]]:
    """Yield each row with all methods' maps of the mixture's answer."""
    said = evaluate_rows(run.model, prepare(samples, run.config.data, run.vocabulary), rows)
    for done, (row, place) in enumerate(zip(rows.tolist(), said.logits.argmax(-1).tolist(), strict=True)):
        values = {name: column[row] for name, column in samples.raw.items()}
        yield row, compare_methods(run, values, methods, [f"{kind}/{place}"], sample_id=samples.ids[row])
        if (done + 1) % 50 == 0:
            print(f"{done + 1} of {len(rows)} samples", flush=True)


def _faithfulness(badge: Badge) -> dict[str, float]:
    found: dict[str, float | None] = {"gap": badge.completeness}
    whole = badge.parts.get(ALL)
    found["comprehensiveness"] = 0.0 if whole is None else 100 * whole.comprehensiveness_gap
    found["sufficiency"] = 0.0 if whole is None else 100 * whole.sufficiency_gap
    return _known(found) | {verdict: float(badge.verdict == verdict) for verdict in VERDICTS}


def _summarize(notes: Sequence[Mapping[str, float]]) -> dict[str, Any]:
    gaps = [note["gap"] for note in notes if "gap" in note]
    return {
        **{m: {"pointing": _mean(notes, m)} for m in MODALITIES},
        "aopc_comprehensiveness_gap": _mean(notes, "comprehensiveness"),
        "aopc_sufficiency_gap": _mean(notes, "sufficiency"),
        "complete_share": float(np.mean(np.array(gaps) <= GAP)) if gaps else None,
        "badges": {verdict: _mean(notes, verdict) for verdict in VERDICTS},
        "samples": len(notes),
    }


def _known(values: Mapping[str, float | None]) -> dict[str, float]:
    return {name: value for name, value in values.items() if value is not None}


def _mean(notes: Sequence[Mapping[str, float]], name: str) -> float | None:
    found = [note[name] for note in notes if name in note]
    return float(np.mean(found)) if found else None


def _print_methods(results: Mapping[str, Any]) -> None:
    heads = ("image pointing", "text pointing", "compreh. gap", "suff. gap", "gap <= 5%", "badge holds")
    print(f"{'method':<24}" + "".join(f"{head:>16}" for head in heads))
    for name, found in results.items():
        figures = (
            found["image"]["pointing"], found["text"]["pointing"], found["aopc_comprehensiveness_gap"],
            found["aopc_sufficiency_gap"], found["complete_share"], found["badges"][VERDICTS[0]],
        )  # fmt: skip
        print(f"{name:<24}" + "".join(f"{'-' if v is None else f'{v:.3f}':>16}" for v in figures))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="attribution", description=__doc__)
    parser.add_argument("--run", type=Path, default=Path(__file__).parents[1] / "checkpoints" / "scenes")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--split", default="test", help="validation to decide anything, test to report")
    parser.add_argument("--samples", type=int, default=500)
    parser.add_argument("--target", default="answer", help="what is explained: answer, logit or probability")
    parser.add_argument("--timed", type=int, default=20, help="pairs that are timed")
    parser.add_argument("--pairs", type=int, default=200, help="samples whose pairs are tested")
    parser.add_argument("--threads", type=int, default=50)
    parser.add_argument("--methods", nargs="+", default=list(ATTRIBUTIONS))
    return parser


if __name__ == "__main__":
    main()
