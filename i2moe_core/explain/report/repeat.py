"""What it takes to get the same report again."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from i2moe_core import __version__
from i2moe_core.explain.report.markup import Child, Markup, tag
from i2moe_core.explain.report.material import Material
from i2moe_core.explain.report.parts import section
from i2moe_core.language import say

_PACKAGES = ("torch", "captum", "numpy")


def how_to_repeat(material: Material) -> Markup:
    """Return run, sample, method, draws, versions and the command."""
    run, found = material.run, material.explanation
    rows: list[tuple[str, Child]] = [
        (
            say("Run"),
            say("{run} (id {id}, which ends with the start of the weights' sha256)", run=run.name, id=run.id),
        ),
        (say("Trained on"), _training(material)),
        (say("Sample"), tag("bdi", found.sample_id)),
        (say("Attributed by"), _method(material)),
        (
            say("Random draws"),
            say("made from the sample's name above: the same on any day and any machine"),
        ),
        (say("Versions"), f"i2moe-explorer {__version__}, Python {platform.python_version()}, {_versions()}"),
    ]
    listed = tag("dl", [[tag("dt", name), tag("dd", value)] for name, value in rows])
    command = [tag("p", say("The command that writes this report:")), tag("pre", material.command)]
    return section("repeat", say("How to repeat this"), listed, command if material.command else None)


def _training(material: Material) -> str:
    config = material.run.config
    return say(
        "{data}, recipe {recipe}, fusion {fusion}, seed {seed}",
        data=material.run.info.name, recipe=config.training.recipe, fusion=config.model.fusion,
        seed=config.training.seed,
    )  # fmt: skip


def _method(material: Material) -> str:
    found = material.attributions
    if found is None:
        return say("no attribution method was asked for")
    used = {
        kind: name for kind, name in found.baseline.items() if kind in material.run.info.modalities.values()
    }
    blanks = ", ".join(f"{kind}={name}" for kind, name in used.items())
    options = ", ".join(f"{key} {value:g}" for key, value in material.options.items())
    if not options:
        return say("{method}, what is removed becomes: {blanks}", method=found.method, blanks=blanks)
    return say(
        "{method} with {options}, what is removed becomes: {blanks}",
        method=found.method, options=options, blanks=blanks,
    )  # fmt: skip


def _versions() -> str:
    return ", ".join(f"{name} {_version(name)}" for name in _PACKAGES)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return say("unknown")
