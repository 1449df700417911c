"""The tour: the chapter's figures in its own order, and the story of EM, a slide for each.

A slide is a scene of a page, told in a few sentences of ours. The picture on it is the page's own,
so whatever can be done on the page can be done on the slide.
"""

from dataclasses import dataclass
from pathlib import Path

from gmmlab.guide.scene import Scene
from gmmlab.guide.scenes import STORY

THUMBNAIL_SIZE = (400, 250)  # pixels
_THUMBNAILS = Path(__file__).with_name("thumbnails")  # `make thumbnails` takes them


@dataclass(frozen=True)
class Slide:
    """One slide: the `page` and the name of its scene, what is told, one thing to try.

    `differs` says where our measurement is not what the chapter prints; `notes` are for the
    speaker alone; `controls` are the names of those that one needs to try it.
    """

    page: str
    figure: str
    title: str
    text: str
    attempt: str
    notes: str
    differs: str = ""
    controls: tuple[str, ...] = ()

    @property
    def scene(self) -> Scene:
        """The scene that it shows."""
        return next(scene for scene in STORY[self.page] if scene.figure == self.figure)

    @property
    def thumbnail(self) -> Path:
        """A small picture of it."""
        return _THUMBNAILS / f"{self.figure}.webp"


SLIDES = (
    Slide(
        "recolour",
        "5-123",
        "A photo in sixteen colours",
        "k-means looks at the pixels as points in the space of colours and finds sixteen centres. "
        "Every pixel takes the colour of its nearest one. Drag the line across the picture.",
        "Four colours, then sixty-four: where does the sky begin to look right?",
        "Ask what the photo loses first. It is the gradients, not the edges: k-means spends its "
        "centres where pixels are many.",
        "The chapter speaks of a compression of a million, which compares possible colours. In "
        "bits per pixel it is 24 to 4, six times; the file sizes under the picture are the truth.",
        controls=("n_colors",),
    ),
    Slide(
        "clusters",
        "5-124",
        "k-means on round clouds",
        "Four clouds of one size: just what k-means assumes. Each point joins its nearest centre.",
        "Drag a centre far away, and let go.",
        "Everything works here. Say that the method has two assumptions, and break them next.",
        controls=("n_components",),
    ),
    Slide(
        "clusters",
        "5-125",
        "What k-means believes",
        "A cluster is a disc around its centre, reaching to its farthest own point. k-means knows "
        "no other shape, and no point belongs to two clusters.",
        "Raise the spread until the discs overlap: what becomes of the points between?",
        "First weakness: no measure of how sure an assignment is.",
        controls=(
            "data_cluster_std",
            "n_components",
        ),
    ),
    Slide(
        "clusters",
        "5-126",
        "Stretched clouds",
        "The same clouds, sheared. Discs fit no more, and the labels are muddled where they "
        "overlap.",
        "Choose another number of centres: does any make it right?",
        "Second weakness: only round clusters. Let the class find that no K helps.",
        controls=("n_components",),
    ),
    Slide(
        "em",
        "em-two-lines",
        "EM in four lines",
        "Guess some Gaussians. E-step: colour every point by how probably it belongs to each. "
        "M-step: move each Gaussian to its points, weighted so. Again, until nothing moves.",
        "Press Play, then step back and read the line that is lit.",
        "Use “Predict, then reveal”: let the class say which component will move most.",
        controls=("predict",),
    ),
    Slide(
        "em",
        "em-local",
        "It can end in the wrong place",
        "The same points, another start. EM climbs to the nearest top and stays there. The dashed "
        "line is the best one known.",
        "Drag one mean to where you would want it, and watch.",
        "This is why several random starts are used; the next slide but one counts them.",
        controls=("seed",),
    ),
    Slide(
        "em",
        "em-plateau",
        "A plateau is not the end",
        "From random responsibilities all means begin in one place, and hardly anything happens "
        "for many iterations. A loose tolerance would stop right there.",
        "Click on the flat part of the curve, then on its end.",
        "Libraries stop when the gain per step is small. Small is not none.",
    ),
    Slide(
        "em",
        "em-starts",
        "Fifty starts",
        "Where does EM end from fifty random starts? Each bar is one optimum, the best to the "
        "left.",
        "Click the second bar: what is wrong with that solution?",
        "Counting optima is a better lesson on restarts than any formula.",
        controls=("n_starts",),
    ),
    Slide(
        "em",
        "em-bound",
        "What EM climbs",
        "The likelihood is hard to climb, a lower bound is easy. The E-step lifts the bound until "
        "it touches; the M-step goes to its top; so the likelihood can only rise.",
        "Step, and watch the two curves at the lower right: they touch after every E-step.",
        "For those who want the proof: F(q, θ) = E[log p(x, z)] + H(q), and the gap is the "
        "Kullback-Leibler divergence from q to the posterior.",
        controls=("component",),
    ),
    Slide(
        "clusters",
        "5-127",
        "A Gaussian mixture",
        "On the round clouds a mixture finds nearly the same four groups as k-means, beside it.",
        "Look for points that change their colour between the pictures.",
        "The gain is not a better clustering here, it is what comes with it: probabilities.",
    ),
    Slide(
        "clusters",
        "5-128",
        "It says how sure it is",
        "Every point has a probability for each component, and each row of the table sums to 1. "
        "The area of a point is its largest probability, squared: small points lie between groups.",
        "Hover over a small point, then look it up in the table below.",
        "A row near 0.475 and 0.525 is a point that nobody should call a member.",
    ),
    Slide(
        "clusters",
        "5-129",
        "Ellipses",
        "Each component is a Gaussian, drawn at 1, 2 and 3 σ, the more opaque the more it weighs.",
        "How much of a Gaussian is inside the first ellipse? The legend knows.",
        "In two dimensions 1, 2 and 3 σ hold 39.3, 86.5 and 98.9 per cent, not 68, 95 and 99.7.",
    ),
    Slide(
        "clusters",
        "5-130",
        "The cure",
        "Long tilted ellipses fit what discs could not.",
        "Covariance spherical: back to circles, and back to the trouble.",
        "This is the figure to remember from the chapter's first half.",
        controls=("covariance_type",),
    ),
    Slide(
        "clusters",
        "5-131",
        "Four covariance types",
        "A single stretched cloud under each type: circles, ellipses along the axes, and ellipses "
        "of any tilt. Fewer parameters if the shape allows it; the lowest BIC wins.",
        "Rotate the cloud by another stretch seed until diag is as good as full.",
        "With one component tied and full are the same model.",
        "The chapter calls the default diag; in scikit-learn it is full now.",
        controls=("data_stretch_seed",),
    ),
    Slide(
        "em",
        "em-kmeans",
        "k-means is the limit",
        "One circle of one size for all, ever smaller: responsibilities harden to 0 and 1, and "
        "the mixture becomes k-means.",
        "Play, and watch when means that were one come apart.",
        "Backwards this is deterministic annealing.",
        controls=("n_components",),
    ),
    Slide(
        "em",
        "em-collapse",
        "How it goes wrong",
        "A component alone with an outlier can buy any likelihood by shrinking onto it. A floor "
        "under the variances, which acts as a prior, is the cure.",
        "Go to the end, then backwards until the ring is gone.",
        "The likelihood of a mixture has no maximum. We only ever want a good local one.",
    ),
    Slide(
        "density",
        "5-132",
        "Moons",
        "200 points on two half circles. Two groups to the eye, and neither is an ellipse.",
        "How many Gaussians would you give them?",
        "Take a vote before the next slide.",
    ),
    Slide(
        "density",
        "5-133",
        "Two Gaussians cannot be moons",
        "As clusters, two ellipses are useless here.",
        "Try three, four, five.",
        "EM stops early here, at a tolerance of 0.001, as in the chapter.",
        controls=("n_components",),
    ),
    Slide(
        "density",
        "5-134",
        "Sixteen follow them",
        "Not sixteen clusters, but one density: it is high where points are, and low elsewhere.",
        "Change the lens to the density, or to its surface.",
        "A mixture is a density estimator first, and a clustering for simple data only.",
        controls=("lens",),
    ),
    Slide(
        "density",
        "5-135",
        "New points from it",
        "A density can be drawn from: these 400 points were never measured.",
        "Draw again with another seed. Which places do never get points?",
        "The word for this is generative model.",
        controls=("sample_seed",),
    ),
    Slide(
        "how_many",
        "5-136",
        "How many?",
        "AIC and BIC charge for parameters, BIC more. Their minima are marked, and they disagree.",
        "Click another K and look at its model to the right.",
        "Each criterion answers its own question: AIC foresees, BIC asks which model is true.",
        "Measured here AIC is lowest at 12 and BIC at 7.",
        controls=("criterion",),
    ),
    Slide(
        "digits",
        "5-137",
        "Handwritten digits",
        "1,797 images of 8 × 8 pixels: points in 64 dimensions.",
        "Find a digit that you cannot read.",
        "Everything from here on is the same method in more dimensions.",
    ),
    Slide(
        "digits",
        "5-138",
        "How many Gaussians for digits?",
        "PCA keeps 41 axes, and AIC is asked for K from 50 to 200. Held-out digits tell another "
        "story: at these K a component has 9 to 36 points in 41 dimensions.",
        "Look at the curve of the held-out digits: where is it highest?",
        "Overfitting in one picture.",
        "AIC's minimum measured here is at 150; the chapter read 110.",
    ),
    Slide(
        "digits",
        "5-139",
        "Digits that nobody wrote",
        "New points from 110 Gaussians, taken back through the PCA to pixels.",
        "Click a new digit to see the real one that is nearest to it.",
        "They lie nearer to real digits than real ones to each other: the judge has numbers.",
        controls=("draw_seed",),
    ),
    Slide(
        "digits",
        "ours",
        "Ours",
        "A mixture for each class, its covariances shrunken, several starts averaged: new digits, "
        "and not copies.",
        "Open the judge, and see whether a classifier can tell them from real ones.",
        "End here: a simple model, well cared for, goes a long way.",
        controls=("draw_seed",),
    ),
)
