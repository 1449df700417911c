"""The textbook's argument, one setting of a page per figure: each scene is one click."""

from dataclasses import replace
from typing import Any

from gmmlab.data.points.datasets import Stretched
from gmmlab.guide.em_scenes import EM_SCENES
from gmmlab.guide.scene import Scene
from gmmlab.settings import flat
from gmmlab.studies.clusters.page import ClustersSettings, ViewSettings
from gmmlab.studies.density.page import DensityModel, DensitySettings, DensityView
from gmmlab.studies.digits.page import DigitsSettings, DigitsView
from gmmlab.studies.digits.presets import PRESETS as RECIPES
from gmmlab.studies.mixtures.model import ModelSettings
from gmmlab.studies.recolour.page import RecolorSettings
from gmmlab.studies.selection.page import HowManySettings, HowManyView, SweepSettings

_STRETCHED = Stretched()
_K = ("n_components",)
# The chapter's mixtures are fitted with scikit-learn's defaults.
_MODEL = ModelSettings(tolerance="1e-3")
_MODEL_42 = replace(_MODEL, seed=42)

CLUSTER_SCENES = (
    Scene(
        "5-124",
        "k-means",
        "Four round clouds, and k-means finds them: each point joins its nearest centre.",
        ClustersSettings(view=ViewSettings(show="kmeans", shapes=False)),
        elsewhere="k-means: each point joins its nearest centre.",
        keeps=_K,
    ),
    Scene(
        "5-125",
        "Its discs",
        "What k-means believes: a cluster is a disc, reaching to the farthest point of its own.",
        ClustersSettings(view=ViewSettings(show="kmeans")),
        keeps=_K,
    ),
    Scene(
        "5-126",
        "Stretched",
        "Stretch the clouds, and discs fit no more: they overlap, and the labels are muddled.",
        ClustersSettings(data=_STRETCHED, view=ViewSettings(show="kmeans")),
        about_data=True,
    ),
    Scene(
        "5-127",
        "GMM",
        "A Gaussian mixture on the round clouds: nearly the same four groups as k-means.",
        ClustersSettings(model=_MODEL, view=ViewSettings(shapes=False)),
        elsewhere="A Gaussian mixture beside k-means: which points do they share out differently?",
        keeps=_K,
    ),
    Scene(
        "5-128",
        "Uncertainty",
        "The mixture also says how sure it is. Small points lie between clusters: hover over one.",
        ClustersSettings(
            model=_MODEL, view=ViewSettings(show="gmm", shapes=False, size="certainty")
        ),
        keeps=_K,
    ),
    Scene(
        "5-129",
        "Ellipses",
        "Each component is a Gaussian, drawn at 1, 2 and 3 σ: the more opaque, the more it weighs.",
        ClustersSettings(model=_MODEL_42, view=ViewSettings(show="gmm")),
        keeps=_K,
    ),
    Scene(
        "5-130",
        "The cure",
        "On stretched clouds: long tilted ellipses ({right}) fit what discs ({left}) cannot.",
        ClustersSettings(data=_STRETCHED, model=_MODEL_42),
        elsewhere="Where groups are long or tilted, ellipses ({right}) fit what discs ({left}) "
        "cannot.",
        keeps=_K,
    ),
    Scene(
        "5-131",
        "Four types",
        "One stretched cloud under each covariance type. The lowest BIC wins: the shape must fit, "
        "and every parameter costs. With one component, tied and full are the same model.",
        ClustersSettings(
            data=Stretched(centers=1, stretch_seed=10),  # so that diag is no circle
            model=replace(_MODEL_42, n_components=1),
            view=ViewSettings(show="types"),
        ),
        elsewhere="The same points under each covariance type. The lowest BIC wins: the shape must "
        "fit, and every parameter costs.",
        keeps=_K,
    ),
)

_DENSITY = DensityModel(tolerance="1e-3")
_TWO = replace(_DENSITY, n_components=2, beside="none")
_SIXTEEN = replace(_DENSITY, beside="none")

DENSITY_SCENES = (
    Scene(
        "5-132",
        "Points",
        "200 points on two half circles. Two groups to the eye; neither is an ellipse.",
        DensitySettings(model=_TWO, view=DensityView(lens="points")),
        elsewhere="The points alone: where would you say that there are groups?",
        keeps=_K,
    ),
    Scene(
        "5-133",
        "K = 2",
        "Two Gaussians cannot be moons: as clusters, they are useless.",
        DensitySettings(model=_TWO, view=DensityView(lens="clusters")),
        elsewhere="Two Gaussians: are they clusters here?",
    ),
    Scene(
        "5-134",
        "K = 16",
        "Sixteen Gaussians follow the moons. They are not sixteen clusters, but one density.",
        DensitySettings(model=_SIXTEEN, view=DensityView(lens="clusters", color="plain")),
        elsewhere="Sixteen Gaussians: hardly sixteen clusters, but one density.",
    ),
    Scene(
        "5-135",
        "New points",
        "400 points that were never measured: drawn from the sixteen Gaussians.",
        DensitySettings(model=_SIXTEEN, view=DensityView(lens="samples")),
        elsewhere="400 points that were never measured: drawn from the mixture.",
        keeps=_K,
    ),
)

HOW_MANY_SCENES = (
    Scene(
        "5-136",
        "AIC and BIC",
        "The moons under K = 1 … 20: AIC is lowest at 12, BIC, which charges more, at 7. As in the "
        "chapter, EM stops early, at a tolerance of 0.001.",
        HowManySettings(model=SweepSettings(tolerance="1e-3"), view=HowManyView()),
        elsewhere="AIC and BIC over K = 1 … 20. As in the chapter, EM stops early, at a tolerance "
        "of 0.001.",
    ),
)


# The chapter's figure; the page's looks are in studies/recolour/looks.py.
RECOLOR_SCENES = (
    Scene(
        "5-123",
        "16 colours",
        "The chapter's picture: 96,615 colours on the left of the line, 16 on the right.",
        RecolorSettings(),
        elsewhere="Sixteen colours by k-means, as in the chapter.",
    ),
)

_CHAPTERS, *_, _OURS = RECIPES.values()
_MODEL_OF_DIGITS = tuple(flat(_OURS))

# A story: each step leaves what the visitor has set, but for the two that are about a generator.
DIGIT_SCENES = (
    Scene(
        "5-137",
        "The images",
        "The first 100 of 1,797 handwritten digits, 8 × 8 pixels each.",
        DigitsSettings(),
        elsewhere="The images that a generator is to learn from.",
        sets=("step",),
        if_as=("source", "n_new", "only"),
    ),
    Scene(
        "pca",
        "PCA",
        "64 pixels are too many for a mixture: 41 axes hold 99 % of what differs between digits.",
        DigitsSettings(view=DigitsView(step="pca")),
        elsewhere="Pixels are too many for a mixture: a few axes hold most of what differs between "
        "images.",
        sets=("step",),
        if_as=("source", "variance_kept"),
    ),
    Scene(
        "5-138",
        "How many?",
        "AIC's minimum measured here is at K = 150; the chapter read 110. Held-out digits tell "
        "another story.",
        DigitsSettings(view=DigitsView(step="sweep")),
        elsewhere="AIC over the number of components K, and what held-out images say of it.",
        sets=("step",),
        if_as=("source", "variance_kept", "covariance_type", "seed"),
    ),
    Scene(
        "5-139",
        "The chapter's digits",
        "New digits from 110 Gaussians: the K that the chapter read off AIC, whose minimum "
        "measured here is at 150. They lie nearer to real digits than real ones do to each other.",
        DigitsSettings(model=_CHAPTERS, view=DigitsView(step="generate")),
        elsewhere="New images by the chapter's recipe: 110 Gaussians, fitted as they are.",
        sets=("step", *_MODEL_OF_DIGITS),
        if_as=("source",),
    ),
    Scene(
        "ours",
        "Ours",
        "Shrunken covariances, a mixture per class, several starts averaged: new, and not copies.",
        DigitsSettings(model=_OURS, view=DigitsView(step="generate")),
        elsewhere="Shrunken covariances, a mixture per class or group, several starts averaged.",
        sets=("step", *_MODEL_OF_DIGITS),
        if_as=("source",),
    ),
    Scene(
        "judge",
        "The judge",
        "How likely real images are, how near new ones come to them, how well they are told apart.",
        DigitsSettings(view=DigitsView(step="judge")),
        sets=("step",),
    ),
)


# The story goes from page to page, by their names.
STORY: dict[str, tuple[Scene, ...]] = {
    "clusters": CLUSTER_SCENES,
    "em": EM_SCENES,
    "density": DENSITY_SCENES,
    "how_many": HOW_MANY_SCENES,
    "recolour": RECOLOR_SCENES,
    "digits": DIGIT_SCENES,
}


def scene_after(page: str, shown: Scene | None) -> tuple[str, Scene] | None:
    """The scene after the one that is shown, with its page: a page's last leads to the next page.

    Where no scene is shown it is the page's first; after the last of all there is none.
    """
    of_page, pages = STORY[page], list(STORY)
    place = 0 if shown is None else of_page.index(shown) + 1
    if place < len(of_page):
        return page, of_page[place]
    later = pages[pages.index(page) + 1 :]
    return (later[0], STORY[later[0]][0]) if later else None


def is_scene(settings: Any) -> bool:
    """Whether these are just a scene's own settings."""
    return any(scene.settings == settings for of_page in STORY.values() for scene in of_page)
