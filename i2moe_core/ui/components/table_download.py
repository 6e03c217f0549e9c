"""The filtered rows to take home: CSV that is safe in a spreadsheet, and Parquet; made when asked for."""

from __future__ import annotations

import streamlit as st

from i2moe_core.analysis.export import rows_as_csv, rows_as_parquet
from i2moe_core.language import say
from i2moe_core.ui import filters
from i2moe_core.ui.components.figure import ask_format
from i2moe_core.ui.filters import Filter
from i2moe_core.ui.table import Table
from i2moe_core.ui.words import plain

CSV_ROWS = 100_000  # about 60 MB; more than that is nothing for a spreadsheet


def offer_downloads(table: Table, chosen: Filter) -> None:
    """Offer the rows that pass as files."""
    rows = filters.apply(table, chosen)
    count, name = int(rows.sum()), f"{table.info.data}_{table.info.split}".replace("/", "_")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.download_button(
            say("These rows as CSV"), lambda: rows_as_csv(table.path, rows, CSV_ROWS), f"{name}.csv",
            "text/csv", icon=":material/table:", on_click="ignore", key="rows_csv",
        )  # fmt: skip
        st.download_button(
            say("These rows as Parquet"), lambda: rows_as_parquet(table.path, rows), f"{name}.parquet",
            "application/vnd.apache.parquet", icon=":material/database:", on_click="ignore",
            key="rows_parquet",
        )  # fmt: skip
        ask_format()
    st.caption(
        say("`i2moe analyze --schema` explains each column. The whole table, with pictures, is the file "
            "{path}.", path=plain(str(table.path), 300))
    )  # fmt: skip
    if count > CSV_ROWS:
        st.caption(say("The CSV holds the first {first:,} of the {count:,} rows; Parquet holds all.",
                       first=CSV_ROWS, count=count))  # fmt: skip
