"""The README's file map is the real tree, its commands exist, and it tells how to begin.

The map is the fenced block under the heading that contains "file map". A line is a path from the repository's
root, spaces, and what it is for; a path with a slash at its end stands for everything below it.
"""

import ast
import re
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MAPPED = ("app.py", "pages", "i2moe_core", "benchmarks")
README = (ROOT / "README.md").read_text(encoding="utf-8")


def file_map(readme: str) -> dict[str, str]:
    """Path -> description, of the fenced block under the heading "... file map ..."."""
    block = re.search(r"^#+ [^\n]*file map[^\n]*\n.*?^```[^\n]*\n(.*?)^```", readme, re.I | re.M | re.S)
    lines = (line.split(maxsplit=1) for line in (block[1] if block else "").splitlines() if line.strip())
    return {path: rest[0] if rest else "" for path, *rest in lines}


def map_faults(readme: str, files: set[str], exists: Callable[[str], bool]) -> list[str]:
    """Lines of the map that name nothing or say nothing, and ``files`` that no line names."""
    lines = file_map(readme)
    folders = tuple(path for path in lines if path.endswith("/"))
    gone = [path for path in lines if not exists(path)]
    bare = [path for path, words in lines.items() if not words]
    absent = sorted(file for file in files if file not in lines and not file.startswith(folders))
    return [
        *(f"names '{path}', which is not there" for path in gone),
        *(f"says nothing of '{path}'" for path in bare),
        *(f"lacks: {file}  {first_line(file)}" for file in absent),
    ]


def first_line(file: str) -> str:
    path = ROOT / file
    doc = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) if path.exists() else None
    return (doc or "").split("\n")[0]


def real_files() -> set[str]:
    found = set()
    for name in MAPPED:
        path = ROOT / name
        found |= {path} if path.is_file() else set(path.rglob("*.py"))
    return {p.relative_to(ROOT).as_posix() for p in found if p.name != "__init__.py"}


def test_the_file_map_is_the_real_tree():
    assert file_map(README), "README.md has no fenced block under a heading with 'file map'"
    assert map_faults(README, real_files(), lambda path: (ROOT / path).exists()) == []


def test_it_names_the_two_commands_to_begin_with():
    assert "make run" in README
    assert "make test" in README


def test_links_to_files_lead_somewhere():
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", README)
    assert [link for link in links if not (ROOT / link).exists()] == []


TREE = {"app.py", "i2moe_core/types.py", "i2moe_core/data/scenes.py", "i2moe_core/data/digits.py"}
GOOD = """# Title
## The file map
Words.
```
app.py               the menu
i2moe_core/types.py  shapes
i2moe_core/data/     data sets
```
"""


def in_tree(path):
    return any(file.startswith(path) for file in TREE)


def test_a_right_map_has_no_fault():
    assert map_faults(GOOD, TREE, in_tree) == []


@pytest.mark.parametrize(
    ("readme", "fault"),
    [
        (GOOD.replace("types.py", "typos.py"), "names 'i2moe_core/typos.py', which is not there"),
        (GOOD.replace("app.py               the menu\n", ""), "lacks: app.py  "),
        (GOOD.replace("i2moe_core/data/     data sets\n", ""), "lacks: i2moe_core/data/digits.py  "),
        (GOOD.replace("shapes", ""), "says nothing of 'i2moe_core/types.py'"),
        (GOOD.replace("file map", "tree"), "lacks: i2moe_core/types.py  "),
    ],
)
def test_a_planted_fault_is_found(readme, fault):
    assert any(found.startswith(fault) for found in map_faults(readme, TREE, in_tree))
