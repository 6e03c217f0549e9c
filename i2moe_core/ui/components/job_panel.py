"""A running computation with its bar, the time that is left and a way to stop it; the page stays usable."""

from __future__ import annotations

import re

import streamlit as st

from i2moe_core.language import marked, say
from i2moe_core.ui import jobs
from i2moe_core.ui.jobs import Job, State
from i2moe_core.ui.words import plain

EVERY = 1.0  # seconds between two looks
COUNTED = {  # what a command may count -> how far it is
    "samples": marked("{done:,} of {total:,}"),
    "waiting": marked("{done:,} of {total:,}"),
    "points": marked("{done:,} of {total:,} points"),
    "runs": marked("{done:,} of {total:,} runs"),
}
SENTENCES = (  # what a command writes as it is
    marked("the training begins"),
    marked("trained; now the audit and the analysis"),
    marked("opening the run and its data"),
    marked("asking all experts, swapping inputs"),
    marked("writing"),
    marked("finished"),
)
PATTERNS = {  # what a command writes with values in it
    r"phase (?P<phase>.+), epoch (?P<at>\d+) of (?P<all>\d+)": marked("phase {phase}, epoch {at} of {all}"),
    r"laying out the UMAP map of (?P<count>[\d,]+) samples by embedding": marked(
        "laying out the UMAP map of {count} samples by embedding"
    ),
    r"laying out the UMAP map of (?P<count>[\d,]+) samples by interaction": marked(
        "laying out the UMAP map of {count} samples by interaction"
    ),
    r"training (?P<at>\d+) of (?P<all>\d+): (?P<name>.+)": marked("training {at} of {all}: {name}"),
}


def show_job(job: Job) -> None:
    """Show where a job is; when it ends while it is looked at, the whole page is run again."""
    found = jobs.state(job)
    with st.container(border=True):
        if found.stage == jobs.RUNNING:
            _follow(job)
        else:
            _show_end(job, found)


@st.fragment(run_every=EVERY)
def _follow(job: Job) -> None:
    found = jobs.state(job)
    if found.stage != jobs.RUNNING:
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center"):
        text = say("{title}: {progress}", title=plain(job.said()), progress=_progress(found))
        st.progress(_fraction(found), text)
        asked = (job.folder / jobs.CANCEL).exists()
        st.button(
            say("Stopping …") if asked else say("Cancel"), icon=":material/stop:", disabled=asked,
            key=f"cancel_{job.folder.name}", on_click=jobs.cancel, args=(job,),
        )  # fmt: skip
    st.caption(say("It goes on by itself while you look at other pages."))


def _show_end(job: Job, found: State) -> None:
    title = plain(job.said())
    with st.container(horizontal=True, vertical_alignment="center"):
        if found.stage == jobs.FINISHED:
            st.success(say("{title} is ready.", title=title), icon=":material/check:")
        elif found.stage == jobs.CANCELLED:
            st.info(say("{title} was cancelled; started again, it goes on where it stopped.", title=title))
        else:
            why = plain(say(found.message), 600)
            st.error(say("{title} failed: {why}", title=title, why=why), icon=":material/error:")
        st.button(
            say("Dismiss"), type="tertiary", key=f"dismiss_{job.folder.name}", on_click=jobs.forget,
            args=(job,),
        )  # fmt: skip


def _fraction(found: State) -> float:
    return min(1.0, found.done / found.total) if found.total else 0.0


def _progress(found: State) -> str:
    if not found.total:
        return say("it begins")
    if found.seconds_left is None:
        return _at(found)
    if found.seconds_left < 120:
        return say("{at}, {seconds:.0f} s left", at=_at(found), seconds=found.seconds_left)
    return say("{at}, {minutes:.0f} min left", at=_at(found), minutes=found.seconds_left / 60)


def _at(found: State) -> str:
    """Say where a command is; what is in none of the tables stays as the command wrote it."""
    if found.at in COUNTED or not found.at:
        return say(COUNTED.get(found.at, COUNTED["samples"]), done=found.done, total=found.total)
    for pattern, sentence in PATTERNS.items():
        if met := re.fullmatch(pattern, found.at):
            return say(sentence, **{name: plain(value, 120) for name, value in met.groupdict().items()})
    return plain(say(found.at), 120)
