"""What is said of merging: every sentence is made from the numbers that were judged."""

import math

from gmmlab.studies.selection.merging import LEAST_BRIDGE, Merging, Step


def merging_words(merging: Merging, step: Step) -> str:
    """How BIC's components became clusters, why no fewer, and which clustering is shown."""
    K, to = merging.steps[0].n_clusters, merging.suggested
    words = [f"BIC needs {counted(K, 'component')} to describe the density."]
    if to is not None:
        made = [s.bridge for s in merging.steps if s.bridge is not None and s.n_clusters >= to]
        if made:
            words.append(
                f"{counted(K - to, 'merge')} put together what no valley parts: between two that "
                f"are merged, the density stays at {percent(min(made))} of the lower summit or "
                f"more, and {percent(LEAST_BRIDGE)} is asked."
            )
        if to > 1:
            words.append(_why_not(merging.step(to - 1), "next" if made else "first"))
        if K > 1:
            words.append(f"So they are {counted(to, 'cluster')}." if made else "So none is merged.")
    words.append(f"Shown: {counted(step.n_clusters, 'cluster')}.")
    return " ".join([*words, "Click another number in the curve."])


def _why_not(after: Step, which: str) -> str:
    """Why the merge that would give a step is not made."""
    if after.crossing:
        return (
            f"The {which} merge would join two that cross: they share a place, and are told apart "
            f"all the same, with {after.doubt:.2f} nats of doubt for each point of the smaller one "
            "(an even choice between two is 0.69)."
        )
    return (
        f"The {which} merge would lead through a valley, where the density falls to "
        f"{percent(after.bridge or 0.0)} of the lower summit; {percent(LEAST_BRIDGE)} is asked."
    )


def step_words(step: Step) -> list[str]:
    """Lines on one clustering: what lay between the two merged last, and what doubt is left."""
    lines = [counted(step.n_clusters, "cluster")]
    if step.crossing:
        lines.append(f"the two merged cross, {step.doubt:.2f} nats of doubt for each point")
    elif step.bridge is not None:
        lines.append(f"between the two merged: {percent(step.bridge)} of the lower summit")
    return [*lines, f"doubt that is left: {step.entropy_per_point:.3f} nats a point"]


def percent(share: float) -> str:
    """A share in whole per cent, rounded down, so that what is below a limit is seen to be."""
    return f"{math.floor(100 * share + 1e-9)} %" if share >= 0.01 else "less than 1 %"


def counted(n: int, what: str) -> str:
    """A number with its noun: 1 cluster, 2 clusters."""
    return f"{n} {what}" + ("" if n == 1 else "s")
