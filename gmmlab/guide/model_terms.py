"""The glossary's terms for what models are made of."""

from gmmlab.guide.term import Term

_TYPE = "Covariance type “{}”"

MODEL_TERMS = (
    Term(
        "k-means",
        "k-means",
        "Puts K centres among points, gives each point to its nearest centre, moves each centre "
        "to the middle of its points, and repeats until nothing changes.",
        r"z_i = \arg\min_k \lVert x_i - c_k \rVert^2, \qquad "
        r"c_k = \frac{1}{n_k} \sum_{i:\, z_i = k} x_i",
        "clusters",
        {"show": "kmeans"},
    ),
    Term(
        "inertia",
        "Inertia",
        "What k-means makes small: the sum of all squared distances from points to their centres. "
        "It always falls as K grows, so it cannot say how many clusters there are.",
        r"\sum_{i} \lVert x_i - c_{z_i} \rVert^2",
        "clusters",
        {"show": "kmeans", "data": "unequal", "n_components": "3"},
        "inertia",
    ),
    Term(
        "centre",
        "Centre",
        "The point that stands for a cluster: the mean of its points in k-means, the mean of a "
        "component in a mixture. In most pictures it can be dragged.",
        r"\mu_k = \frac{\sum_i r_{ik}\, x_i}{\sum_i r_{ik}}",
        "clusters",
        {},
    ),
    Term(
        "component",
        "Component",
        "One of the Gaussians of which a mixture is made: mean, covariance and weight. A group "
        "that is no ellipse can need several.",
        r"\mathcal{N}(x \mid \mu_k, \Sigma_k) = \frac{\exp\left(-\tfrac12 (x-\mu_k)^\top "
        r"\Sigma_k^{-1} (x-\mu_k)\right)}{(2\pi)^{d/2}\, |\Sigma_k|^{1/2}}",
        "density",
        {"lens": "clusters", "beside": "none"},
    ),
    Term(
        "mixture",
        "Gaussian mixture (GMM)",
        "A density: the weighted sum of K Gaussians. New points can be drawn from it: choose a "
        "component by its weight, then a point from that Gaussian.",
        r"p(x) = \sum_{k=1}^{K} \pi_k\, \mathcal{N}(x \mid \mu_k, \Sigma_k)",
        "density",
        {"beside": "none"},
    ),
    Term(
        "weight",
        "Weight",
        "The share of the points that come from a component, before one has looked at any of them. "
        "The weights of all components add up to 1.",
        r"\pi_k = \frac{1}{n} \sum_i r_{ik}, \qquad \sum_k \pi_k = 1",
        "clusters",
        {"data": "unequal", "n_components": "3", "show": "gmm"},
    ),
    Term(
        "responsibility",
        "Responsibility",
        "How probable it is that a point comes from component k, once the point is known. Those of "
        "one point add up to 1; k-means knows only 0 and 1.",
        r"r_{ik} = \frac{\pi_k\, \mathcal{N}(x_i \mid \mu_k, \Sigma_k)}"
        r"{\sum_j \pi_j\, \mathcal{N}(x_i \mid \mu_j, \Sigma_j)}",
        "clusters",
        {"show": "gmm", "color": "blend", "size": "certainty"},
        r"responsibilit\w+",
    ),
    Term(
        "covariance",
        "Covariance",
        "How wide a Gaussian is in each direction, and how it leans. Its type says what shapes are "
        "allowed: full, tied, diag or spherical.",
        r"\Sigma_k = \frac{\sum_i r_{ik} (x_i - \mu_k)(x_i - \mu_k)^\top}{\sum_i r_{ik}}",
        "clusters",
        {"data": "stretched", "show": "types"},
        r"covariance\w*|shapes the Gaussians",
    ),
    Term(
        "full",
        _TYPE.format("full"),
        "Every component has an ellipse of its own, of any shape and direction. The most freedom, "
        "and the most parameters.",
        r"\Sigma_k \ \text{free}: \quad K \, \tfrac{d(d+1)}{2} \ \text{parameters}",
        "clusters",
        {"data": "stretched", "show": "gmm"},
    ),
    Term(
        "tied",
        _TYPE.format("tied"),
        "All components have the same ellipse, and differ only in place and weight.",
        r"\Sigma_k = \Sigma: \quad \tfrac{d(d+1)}{2} \ \text{parameters}",
        "clusters",
        {"data": "stretched", "show": "gmm", "covariance_type": "tied"},
    ),
    Term(
        "diag",
        _TYPE.format("diag"),
        "Ellipses along the axes: each column has its own variance, and none leans.",
        r"\Sigma_k = \mathrm{diag}(\sigma_{k1}^2, \dots, \sigma_{kd}^2): "
        r"\quad K d \ \text{parameters}",
        "clusters",
        {"data": "stretched", "show": "gmm", "covariance_type": "diag"},
    ),
    Term(
        "spherical",
        _TYPE.format("spherical"),
        "Circles, each of its own size: the nearest to what k-means sees.",
        r"\Sigma_k = \sigma_k^2 I: \quad K \ \text{parameters}",
        "clusters",
        {"data": "stretched", "show": "gmm", "covariance_type": "spherical"},
    ),
    Term(
        "ellipse",
        "1, 2 and 3 σ ellipse",
        "All places n standard deviations from a component's mean. In the plane "
        "the three hold 39.3 %, 86.5 % and 98.9 % of it, not the 68, 95 and 99.7 % of a line.",
        r"(x-\mu_k)^\top \Sigma_k^{-1} (x-\mu_k) = n^2, \qquad 1 - e^{-n^2/2}",
        "clusters",
        {"seed": "42", "show": "gmm"},
        r"ellipses|σ",
    ),
)
