"""A link to another page that is one step in the browser's history: one step back shows this page as it was.

Left to itself, a change of page first takes the values of this page's widgets out of the address, as a step
of its own; one step back then leads to this page without its filter. So a click writes the link's address
into the history and lets the app follow it, as it follows the browser's own back and forward.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

_JS = """
function follow(event) {
  const link = event.target.closest?.('[class*="st-key-step_link_"] a[href]')
  const elsewhere = event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey
  if (!link || elsewhere) return
  event.preventDefault()
  event.stopImmediatePropagation()
  history.pushState({}, "", link.href)
  dispatchEvent(new PopStateEvent("popstate"))
}
export default function () {
  document.addEventListener("click", follow, true)
  return () => document.removeEventListener("click", follow, true)
}
"""
_follower = st.components.v2.component("i2moe_step_link", js=_JS)


def step_link(page: str, label: str, icon: str, query: Sequence[tuple[str, str]], key: str) -> None:
    """Link a page of the app with values for its address.

    Raises:
        StreamlitAPIException: this page was opened alone and knows no other.
    """
    with st.container(key=f"step_link_{key}", gap=None):
        st.page_link(page, label=label, icon=icon, query_params=query)
        _follower(key=f"follow_{key}")
