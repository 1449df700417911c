"""What the answers of a class say together, and what is right, in sentences."""

from collections.abc import Sequence

import numpy as np

from gmmlab.guide.asked import Side
from gmmlab.numbers import number
from gmmlab.studies.clusters.study import Clusters
from gmmlab.studies.em.atlas import Optimum
from gmmlab.studies.em.course import Course
from gmmlab.studies.selection.criteria import CRITERIA, best
from gmmlab.studies.selection.sweep import Cell

Place = tuple[float, float]


def tally(answers: Sequence[int], first: int, last: int) -> list[int]:
    """How many gave each answer from `first` to `last`."""
    return [sum(each == value for each in answers) for value in range(first, last + 1)]


def answered(n: int) -> str:
    """How many answers there are, in words."""
    return "No answers yet" if n == 0 else "1 answer" if n == 1 else f"{n} answers"


def lowest(cells: Sequence[Cell], criterion: str) -> int | None:
    """K at which a criterion is lowest."""
    cell = best(cells, criterion)
    return None if cell is None else cell.n_components


def how_many_in_words(answers: Sequence[int], cells: Sequence[Cell]) -> str:
    """Which K the criteria choose, and how many of the class did."""
    chosen = {name: K for name in ("aic", "bic") if (K := lowest(cells, name)) is not None}
    if not chosen:
        return "No mixture could be fitted to these points."
    words = [
        f"{CRITERIA[name].title} chooses K = {K} ({_of(answers.count(K), len(answers))} said so)"
        for name, K in chosen.items()
    ]
    return "; ".join(words) + ". Their K is orange."


def fits_in_words(
    answers: Sequence[int], sides: Sequence[Side], results: Sequence[Clusters]
) -> str:
    """What the two fits were, how well they do, and how many chose each."""
    words = []
    pairs = zip("AB", sides, results, strict=True)
    for place, (letter, side, result) in enumerate(pairs):
        said = f"**{letter}** is {'' if side.kmeans else 'a '}{side.words}"
        if not side.kmeans:
            said += f": BIC {number(result.gmm.bic, 5)}"
        score = result.kmeans_score if side.kmeans else result.gmm_score
        if score is not None:
            said += f"{':' if side.kmeans else ','} agreement with the true groups {score:.2f}"
        words.append(f"{said}. {_of(answers.count(place), len(answers)).capitalize()} chose it.")
    if not any(side.kmeans for side in sides):
        words.append("A lower BIC is better; an agreement (adjusted Rand index) of 1 is perfect.")
    return " ".join(words)


def next_mean_in_words(places: Sequence[Place], run: Course, index: int, component: int) -> str:
    """How far the mean goes, and how near to where it goes the class has clicked."""
    before, after = (run.ground.own(run.mixtures[n].means)[component] for n in (index, index + 1))
    way = float(np.linalg.norm(after - before))
    words = f"Mean {component + 1} moves by {number(way, 3)}, to the star."
    if not places:
        return words
    off = np.linalg.norm(np.array(places) - after, axis=1)
    nearer = int((off < way).sum())
    words += f" The clicks are {number(float(np.median(off)), 3)} from there (median);"
    return f"{words} {_of(nearer, len(places))} came nearer than the mean was."


def starts_in_words(optima: Sequence[Optimum], n_starts: int) -> str:
    """How many optima the starts of a class have found, and how many of them the best."""
    if not n_starts:
        return "Every start that a phone sends becomes part of this picture."
    if not optima:
        return "None of these starts could be run to its end."
    many = "one optimum" if len(optima) == 1 else f"{len(optima)} distinct optima"
    words = f"{'1 start ends' if n_starts == 1 else f'{n_starts} starts end'} in {many}"
    clean = [each for each in optima if not each.spurious]
    if not clean:
        return f"{words}. In each, a component has collapsed onto a few points (hatched)."
    words += f"; the best was found by {_of(len(clean[0].ends), n_starts)}."
    if len(clean) < len(optima):
        odd = sum(len(each.ends) for each in optima if each.spurious)
        words += f" Hatched: {odd} ended with a component collapsed onto a few points."
    return words


def _of(some: int, n: int) -> str:
    """Some of all, in words."""
    return f"{'none' if some == 0 else some} of {n}" if n else "nobody"
