"""What is said of generators, as a table."""

from collections.abc import Sequence

import numpy as np

from gmmlab.data.tables.writing import Columns, named
from gmmlab.studies.digits.evaluation import Evaluation


def evaluation_table(names: Sequence[str], judgements: Sequence[Evaluation]) -> Columns:
    """Generators and what the judge says of each."""
    return named(
        ("generator", np.array(names)),
        ("held out", np.array([each.held_out for each in judgements])),
        ("copying", np.array([each.copying for each in judgements])),
        ("within half", np.array([each.close for each in judgements])),
        ("tell-apart", np.array([each.tell_apart for each in judgements])),
        ("caught", np.array([each.told.caught for each in judgements])),
        ("false alarms", np.array([each.told.false_alarms for each in judgements])),
        ("strongest classifier", np.array([each.told.classifier for each in judgements])),
    )
