"""The story of EM: the chapter's four lines as one scene, and what they do not tell."""

from gmmlab.data.points.datasets import Blobs, Moons
from gmmlab.guide.scene import Scene
from gmmlab.studies.em.page import EmModel, EmMoment, EmSettings, EmView

_K = ("n_components",)

EM_SCENES = (
    Scene(
        "em-two-lines",
        "EM in four lines",
        "Guess; then again and again: E, colour every point by its responsibilities; M, move each "
        "Gaussian to its points. Press Play.",
        EmSettings(),
        keeps=_K,
    ),
    Scene(
        "em-local",
        "A local optimum",
        "The same points from another start: EM stops where no small step helps, and that is not "
        "always the top. The dashed line is the best optimum known.",
        EmSettings(model=EmModel(seed=9)),
        keeps=_K,
    ),
    Scene(
        "em-plateau",
        "A plateau",
        "From random responsibilities all means begin in one place: for many iterations hardly "
        "anything moves, and a loose tolerance would call it the end.",
        EmSettings(data=Moons(), model=EmModel(n_components=2, init="random")),
        about_data=True,
    ),
    Scene(
        "em-bound",
        "The bound",
        "EM never sees log p itself: it climbs a lower bound, which touches it after every E-step.",
        EmSettings(
            model=EmModel(n_components=2),
            view=EmView(line="pc"),
            moment=EmMoment(part="bound"),
        ),
    ),
    Scene(
        "em-starts",
        "Fifty starts",
        "Where does EM end from fifty starts? Each bar is one optimum: click it to watch.",
        EmSettings(moment=EmMoment(part="atlas")),
        keeps=_K,
    ),
    Scene(
        "em-collapse",
        "Collapse",
        "A component alone with an outlier buys any likelihood by shrinking onto it.",
        EmSettings(data=Blobs(), moment=EmMoment(part="collapse")),
        keeps=_K,
    ),
    Scene(
        "em-kmeans",
        "k-means as the limit",
        "One shared circle for all, ever smaller: the mixture becomes k-means.",
        EmSettings(data=Blobs(), moment=EmMoment(part="limit")),
        keeps=_K,
    ),
)
