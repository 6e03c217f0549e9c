"""What the training form asks for, checked, and as a command line: one training, or a sweep."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from i2moe_core.errors import InputError
from i2moe_core.language import marked, say
from i2moe_core.ui import jobs, running

TRAIN, SWEEP = running.VERB, "sweep"
OWN = "own"
# Source of the data, as --data takes it -> its name and what it holds.
SETS = {
    "scenes": (
        marked("Scenes"),
        marked("Pictures of three shapes and a sentence that points at one; truth known. Minutes."),
    ),
    "digits": (
        marked("Digits"),
        marked("Handwritten digits and a sentence that calculates; truth known. Minutes."),
    ),
    "vectors:struct": (
        marked("Vectors, mixed by structure"),
        marked("Two vectors, the interaction differs by sample and no marker tells it. Seconds."),
    ),
    "vectors:marker": (
        marked("Vectors, mixed with a marker"),
        marked("The same with the type written into both. Seconds."),
    ),
    "vectors:hidden": (
        marked("Vectors, nothing shows the type"),
        marked("The same with nothing to tell it by. Seconds."),
    ),
    "vectors:u1": (marked("Vectors, only the first"), marked("All is in the first vector. Seconds.")),
    "vectors:u2": (marked("Vectors, only the second"), marked("All is in the second vector. Seconds.")),
    "vectors:r": (marked("Vectors, redundant"), marked("Both vectors tell the same. Seconds.")),
    "vectors:xor": (marked("Vectors, synergy"), marked("Only both together tell. Seconds.")),
}
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+=,-]*")
_SEEDS = re.compile(r"\s*\d+\s*(,\s*\d+\s*)*")


@dataclass(frozen=True)
class Wish:
    """What is asked for; None leaves to the data what suits it.

    settings: KEY=VALUE lines for all trainings. varied: NAME=VALUE,VALUE lines, which make it a sweep, with
    every seed of ``seeds`` ("0,1,2"; empty: ``seed`` alone).
    """

    name: str
    source: str
    recipe: str
    fusion: str | None = None
    seed: int = 0
    epochs: int | None = None
    expert_epochs: int | None = None
    settings: tuple[str, ...] = ()
    varied: tuple[str, ...] = ()
    seeds: str = ""

    @property
    def verb(self) -> str:
        """Whether it is one training or a sweep, as a verb of ``i2moe``."""
        return SWEEP if self.varied else TRAIN

    @property
    def title(self) -> str:
        """What its job is called, with ``{run}`` in the place of the name."""
        return marked("The sweep '{run}'") if self.varied else running.TITLE


def suggested_name(source: str, recipe: str, seed: int, varied: Sequence[str] = ()) -> str:
    """Return a name that says what the run or sweep is and that none has yet."""
    stem = Path(source).stem if "/" in source or "\\" in source else source
    last = "-".join(line.partition("=")[0] for line in varied) if varied else str(seed)
    words = [re.sub(r"[^A-Za-z0-9]+", "-", word).strip("-").lower() for word in (stem, recipe, last)]
    wanted = "-".join(word for word in words if word) or "mine"
    taken = _taken()
    names = [wanted, *(f"{wanted}-{number}" for number in range(2, len(taken) + 3))]
    return next(name for name in names if name not in taken)


def options_of(wish: Wish) -> list[str]:
    """Return the options of ``i2moe train`` or ``i2moe sweep``, all but the folder."""
    given: dict[str, object] = {"--recipe": wish.recipe, "--fusion": wish.fusion}
    if wish.varied:
        given |= {"--seeds": re.sub(r"\s", "", wish.seeds) or str(wish.seed)}
    else:
        given |= {"--seed": wish.seed}
    given |= {"--epochs": wish.epochs, "--expert-epochs": wish.expert_epochs}
    flags = [part for flag, value in given.items() if value is not None for part in (flag, str(value))]
    varied = [f"--param={line}" for line in wish.varied]
    return [*varied, f"--data={wish.source}", *flags, *(f"--set={line}" for line in wish.settings)]


def terminal_line(wish: Wish) -> str:
    """Return the command that does the same in a terminal."""
    out = running.folder_of(wish.name)
    shown = Path("checkpoints") / wish.name if out.parent.name == "checkpoints" else out
    return shlex.join(["i2moe", wish.verb, *options_of(wish), "--out", str(shown)])


def check(wish: Wish) -> None:
    """Refuse what can be seen to fail before anything is started.

    Raises:
        InputError: the name cannot be used or is taken, there is no data set, or a line is no KEY=VALUE.
    """
    if not _NAME.fullmatch(wish.name):
        raise InputError(
            say(
                "'{name}' cannot be a run's name; begin with a letter or digit and use letters, digits and "
                "the signs . _ + = , - only.",
                name=wish.name,
            )
        )
    if wish.name in _taken():
        raise InputError(say("There is a run '{name}' already; give another name.", name=wish.name))
    if not wish.source:
        raise InputError(say("Name the folder or file to train on."))
    lines = (*wish.settings, *wish.varied)
    wrong = next((line for line in lines if not line.partition("=")[1] or line[0] == "="), None)
    if wrong is not None:
        raise InputError(say("A setting is one KEY=VALUE a line, but got '{line}'.", line=wrong))
    if wish.seeds and not _SEEDS.fullmatch(wish.seeds):
        raise InputError(say("Seeds are whole numbers, such as 0,1,2, but got '{seeds}'.", seeds=wish.seeds))


def start_wish(wish: Wish) -> None:
    """Start it as a job.

    Raises:
        InputError: as ``check``, or too many jobs run already.
    """
    check(wish)
    folder = jobs.folder_of(wish.verb, wish.name)
    out = ["--out", running.folder_of(wish.name)]
    command = jobs.command(wish.verb, *options_of(wish), *out, progress=folder)
    jobs.start(command, folder, wish.title, run=wish.name)


def _taken() -> set[str]:
    """Return the names in use: runs, trainings that begin, and anything else that lies in the folder."""
    folder = running.folder_of("")
    there = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    begun = {name for name in running.training_names() if running.is_running(name)}
    return there | begun
