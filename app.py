"""The pages by their addresses. Pages rely on nothing in here: each also opens alone, with its own menu."""

import streamlit as st

st.navigation(
    [
        st.Page("pages/home.py", title="Home", default=True),
        st.Page("pages/explain_pair.py", title="Explain a pair"),
        st.Page("pages/attributions.py", title="Attributions"),
        st.Page("pages/data_set.py", title="Data set"),
        st.Page("pages/map.py", title="Map"),
        st.Page("pages/disagreement.py", title="Disagreement"),
        st.Page("pages/interactions.py", title="Interactions"),
        st.Page("pages/representations.py", title="Representations"),
        st.Page("pages/trust.py", title="Trust"),
        st.Page("pages/runs.py", title="Runs"),
        st.Page("pages/playground.py", title="Playground"),
        st.Page("pages/tour.py", title="Guided tour"),
        st.Page("pages/predict.py", title="Predict first"),
        st.Page("pages/rating.py", title="Rating study"),
        st.Page("pages/lessons.py", title="Lessons"),
    ],
    position="hidden",
).run()
