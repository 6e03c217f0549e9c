"""The pages by their addresses. Pages rely on nothing in here: each also opens alone, with its own menu."""

import streamlit as st

st.navigation(
    [
        st.Page("pages/home.py", title="Home", default=True),
        st.Page("pages/explain_pair.py", title="Explain a pair"),
    ],
    position="hidden",
).run()
