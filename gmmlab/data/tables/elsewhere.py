"""Whether others read a visitor's file as we do, so that a script may name it."""

import io
import warnings

import numpy as np
import pandas as pd

from gmmlab.data.tables.table import read_table

_MOST_ROWS = 20_000  # of more, we take a sample, which no other reader takes


def pandas_reads_the_same(data: bytes) -> bool:
    """Whether `pandas.read_csv`, as it is, finds the same columns and numbers in a table's bytes.

    Cells that are no numbers are gaps to both. Raises what `read_table` raises.
    """
    if data.count(b"\n") > _MOST_ROWS:
        return False
    table = read_table(data)
    if table.sampled or table.doubtful:
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what pandas finds odd, the comparison finds as well
            frame = pd.read_csv(io.BytesIO(data))[list(table.columns)]
            values = frame.apply(pd.to_numeric, errors="coerce").to_numpy(dtype=float)
    except (ValueError, LookupError, TypeError, ArithmeticError):
        return False
    same_shape = values.shape == table.values.shape
    return same_shape and np.allclose(values, table.values, rtol=1e-12, atol=0, equal_nan=True)
