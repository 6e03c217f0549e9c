"""Starting the Trust page's computations as jobs of their own, and showing where they are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from i2moe_core.checkpoint import Run
from i2moe_core.errors import InputError
from i2moe_core.language import marked, say
from i2moe_core.ui import jobs
from i2moe_core.ui.components.job_panel import show_job
from i2moe_core.ui.failures import show_input_error
from i2moe_core.ui.table import split_label
from i2moe_core.ui.words import plain

NEVER = marked(
    "Nobody has audited this model yet: whether its weights mean what they say is simply not known. "
    "Accuracy cannot tell; the audit does, without any retraining."
)


def offer_audit(run: Run) -> None:
    """Say that there is no audit, and offer to make it; follow it while it is made."""
    folder = jobs.folder_of("audit", run.name)
    if followed(folder):
        st.info(say("The audit appears here when it is ready."), icon=":material/hourglass_top:")
        return
    st.info(say(NEVER), icon=":material/help:")
    st.markdown(
        say(
            "It answers the test split, swaps inputs between samples, and compares what every expert does "
            "with its name: seconds to a minute for a small model. In a terminal it is `i2moe audit --save` "
            "with this run's folder, {folder}.",
            folder=plain(str(run.path), 300),
        )
    )
    st.button(
        say("Audit this model"), icon=":material/play_arrow:", type="primary", key="make_audit",
        on_click=start_audit, args=(run,),
    )  # fmt: skip


def audit_again(run: Run) -> None:
    """Offer the audit anew, in a quiet place."""
    audit = run.audit or {}
    if followed(jobs.folder_of("audit", run.name)):
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            say(
                "Audited on split {split}, {samples} samples.",
                split=plain(split_label(str(audit.get("split", "test")))), samples=audit.get("samples", "?"),
            )
        )  # fmt: skip
        st.button(
            say("Audit again"), icon=":material/refresh:", type="tertiary", key="make_audit",
            on_click=start_audit, args=(run,),
        )  # fmt: skip


def start_audit(run: Run) -> None:
    """Start the audit; for use in a callback."""
    start("audit", run.name, [run.path, "--save"], marked("The audit of '{run}'"), run=run.name)


def start(verb: str, name: str, options: Sequence[object], title: str, **about: str) -> None:
    """Start ``i2moe audit`` in the folder of ``verb`` and ``name``; what refuses is shown.

    title, about: as in ``jobs.Job``, marked for the catalogue.
    """
    folder = jobs.folder_of(verb, name)
    try:
        jobs.start(jobs.command("audit", *options, progress=folder), folder, title, **about)
    except InputError as error:
        show_input_error(error)


def followed(folder: Path) -> bool:
    """Show the job of a folder where there is one; returns whether it is running."""
    job = jobs.find(folder)
    if job is None:
        return False
    show_job(job)
    return jobs.state(job).stage == jobs.RUNNING
