"""What the cells of a sweep say together: which is best by each criterion, and how they differ."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from gmmlab.studies.selection.sweep import Cell
from gmmlab.studies.selection.wording import counted


@dataclass(frozen=True)
class Criterion:
    """A criterion's name for people, whether more of it is better, and what it asks.

    `beside` is the criterion to whose choice its own is compared, if any.
    """

    title: str
    higher_is_better: bool
    question: str
    beside: str | None = None

    def cost(self, value: float) -> float:
        """The value turned so that lower is better."""
        return -value if self.higher_is_better else value


CRITERIA = {
    "aic": Criterion(
        "AIC",
        False,
        "AIC charges 2 for each parameter, however many points there are. It asks for the density "
        "that foresees new points best.",
    ),
    "bic": Criterion(
        "BIC",
        False,
        "BIC charges the log of the number of points for each parameter, {log_n:.1f} here. It "
        "asks which model is the most probable one.",
        beside="aic",
    ),
    "icl": Criterion(
        "ICL",
        False,
        "ICL is BIC with a price on every point that lies between components. It asks for clusters "
        "that are apart.",
        beside="bic",
    ),
    "held_out": Criterion(
        "Held-out likelihood",
        True,
        "Held-out likelihood charges nothing: it measures how well each model foresees points that "
        "it has not seen, with all the noise of such a measurement.",
        beside="aic",
    ),
}


def best(cells: Iterable[Cell], criterion: str, *, believed: bool = True) -> Cell | None:
    """The best cell by "aic", "bic", "icl" or "held_out", or None where none has a value.

    Of equal ones it is that with fewer parameters. If `believed`, cells with a `problem` count only
    where there is no other: the likelihood of a collapsed component has no upper bound.
    """
    by = _criterion(criterion)
    judged = [(by.cost(v), cell) for cell in cells if (v := cell.value(criterion)) is not None]
    sound = [each for each in judged if each[1].problem is None]
    candidates = sound if believed and sound else judged
    if not candidates:
        return None
    return min(candidates, key=lambda each: (each[0], _n_parameters(each[1])))[1]


def one_standard_error(cells: Iterable[Cell]) -> Cell | None:
    """The cell of fewest parameters within one standard error of the best held-out likelihood.

    Breiman, Friedman, Olshen and Stone, "Classification and Regression Trees" (1984), section
    3.4.3: models that close cannot be told apart, so the simplest of them is taken.
    """
    known = list(cells)
    top = best(known, "held_out")
    if top is None or top.held_out is None or top.held_out_se is None:
        return None
    least = top.held_out - top.held_out_se
    close = [
        cell
        for cell in known
        if cell.held_out is not None
        and cell.held_out >= least
        and (cell.problem is None or cell is top)
    ]
    return min(close, key=lambda cell: (_n_parameters(cell), -(cell.held_out or 0.0)))


def at_edge(cells: Iterable[Cell], criterion: str) -> str | None:
    """A sentence if the best cell has the largest or smallest K of the sweep, so that another may
    be better still; None if it has not, or if K is 1."""
    known = list(cells)
    chosen = best(known, criterion)
    Ks = {cell.n_components for cell in known}
    if chosen is None or len(Ks) < 2:
        return None
    K, title = chosen.n_components, CRITERIA[criterion].title
    if max(Ks) == K:
        return f"{title} is best at K={K}, the largest tried: more components may be better still."
    if min(Ks) == K and K > 1:
        return f"{title} is best at K={K}, the smallest tried: fewer may be better still."
    return None


def explanation(cells: Sequence[Cell]) -> tuple[str, ...]:
    """Sentences on what each criterion chooses among the cells, what it asks, and how they differ.

    What is said of a choice beside another is counted from the two.
    """
    chosen = {name: cell for name in CRITERIA if (cell := best(cells, name)) is not None}
    if not chosen:
        return ("No model could be fitted.",) if cells else ()
    log_n = float(np.log(next(c.fit.total_weight for c in cells if c.fit is not None)))
    several = len({cell.covariance_type for cell in cells}) > 1
    choices = {name: _named(cell, several) for name, cell in chosen.items()}
    sentences = []
    if len(choices) > 1 and len(set(choices.values())) == 1:
        titles = [CRITERIA[name].title for name in choices]
        whom = ", ".join(titles[:-1]) + " and " + titles[-1]
        sentences.append(f"{whom} all choose {next(iter(choices.values()))}.")
    else:
        for name, choice in choices.items():
            criterion = CRITERIA[name]
            said = f"{criterion.title} chooses {choice}. {criterion.question.format(log_n=log_n)}"
            other = chosen.get(criterion.beside or "")
            if other is not None and criterion.beside is not None:
                said += " " + _beside(chosen[name], other, CRITERIA[criterion.beside].title)
            sentences.append(said)
    simple = one_standard_error(cells)
    if simple is not None and simple is not chosen["held_out"]:
        sentences.append(
            f"Within one standard error of the best held-out likelihood lies {_named(simple, True)}"
            ", the simplest that this data cannot tell from the best."
        )
    for name, cell in chosen.items():
        lowest = best(cells, name, believed=False)
        if lowest is not None and lowest is not cell:
            sentences.append(
                f"{CRITERIA[name].title} is better still at {_named(lowest, several)}, but that "
                "fit is not to be believed."
            )
    if any(cell.problem is not None for cell in chosen.values()):
        sentences.append("No fit is free of problems, so take these choices with care.")
    return (*sentences, *(edge for name in chosen if (edge := at_edge(cells, name)) is not None))


def _beside(cell: Cell, other: Cell, whose: str) -> str:
    """How a choice differs from another criterion's."""
    if cell is other:
        return f"Here that is the choice of {whose} as well."
    if cell.covariance_type == other.covariance_type:
        more = cell.n_components - other.n_components
        words = counted(abs(more), "component") + (" more" if more > 0 else " fewer")
        return f"Here that is {words} than {whose} chooses."
    own, its = (counted(int(_n_parameters(each)), "parameter") for each in (cell, other))
    return f"Here that has {own}, and what {whose} chooses has {its}."


def _named(cell: Cell, with_type: bool) -> str:
    return f"K={cell.n_components}" + (f" {cell.covariance_type}" if with_type else "")


def _n_parameters(cell: Cell) -> float:
    return np.inf if cell.fit is None else cell.fit.mixture.n_parameters


def _criterion(name: str) -> Criterion:
    try:
        return CRITERIA[name]
    except KeyError:
        known = ", ".join(CRITERIA)
        raise ValueError(f"The criterion must be one of {known}; got {name!r}.") from None
