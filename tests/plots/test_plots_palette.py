"""Colours: fixed per expert, apart for colour-blind eyes, readable on both pages."""

import itertools
import tomllib
from pathlib import Path

import numpy as np
import pytest

from i2moe_core.config import ModelConfig
from i2moe_core.expert_set import expert_names
from i2moe_core.explain.palette import SHADES as SHADES_BY_ROLE
from i2moe_core.plots import diverging, palette

ROOT = Path(__file__).resolve().parents[2]
# Machado, Oliveira and Fernandes (2009), severity 1: linear RGB as seen by each kind of eye.
EYES = {
    "normal": np.eye(3),
    "red-blind": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "green-blind": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.01182, 0.04294, 0.968881],
    ],
    "blue-blind": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.3039],
    ],
}


def linear(colour):
    parts = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def contrast(first, second):
    light, dark = sorted((float(linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (first, second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def lab(rgb):
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    x = to_xyz @ np.clip(rgb, 0, 1) / np.array([0.9505, 1, 1.089])
    f = np.where(x > 0.008856, np.cbrt(x), 7.787 * x + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def test_contrast_knows_black_on_white():
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)


SIGNS = (diverging.FOR, diverging.AGAINST)


SHADES = [colour for family in SHADES_BY_ROLE.values() for colour in family]


@pytest.mark.parametrize("colour", [*palette.FIXED.values(), palette.INK, *SIGNS, *SHADES])
def test_colours_stand_out_on_both_pages(colour):
    assert contrast(colour, palette.LIGHT_PAGE) >= 3
    assert contrast(colour, palette.DARK_PAGE) >= 3


@pytest.mark.parametrize("eye", EYES)
def test_the_four_experts_differ_for_every_eye(eye):
    seen = [lab(np.array(EYES[eye]) @ linear(colour)) for colour in palette.FIXED.values()]
    assert min(np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2)) >= 20


@pytest.mark.parametrize("eye", EYES)
def test_for_and_against_differ_for_every_eye(eye):
    first, second = (lab(np.array(EYES[eye]) @ linear(colour)) for colour in SIGNS)
    assert np.linalg.norm(first - second) >= 40


def test_a_colour_does_not_depend_on_its_neighbours():
    pair = palette.expert_colours(["unique:image", "unique:text", "synergy", "redundancy"])
    other = palette.expert_colours(["unique:sound", "unique:text", "synergy", "redundancy"])
    assert pair["unique:text"] == other["unique:text"] == palette.FIXED["unique:text"]
    assert other["synergy"] == palette.FIXED["synergy"]


@pytest.mark.parametrize("count", [2, 3, 6])
def test_experts_never_share_a_colour(count):
    names = [*(f"unique:x{n}" for n in range(count)), "synergy", "redundancy"]
    assert len(set(palette.expert_colours(names).values())) == count + 2


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("unique:image", "Image alone"),
        ("unique:x1", "X1 alone"),
        ("synergy", "Synergy"),
        ("redundancy", "Redundancy"),
    ],
)
def test_names_are_plain(name, label):
    assert palette.expert_label(name) == label
    assert palette.expert_meaning(name)


def test_the_theme_has_the_same_colours():
    theme = tomllib.loads((ROOT / ".streamlit/config.toml").read_text())["theme"]
    assert theme["chartCategoricalColors"][:4] == list(palette.FIXED.values())
    assert theme["light"]["backgroundColor"] == palette.LIGHT_PAGE
    assert theme["dark"]["backgroundColor"] == palette.DARK_PAGE


def test_experts_of_pairs_have_colours_of_their_own_in_their_family():
    names = expert_names(ModelConfig(experts="pairwise"), ("image", "text", "sound"))
    colours = palette.expert_colours(names)
    assert len(set(colours.values())) == len(names)
    for role, family in SHADES_BY_ROLE.items():
        assert {colour for name, colour in colours.items() if name.startswith(role)} == set(family[:3])
    assert colours["unique:image"] == palette.FIXED["unique:image"]
    assert palette.expert_colours(["synergy", "synergy#2"])["synergy"] == palette.FIXED["synergy"]
    assert palette.expert_colours(["synergy", palette.NOBODY])[palette.NOBODY] == palette.INK


@pytest.mark.parametrize(
    ("name", "label", "meaning"),
    [
        ("unique:image", "Image alone", "what only the image tells"),
        ("unique:image#2", "Image alone 2", "what only the image tells"),
        ("synergy", "Synergy", "what shows only when the inputs are read together"),
        ("synergy#2", "Synergy 2", "what shows only when the inputs are read together"),
        (
            "synergy:image+text",
            "Synergy of image and text",
            "what shows only when image and text are read together",
        ),
        ("redundancy:a+b+c#3", "Redundancy of a, b and c 3", "what each of a, b and c would tell by itself"),
        ("task", "Task", "a further expert"),
    ],
)
def test_names_become_words(name, label, meaning):
    assert palette.expert_label(name) == label
    assert palette.expert_meaning(name) == meaning
