"""Tables of numbers on a page, each with a download."""

import streamlit as st

from gmmlab.data.tables.writing import Columns, as_csv
from gmmlab.engine.arrays import Array, Labels
from gmmlab.numbers import decimals


def table(columns: Columns, name: str) -> None:
    """Draw a table (none without rows) and the button that downloads it as `name`.csv."""
    if not len(next(iter(columns.values()))):
        return
    config = {
        column: st.column_config.NumberColumn(
            format="%.3f" if column.startswith("p(") else _number_format(values)
        )
        for column, values in columns.items()
        if values.dtype.kind == "f"
    }
    height = min(280, 36 * (len(next(iter(columns.values()))) + 1))
    st.dataframe(columns, hide_index=True, height=height, column_config=config, key=f"table {name}")
    st.download_button(
        f"Download {name} as CSV",
        data=lambda: as_csv(columns),
        file_name=f"{name}.csv",
        mime="text/csv",
        on_click="ignore",
        help="All rows at full precision.",
    )


def _number_format(values: Array | Labels) -> str:
    """As many decimals for all as the column asks for, or powers of ten where it must be."""
    places = decimals(values)
    return "%.3e" if places is None else f"%.{places}f"
