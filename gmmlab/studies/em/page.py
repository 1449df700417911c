"""The page EM step by step: which points, which run, and what of it is shown."""

from dataclasses import dataclass, field, replace

from gmmlab.data.sources import points_from
from gmmlab.settings import choice, flag, integer, section
from gmmlab.studies.mixtures.model import STARTS as ALL_STARTS
from gmmlab.studies.mixtures.model import covariance_choice, placed_centers
from gmmlab.studies.mixtures.points_page import PointsPage

MOST_POINTS = 2_000  # that a browser moves ten times a second
STARTS = {name: words for name, words in ALL_STARTS.items() if name != "search"}
PARTS = {
    "steps": "Step by step",
    "bound": "The bound",
    "atlas": "Many starts",
    "collapse": "Collapse",
    "limit": "k-means limit",
}


@dataclass(frozen=True)
class EmModel:
    """The run: a mixture, and where it begins."""

    n_components: int = integer(
        4,
        low=1,
        high=12,
        label="Components K",
        help="How many Gaussians the mixture has, and how many centres k-means.",
    )
    covariance_type: str = covariance_choice()
    init: str = choice(
        "random_from_data",
        STARTS,
        label="Start",
        help="Where EM begins. From k-means there is little left to do; from random "
        "responsibilities all means begin in one place. By hand: drag a numbered mean.",
    )
    centers: str = placed_centers()
    seed: int = integer(0, low=0, high=9_999, label="Seed", help="Another number, another start.")
    floor: str = choice(
        "1e-6",
        {"0": "none", "1e-9": "1e-9", "1e-6": "1e-6", "1e-4": "1e-4", "1e-2": "0.01", "0.1": "0.1"},
        label="Variance floor",
        more=True,
        help="A share of the data's variance that is added to every variance. It keeps components "
        "from collapsing onto a point; too much of it makes the likelihood fall.",
    )


@dataclass(frozen=True)
class EmView:
    """How the points are seen."""

    line: str = choice(
        "plane",
        {"plane": "the plane", "x": "column 1", "y": "column 2", "pc": "long axis"},
        label="Points in",
        help="Two dimensions, or one: a column alone, or the principal axis, the points' longest. "
        "In one dimension the densities are curves.",
    )


_STEP = integer(0, low=0, high=2_000, label="Half-step", help="How many half-steps have been made.")


@dataclass(frozen=True)
class EmMoment:
    """Which part of the page is open, what is asked of it, and which moment is shown.

    Two settings that differ in the half-step alone are equal: they are moments of one scene.
    """

    part: str = choice(
        "steps", PARTS, label="Part", help="Five pictures of one algorithm, on the same points."
    )
    beside: bool = flag(
        False, label="k-means beside", help="Lloyd's half-steps from the same start, side by side."
    )
    predict: bool = flag(
        False,
        label="Predict, then reveal",
        help="Before each half-step the page asks what will happen; one more press shows it.",
    )
    n_starts: int = integer(
        50,
        low=10,
        high=200,
        label="Starts",
        help="How many starts are run to their end, with seeds from the one above.",
        slider=True,
    )
    parameter: str = choice(
        "mean_x",
        {"mean_x": "mean, across", "mean_y": "mean, up", "weight": "weight"},
        label="Parameter",
        help="The one parameter along which the likelihood and its bound are drawn.",
    )
    component: int = integer(
        1, low=1, high=12, label="Component", help="The component whose parameter that is."
    )
    step: int = field(default=0, compare=False, metadata=_STEP.metadata)


@dataclass(frozen=True)
class EmSettings(PointsPage):
    """The page EM step by step: data, model, view, and the moment."""

    data: object = points_from("stretched")
    model: EmModel = section(EmModel)
    view: EmView = section(EmView)
    moment: EmMoment = section(EmMoment)

    def since(self, before: "EmSettings") -> "EmSettings":
        """The same moment of the same run; another run begins at its start."""
        runs = [(s.data, s.model, s.view.line, s.moment.part) for s in (self, before)]
        return self if runs[0] == runs[1] else at_the_start(self)

    @property
    def left_out(self) -> dict[str, tuple[str, ...]]:
        """What does nothing in the part that is open."""
        absent = {name: tuple(options) for name, options in super().left_out.items()}
        absent |= {"step": ()}  # it has a player, not a control
        if self.moment.part in ("collapse", "limit"):
            absent |= {"init": (), "floor": ()}
        if self.moment.part == "limit":
            absent |= {"covariance_type": ()}
        return absent


def at_the_start(settings: EmSettings) -> EmSettings:
    """The same settings before the first half-step."""
    return replace(settings, moment=replace(settings.moment, step=0))
