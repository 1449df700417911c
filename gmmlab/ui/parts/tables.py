"""Tables of numbers on a page, each with a download."""

import numpy as np
import streamlit as st

from gmmlab.data.tables.writing import Columns, as_csv
from gmmlab.engine.arrays import Array, Labels


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
    """Four digits; all of those before the point, and one after it, where numbers are larger.

    Powers of ten only where plain numbers would not fit a cell.
    """
    sizes = np.abs(values[np.isfinite(values) & (values != 0)])
    if len(sizes) == 0 or (sizes.max() < 1e3 and sizes.min() > 1e-5):
        return "%.4g"
    return "%.1f" if sizes.max() < 1e9 and sizes.min() >= 0.05 else "%.3e"
