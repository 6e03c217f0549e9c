"""``i2moe explain``: how the experts share the answer on one image and text."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from i2moe_core.cli.arguments import add_run, run_folder
from i2moe_core.cli.explain_output import (
    attribution_lines,
    badges_dict,
    check_together,
    command_line,
    explained_by,
    paired,
    pairs_dict,
    tested,
    write_figures,
)
from i2moe_core.cli.output import columns, json_content, number, write_file
from i2moe_core.errors import InputError

if TYPE_CHECKING:
    from i2moe_core.checkpoint import Run
    from i2moe_core.cli.arguments import Verbs
    from i2moe_core.explain.attribution.badge import Badge
    from i2moe_core.explain.attribution.result import Attributions
    from i2moe_core.explain.interactions.result import PairInteractions
    from i2moe_core.types import PairExplanation


def add_parser(verbs: Verbs) -> None:
    """Add the verb."""
    parser = verbs.add_parser("explain", help="explain one image and text")
    add_run(parser)
    parser.add_argument("--image", type=Path, metavar="FILE")
    parser.add_argument("--text")
    parser.add_argument(
        "--example", metavar="ID", help="a sample kept with the run, in place of image and text"
    )
    parser.add_argument(
        "--attribution", metavar="METHOD", help="what in the inputs moved it: i2moe list --attributions"
    )
    parser.add_argument(
        "--target", action="append", default=[], metavar="KEY",
        help="what is attributed, such as answer/0 or gate/synergy; default: answer, experts and weights",
    )  # fmt: skip
    parser.add_argument("--baseline", metavar="image=NAME,text=NAME", help="what a removed part becomes")
    parser.add_argument(
        "--html", type=Path, metavar="FILE", help="write the report, one file for any browser"
    )
    parser.add_argument(
        "--no-test", action="store_true", help="do not test whether the maps are better than random ones"
    )
    parser.add_argument("--no-pairs", action="store_true", help="leave out which parts work together")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the whole explanation as JSON")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="write the attributions as a table")
    parser.add_argument("--figures", type=Path, metavar="FOLDER", help="write the figures as SVG and PNG")
    parser.set_defaults(act=act)


def act(arguments: argparse.Namespace) -> None:
    """Explain, print, and write where asked."""
    from i2moe_core.checkpoint import load_run
    from i2moe_core.explain.pair import explain_pair

    check_together(arguments)
    run = load_run(run_folder(arguments.run), arguments.device)
    values = given_values(run, arguments)
    explanation = explain_pair(run, values, sample_id=arguments.example)
    found = None if arguments.attribution is None else explained_by(run, values, explanation, arguments)
    badges = {} if found is None or arguments.no_test else tested(run, values, found)
    files = arguments.html is not None or arguments.json is not None
    pairs = paired(run, values, found) if found is not None and files and not arguments.no_pairs else None
    _write(run, values, explanation, found, badges, pairs, arguments)
    print(explanation_lines(explanation))
    if found is not None:
        print(attribution_lines(found, badges))


def _write(
    run: Run,
    values: dict[str, Any],
    explanation: PairExplanation,
    found: Attributions | None,
    badges: Mapping[str, Badge],
    pairs: PairInteractions | None,
    arguments: argparse.Namespace,
) -> None:
    from i2moe_core.explain.attribution.serialise import to_csv
    from i2moe_core.explain.attribution.serialise import to_json_dict as attributions_dict
    from i2moe_core.explain.report import html_report
    from i2moe_core.explain.report.export import figure_files
    from i2moe_core.explain.serialise import to_json_dict

    if arguments.json is not None:
        told = to_json_dict(explanation)
        if found is not None:
            told["attributions"] = attributions_dict(found) | {"badges": badges_dict(badges)}
            told["pairs"] = pairs_dict(pairs)
        write_file(arguments.json, json_content(told))
    if arguments.csv is not None and found is not None:
        write_file(arguments.csv, to_csv(found).encode())
    if arguments.figures is not None:
        write_figures(arguments.figures, figure_files(run, values, explanation, found))
    if arguments.html is not None:
        command = command_line(arguments)
        report = html_report(run, values, explanation, found, badges, pairs, command=command)
        write_file(arguments.html, report.encode())


def given_values(run: Run, arguments: argparse.Namespace) -> dict[str, Any]:
    """Return what was given for each modality; what was not given is missing.

    Raises:
        InputError: nothing was given, the run does not read it, or the example is unknown.
    """
    if arguments.example is not None:
        if arguments.image is not None or arguments.text is not None:
            raise InputError("Give --example or --image and --text, not both.")
        return _example(run, arguments.example)
    values: dict[str, Any] = {}
    if arguments.image is not None:
        from i2moe_core.data.images import read_image

        values[_modality(run, "image")] = read_image(arguments.image).pixels
    if arguments.text is not None:
        values[_modality(run, "text")] = arguments.text
    if not values:
        raise InputError("Nothing was given; give --image FILE, --text TEXT, or --example ID.")
    return {name: values.get(name) for name in run.info.modalities}


def explanation_lines(explanation: PairExplanation) -> str:
    """Return the answer and one line an expert; the contributions add up to the answer's logit."""
    from i2moe_core.explain.wording import cut_sentences, disagreement_sentence

    regression = explanation.task == "regression"
    place = 0 if regression else int(explanation.probabilities.argmax())
    rows = [("expert", "weight", "share", "answers", f"gives {explanation.classes[place]}")]
    for e in explanation.experts:
        shown = (number(e.weight), number(e.share), e.prediction, number(float(e.contribution[place])))
        rows.append((e.name, *shown))
    rows.append(("sum", "", "", "", number(float(explanation.logits[place]))))
    chance = "" if regression else f" with probability {number(explanation.probability)}"
    lines = [f"{explanation.prediction}{chance}", columns(rows)]
    return "\n".join([*lines, disagreement_sentence(explanation), *cut_sentences(explanation)])


def _example(run: Run, name: str) -> dict[str, Any]:
    if name not in run.reference.ids:
        known = ", ".join(run.reference.ids[:5])
        raise InputError(
            f"The run keeps no example '{name}'; it keeps {len(run.reference)}, such as {known}."
        )
    row = run.reference.ids.index(name)
    return {modality: values[row] for modality, values in run.reference.raw.items()}


def _modality(run: Run, kind: str) -> str:
    names = [name for name, found in run.info.modalities.items() if found == kind]
    if not names:
        reads = ", ".join(f"{name} ({found})" for name, found in run.info.modalities.items())
        raise InputError(f"The run '{run.name}' reads no {kind}; it reads {reads}. Give --example ID.")
    return names[0]
