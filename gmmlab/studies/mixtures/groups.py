"""The groups that points are known to come from, beside the clusters that a model found."""

import numpy as np
from scipy.optimize import linear_sum_assignment

from gmmlab.engine.arrays import Labels


def as_clusters(groups: Labels, labels: Labels) -> Labels:
    """The known `groups` (n,) numbered as the clusters of `labels` (n,) that they agree with best.

    The Hungarian method maximises the points on which both agree; groups beyond the number of
    clusters get numbers beyond theirs.
    """
    _, own = np.unique(groups, return_inverse=True)
    agreement = np.zeros((own.max() + 1, max(labels.max(), own.max()) + 1))
    np.add.at(agreement, (own, labels), 1)
    return linear_sum_assignment(agreement, maximize=True)[1][own]
