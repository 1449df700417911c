"""The glossary: the lab's terms in plain words, as formulas, and where to see them."""

import re
from dataclasses import dataclass

from gmmlab.guide.model_terms import MODEL_TERMS
from gmmlab.guide.term import Term
from gmmlab.settings import choice

_COLLAPSE = {"data": "blobs", "part": "collapse"}

TERMS = (
    *MODEL_TERMS,
    Term(
        "log-likelihood",
        "Log-likelihood",
        "How well a mixture tells of the points: the logarithm of its density at each, added up. "
        "The lab shows the mean for a point, so that data of any size can be compared.",
        r"\ell = \frac{1}{n} \sum_i \ln p(x_i)",
        "em",
        {},
        r"(?<!held-out )(?<!log-)(log-)?likelihood",
    ),
    Term(
        "nat",
        "Nat",
        "The unit of natural logarithms. One nat more for a point means 2.7 times the density "
        "there; one nat is 1.44 bits.",
        r"1\ \text{nat} = \log_2 e\ \text{bit} \approx 1.44\ \text{bit}",
        "density",
        {"score": "0,0"},
        r"nats?",
    ),
    Term(
        "em",
        "EM",
        "The way to fit a mixture: guess the groups, fit Gaussians to the guess, and repeat. No "
        "iteration makes the likelihood lower.",
        r"\theta^{(t+1)} = \arg\max_\theta\ \mathbb{E}_{z \mid x,\, \theta^{(t)}} "
        r"\ln p(x, z \mid \theta)",
        "em",
        {},
        "EM",
    ),
    Term(
        "e-step",
        "E-step",
        "Half an iteration of EM: the Gaussians stand still, and each point's responsibilities are "
        "computed from them.",
        r"r_{ik} \leftarrow p(z_i = k \mid x_i, \theta)",
        "em",
        {"step": "1"},
        "E-steps?",
    ),
    Term(
        "m-step",
        "M-step",
        "The other half: the responsibilities stand still, and each Gaussian takes the weighted "
        "mean, covariance and share of the points.",
        r"\theta \leftarrow \arg\max_\theta \sum_{i,k} r_{ik} \ln \pi_k\, "
        r"\mathcal{N}(x_i \mid \mu_k, \Sigma_k)",
        "em",
        {"step": "2"},
        "M-steps?",
    ),
    Term(
        "lower-bound",
        "Lower bound",
        "A curve that lies below the log-likelihood and touches it at today's parameters. The "
        "M-step climbs to its top, so the likelihood must rise too.",
        r"\ln p(x \mid \theta) \ge \mathbb{E}_{q(z)} \ln p(x, z \mid \theta) + H(q)",
        "em",
        {"n_components": "2", "line": "pc", "part": "bound"},
        r"(lower )?bound",
    ),
    Term(
        "local-optimum",
        "Local optimum",
        "An end from which no small step helps, though better ones lie elsewhere. k-means and EM "
        "both stop there; where depends on the start, so one tries several.",
        r"\nabla \ell(\theta^\ast) = 0, \qquad \ell(\theta^\ast) \le \max_\theta \ell(\theta)",
        "em",
        {"seed": "9"},
        r"(local )?optimum",
    ),
    Term(
        "collapse",
        "Collapse",
        "A component that shrinks onto one point, or a few on a line: its density there, and the "
        "likelihood with it, grow without end. A high value, and worth nothing.",
        r"\mu_k = x_i,\ \sigma_k \to 0 \ \Rightarrow\ \ell \to \infty",
        "em",
        _COLLAPSE,
        r"collaps\w+",
    ),
    Term(
        "ridge",
        "Variance floor, ridge",
        "A small amount that keeps every variance away from zero, and so prevents collapse. Here a "
        "share of the data's variance is added to the diagonal; scikit-learn calls it reg_covar.",
        r"\Sigma_k \leftarrow \Sigma_k + \varepsilon I",
        "em",
        {**_COLLAPSE, "floor": "1e-2"},
        r"ridge|floor|added to every variance",
    ),
    Term(
        "aic",
        "AIC",
        "Likelihood with a price of 2 on every one of the p parameters; lower is better. It looks "
        "for the mixture that predicts best, and likes more components than BIC.",
        r"\mathrm{AIC} = 2p - 2 \ln L",
        "how_many",
        {"criterion": "aic"},
        "AIC",
    ),
    Term(
        "bic",
        "BIC",
        "Likelihood with a price of ln n on every one of the p parameters; lower is better. It "
        "looks for the true number of components, were the data from a mixture.",
        r"\mathrm{BIC} = p \ln n - 2 \ln L",
        "how_many",
        {"criterion": "bic"},
        "BIC",
    ),
    Term(
        "icl",
        "ICL",
        "BIC with a price on every point that lies between components. It asks for clusters "
        "that are apart, and so for fewer components.",
        r"\mathrm{ICL} = \mathrm{BIC} - 2 \sum_{i,k} r_{ik} \ln r_{ik}",
        "how_many",
        {"criterion": "icl"},
        "ICL",
    ),
    Term(
        "held-out",
        "Held-out likelihood",
        "The log-likelihood of points that the fit has not seen, a part of the data at a time. It "
        "needs no theory: what only learns by heart scores badly.",
        r"\frac{1}{n} \sum_{\text{folds } F} \sum_{i \in F} \ln p_{-F}(x_i)",
        "how_many",
        {"criterion": "held_out", "folds": "5", "high": "8"},
        r"held[- ]out|folds",
    ),
    Term(
        "ari",
        "Adjusted Rand index (ARI)",
        "How well two ways to group the same points agree, by pairs of points: 1 is the same "
        "groups, about 0 is chance. The names of the groups do not matter.",
        r"\mathrm{ARI} = \frac{\mathrm{RI} - \mathbb{E}\,\mathrm{RI}}{1 - \mathbb{E}\,\mathrm{RI}}",
        "clusters",
        {"data": "moons", "n_components": "2"},
        r"ARI|Rand",
    ),
    Term(
        "entropy",
        "Entropy",
        "How undecided responsibilities are: 0 for a point that belongs to one component, ln K for "
        "one that belongs to all alike.",
        r"H_i = -\sum_k r_{ik} \ln r_{ik}",
        "how_many",
        {"criterion": "icl", "chart": "map"},
        "entropy",
    ),
    Term(
        "kde",
        "Kernel density estimate",
        "A density without components: a small bump of width h on every point, added up. It has no "
        "parameters but h, and must keep all the points.",
        r"\hat p(x) = \frac{1}{n} \sum_i \mathcal{N}(x \mid x_i, h^2 I)",
        "density",
        {"beside": "kde"},
        r"kernel( density)?( estimate)?",
    ),
    Term(
        "pca",
        "PCA",
        "New axes for the data, the first along which they differ most, and so on. A few of them "
        "hold nearly all that differs between 64 pixels.",
        r"X - \bar x = U S V^\top, \qquad \text{kept: } \sum_{j \le m} s_j^2 \Big/ \sum_j s_j^2",
        "digits",
        {"step": "pca"},
        "PCA",
    ),
    Term(
        "palette",
        "Palette",
        "The few colours that a picture is painted with: the centres of its pixels in the space of "
        "colours.",
        r"x_i \mapsto c_{z_i}, \qquad \log_2 K\ \text{bits a pixel}",
        "recolour",
        {"n_colors": "8"},
        "palettes?",
    ),
    Term(
        "dither",
        "Dither",
        "Dots of two colours of the palette stand for one between. In error diffusion, each pixel "
        "hands what its colour lacks to its neighbours.",
        r"x_{j} \leftarrow x_{j} + w_{ij}\,(x_i - c_{z_i}), \qquad \textstyle\sum_j w_{ij} = 1",
        "recolour",
        {"n_colors": "8", "dither": "grain"},
        r"dither\w*|diffusion",
    ),
)

BY_NAME = {term.name: term for term in TERMS}


def terms_in(text: str, most: int = 2) -> list[Term]:
    """The terms that a text speaks of, in its order, the first so many."""
    found = {}
    for term in reversed(TERMS):
        words = rf"(?<!\w)(?:{term.heard})(?!\w)"
        if term.heard and (match := re.search(words, text, re.IGNORECASE)):
            found[match.start()] = term
    return [found[place] for place in sorted(found)][:most]


@dataclass(frozen=True)
class GlossarySettings:
    """Which term is open."""

    term: str = choice(
        "",
        {"": "all terms"} | {term.name: term.title for term in TERMS},
        label="Term",
        help="The term to begin with; type to search.",
    )
