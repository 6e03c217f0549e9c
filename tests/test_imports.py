"""Imports point down, special packages have one importer, nothing unpickles: read off the syntax."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CORE = "i2moe_core"
LAYERS = (
    {"ui", "cli"},
    {"plots", "analysis", "teaching"},
    {"explain", "training"},
    {"checkpoint"},
    {"model"},
    {"data", "encoders", "fusion", "losses", "measures"},
    {"expert_set"},
    {"config", "types", "registry", "device", "hub_files", "linear"},
    {"errors", "language"},
)
LEVEL = {package: number for number, layer in enumerate(LAYERS) for package in layer}
ONLY_IN = {
    "streamlit": ("app.py", "pages/", f"{CORE}/ui/"),
    "captum": (f"{CORE}/explain/",),
    "umap": (f"{CORE}/analysis/projection.py",),
}
FORBIDDEN_PACKAGES = {
    "pickle",
    "cPickle",
    "_pickle",
    "dill",
    "cloudpickle",
    "joblib",
    "shelve",
    "torchvision",
}
FORBIDDEN_NAMES = {"torch.save", "torch.load", "pandas.read_pickle", "pd.read_pickle"}
FORBIDDEN_ATTRIBUTES = {"to_pickle", "read_pickle"}
FORBIDDEN_KEYWORDS = {"unsafe_allow_html", "unsafe_allow_javascript"}
OTHERWISE_NAMED = {
    "PIL": "pillow",
    "huggingface_hub": "huggingface-hub",
    "sklearn": "scikit-learn",
    "umap": "umap-learn",
}  # for pip
PAGES_MAY_IMPORT = ("streamlit", f"{CORE}.ui", f"{CORE}.plots", f"{CORE}.language")


def imported(tree: ast.AST, path: str) -> Iterator[str]:
    """Every imported dotted name, also inside functions; relative ones made absolute."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = list(Path(path).parts[:-1])
            base = parents[: len(parents) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{module}.{alias.name}" for alias in node.names)


def dotted(node: ast.AST) -> str:
    """``torch.save`` for the expression torch.save; empty for anything that is no chain of names."""
    if isinstance(node, ast.Name):
        return node.id
    head = dotted(node.value) if isinstance(node, ast.Attribute) else ""
    return f"{head}.{node.attr}" if head else ""


def within(name: str, packages: tuple[str, ...]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def layer_faults(path: str, names: list[str]) -> Iterator[str]:
    """Imports inside the core that do not point down."""
    parts = Path(path).with_suffix("").parts
    if parts[0] != CORE or len(parts) < 2 or parts[1] == "__init__":
        return
    own = parts[1]
    if own not in LEVEL:
        yield f"'{own}' has no layer; give it one in LAYERS"
        return
    for name in names:
        other = name.split(".")[1] if name.startswith(f"{CORE}.") else own
        if other in LEVEL and other != own and LEVEL[other] <= LEVEL[own]:
            yield f"imports {name}, which is not below it"


def package_faults(path: str, names: list[str]) -> Iterator[str]:
    """Packages that this file may not import."""
    page = path == "app.py" or path.startswith("pages/")
    for name in names:
        top = name.split(".")[0]
        if top in FORBIDDEN_PACKAGES or name in FORBIDDEN_NAMES:
            yield f"imports {name}"
        if top in ONLY_IN and not path.startswith(ONLY_IN[top]):
            yield f"imports {name}; only {', '.join(ONLY_IN[top])} may"
        if page and not within(name, PAGES_MAY_IMPORT) and top not in sys.stdlib_module_names:
            yield f"imports {name}; a page may import {', '.join(PAGES_MAY_IMPORT)} only"


def use_faults(path: str, tree: ast.AST) -> Iterator[str]:
    """Calls and statements that are not allowed anywhere."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and dotted(node) in FORBIDDEN_NAMES:
            yield f"uses {dotted(node)}"
        elif isinstance(node, ast.Attribute) and node.attr in FORBIDDEN_ATTRIBUTES:
            yield f"uses {node.attr}"
        elif isinstance(node, ast.keyword) and node.arg in FORBIDDEN_KEYWORDS:
            yield f"uses {node.arg}"
        elif (
            isinstance(node, ast.keyword)
            and node.arg == "allow_pickle"
            and ast.unparse(node.value) != "False"
        ):
            yield "allows pickle"
        elif isinstance(node, ast.Assert) and path.startswith((CORE, "pages/", "app.py")):
            yield "uses assert outside the tests"


def faults(source: str, path: str) -> list[str]:
    """What is wrong with a file, by its text and its path from the repository's root."""
    tree = ast.parse(source)
    names = list(imported(tree, path))
    found = [*layer_faults(path, names), *package_faults(path, names), *use_faults(path, tree)]
    return [f"{path} {fault}" for fault in found]


def sources() -> list[str]:
    files = [ROOT / "app.py"]
    for folder in (CORE, "pages", "benchmarks"):
        files += sorted((ROOT / folder).rglob("*.py"))
    return [file.relative_to(ROOT).as_posix() for file in files if file.exists()]


@pytest.mark.parametrize("path", sources())
def test_a_file_keeps_the_rules(path):
    assert faults((ROOT / path).read_text(encoding="utf-8"), path) == []


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("i2moe_core/model/x.py", "from i2moe_core.training import fit"),
        ("i2moe_core/data/x.py", "import i2moe_core.encoders.cnn"),
        ("i2moe_core/losses/x.py", "from i2moe_core.measures.pid.pointwise import decompose"),
        ("i2moe_core/fusion/x.py", "def f():\n    from i2moe_core.data import load_samples"),
        ("i2moe_core/data/x.py", "from ..encoders import ENCODERS"),
        ("i2moe_core/data/x.py", "from .. import encoders"),
        ("i2moe_core/data/x.py", "from i2moe_core import encoders"),
        ("i2moe_core/analysis/x.py", "from i2moe_core.plots.style import theme"),
        ("i2moe_core/errors.py", "from i2moe_core.types import Batch"),
        ("i2moe_core/newcomer/x.py", "import torch"),
        ("i2moe_core/plots/x.py", "import streamlit as st"),
        ("i2moe_core/cli/x.py", "from streamlit import text"),
        ("i2moe_core/model/x.py", "from captum.attr import Saliency"),
        ("i2moe_core/analysis/records.py", "import umap"),
        ("i2moe_core/data/x.py", "import torchvision.transforms as t"),
        ("i2moe_core/data/x.py", "import pickle"),
        ("benchmarks/x.py", "from joblib import dump"),
        ("i2moe_core/checkpoint/x.py", "import torch\ntorch.save({}, 'x')"),
        ("i2moe_core/checkpoint/x.py", "from torch import load"),
        ("i2moe_core/data/x.py", "import numpy as np\nnp.load('x', allow_pickle=True)"),
        ("i2moe_core/analysis/x.py", "def f(frame):\n    frame.to_pickle('x')"),
        ("i2moe_core/ui/x.py", "import streamlit as st\nst.markdown('x', unsafe_allow_html=True)"),
        ("i2moe_core/model/x.py", "def f(x):\n    assert x"),
        ("pages/x.py", "import pandas as pd"),
        ("pages/x.py", "from i2moe_core.checkpoint import load_run"),
        ("app.py", "from i2moe_core import checkpoint"),
    ],
)
def test_a_planted_fault_is_found(path, source):
    assert len(faults(source, path)) == 1


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("i2moe_core/training/x.py", "from i2moe_core.model.build import build_model\nimport torch"),
        ("i2moe_core/model/x.py", "from .gate import Gate\nfrom i2moe_core.errors import InputError"),
        ("i2moe_core/config.py", "from i2moe_core.errors import InputError"),
        (
            "i2moe_core/ui/x.py",
            "import streamlit as st\nfrom i2moe_core.plots.waterfall import plot_waterfall",
        ),
        ("i2moe_core/analysis/projection.py", "import umap"),
        ("i2moe_core/explain/x.py", "from captum.attr import Saliency"),
        ("i2moe_core/data/x.py", "import numpy as np\nnp.load('x', allow_pickle=False)"),
        ("i2moe_core/cli/x.py", "from i2moe_core.explain.pair import explain_pair\nimport i2moe_core"),
        ("pages/x.py", "import streamlit as st\nfrom i2moe_core.ui import page\nimport html"),
    ],
)
def test_what_is_allowed_is_not_found(path, source):
    assert faults(source, path) == []


def test_the_sources_are_really_read():
    assert len(sources()) > 50
    assert f"{CORE}/types.py" in sources()


def test_what_the_core_imports_is_asked_for():
    """A package that only comes along with another one may one day stay away."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = {
        re.split(r"[\[<>=]", line)[0]
        for line in (*project["dependencies"], *project["optional-dependencies"]["hub"])
    }
    tops = {
        name.split(".")[0]
        for path in sources()
        if path.startswith(CORE)
        for name in imported(ast.parse((ROOT / path).read_text(encoding="utf-8")), path)
    }
    assert {OTHERWISE_NAMED.get(top, top) for top in tops - sys.stdlib_module_names - {CORE}} - asked == set()
