"""A running computation with its bar, the time that is left and a way to stop it; the page stays usable."""

from __future__ import annotations

import streamlit as st

from i2moe_core.ui import jobs
from i2moe_core.ui.jobs import Job, State
from i2moe_core.ui.words import plain

EVERY = 1.0  # seconds between two looks


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
        st.progress(_fraction(found), f"{plain(job.title)}: {_words(found)}")
        asked = (job.folder / jobs.CANCEL).exists()
        st.button(
            "Stopping …" if asked else "Cancel", icon=":material/stop:", disabled=asked,
            key=f"cancel_{job.folder.name}", on_click=jobs.cancel, args=(job,),
        )  # fmt: skip
    st.caption("It goes on by itself while you look at other pages.")


def _show_end(job: Job, found: State) -> None:
    title = plain(job.title)
    with st.container(horizontal=True, vertical_alignment="center"):
        if found.stage == jobs.FINISHED:
            st.success(f"{title} is ready.", icon=":material/check:")
        elif found.stage == jobs.CANCELLED:
            st.info(f"{title} was cancelled; started again, it goes on where it stopped.")
        else:
            st.error(f"{title} failed: {plain(found.message, 600)}", icon=":material/error:")
        st.button(
            "Dismiss", type="tertiary", key=f"dismiss_{job.folder.name}", on_click=jobs.forget, args=(job,)
        )


def _fraction(found: State) -> float:
    return min(1.0, found.done / found.total) if found.total else 0.0


def _words(found: State) -> str:
    if not found.total:
        return "it begins"
    at = f"{found.done:,} of {found.total:,}"
    if found.at in ("points", "runs"):
        at = f"{at} {found.at}"
    elif found.at not in ("samples", "waiting"):
        at = plain(found.at, 120)
    if found.seconds_left is None:
        return at
    left = found.seconds_left
    return f"{at}, {left:.0f} s left" if left < 120 else f"{at}, {left / 60:.0f} min left"
