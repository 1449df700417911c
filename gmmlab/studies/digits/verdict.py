"""What the judge's numbers say, in words that match them."""

from gmmlab.studies.digits.classifiers import ToldApart
from gmmlab.studies.digits.evaluation import Evaluation

FEW_JUDGED = 100  # with fewer held-out images an AUC is uncertain by more than 0.08


def verdict(judged: Evaluation, real: ToldApart) -> str:
    """How near new images come to training images, and how well they are told from real ones.

    `real` is what the classifiers make of real images in the place of new ones.
    """
    return f"{_of_copying(judged)} {_of_telling(judged.told, real)}"


def warning_of(judged: Evaluation) -> str:
    """A sentence on how little can be said, where few images were held out; else nothing."""
    if judged.n_judged >= FEW_JUDGED:
        return ""
    return (
        f"Only {judged.n_judged} images were held out. From so few, a tell-apart of 0.50 may come "
        f"out {2 * judged.told.noise:.2f} higher or lower by chance, and copying and the "
        "log-likelihood are uncertain too. Bring more images to be sure."
    )


def _of_copying(judged: Evaluation) -> str:
    if judged.copying < 0.9:
        what = "New images lie nearer to training images than real ones do"
    elif judged.copying <= 1.15:
        what = "New images keep as far from training images as real ones do"
    else:
        what = "New images stray farther from all training images than real ones do"
    numbers = f"a median distance of {judged.distance:,.1f}, against {judged.usual:,.1f}"
    if judged.close >= 0.5:
        close = f"and {judged.close:.0%} are next to copies, within half of that"
    elif judged.close >= 0.005:
        close = f"and {judged.close:.0%} lie within half of that"
    else:
        close = "and hardly any lies within half of that"
    return f"{what} ({numbers}), {close}."


def _of_telling(told: ToldApart, real: ToldApart) -> str:
    """The strongest classifier's rates, and whether they are more than chance."""
    caught, alarms = told.caught, told.false_alarms
    beyond = caught - alarms
    if told.auc <= max(real.auc, 0.5) + 2 * told.noise:
        what = "cannot be told from real ones"
    elif beyond < 0.1:
        what = "can hardly be told from real ones"
    elif beyond < 0.3:
        what = "can sometimes be told from real ones"
    elif beyond < 0.5:
        what = "can often be told from real ones"
    elif beyond < 0.8:
        what = "can mostly be told from real ones"
    else:
        what = "can nearly always be told from real ones"
    return (
        f"They {what}: of three classifiers the strongest here, {told.classifier}, takes "
        f"{caught:.0%} of them for new, and {alarms:.0%} of the real ones. Where real images stand "
        f"in for new ones, tell-apart is {real.auc:.2f}."
    )
