"""What a scene is: one setting of a page, and what a click on it changes there."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from gmmlab.settings import flat, updated


@dataclass(frozen=True)
class Scene:
    """One setting of a page: its name, a short title, what to look at, and the settings.

    The name is the figure's number in the chapter, for those that it shows. On other data than the
    scene's own, `elsewhere` is what to look at, where that is not the same, and the model's
    settings named in `keeps` stay as they were; a scene `about_data` always brings its own.

    A step of a story `sets` some settings by name, the first of which says which step it is, and
    leaves all others as the visitor has them; the look is said of it while those named in `if_as`
    are as in its own settings, `elsewhere` otherwise.
    """

    figure: str
    title: str
    look: str
    settings: Any
    elsewhere: str = ""
    keeps: tuple[str, ...] = ()
    about_data: bool = False
    sets: tuple[str, ...] = ()
    if_as: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """Where it comes from, in words; nothing for a scene of our own."""
        return f"The chapter's figure {self.figure}." if self.figure[0].isdigit() else ""

    def with_data_of(self, current: Any) -> Any:
        """The scene's model and view with the data of `current`."""
        model = replace(
            self.settings.model, **{name: getattr(current.model, name) for name in self.keeps}
        )
        return replace(self.settings, model=model, **_data_of(current))

    def set_on(self, current: Any) -> Any:
        """`current` settings with what this step sets."""
        own = flat(self.settings)
        return updated(current, {name: own[name] for name in self.sets})

    def told(self, current: Any) -> str:
        """What to look at while the page shows the scene as `current` settings."""
        if self.sets:
            own, theirs = flat(self.settings), flat(current)
            if any(own[name] != theirs[name] for name in self.if_as):
                return self.elsewhere or self.look
        if self.sets or current == self.settings:
            return f"**{self.source}** {self.look}" if self.source else self.look
        look = self.elsewhere or self.look
        if not self.source:
            return look
        return (
            f"**As in the chapter's figure {self.figure}, on other data.** {look} Click the scene "
            "again for the chapter's own data."
        )


def after_click(scene: Scene, of_page: Sequence[Scene], current: Any) -> Any:
    """The settings after a click on one scene of a page that shows `current` ones.

    Data that no scene of the page has shown are the visitor's choice and stay, unless the scene is
    about its own, or is a figure of the chapter that is shown already: a second click asks for it.
    """
    if scene.sets:
        return scene.set_on(current)
    story = [_data_of(each.settings) for each in of_page]
    theirs = _data_of(current)
    if scene.about_data or theirs in story or any(map(_is_blank, theirs.values())):
        return scene.settings
    kept = scene.with_data_of(current)
    return scene.settings if scene.source and kept == current else kept


def shown_scene(of_page: Sequence[Scene], current: Any) -> Scene | None:
    """The scene that a page with these settings shows, be it on other data than its own."""
    for scene in of_page:
        if current == (scene.set_on(current) if scene.sets else scene.settings):
            return scene
    kept = (
        s for s in of_page if not s.about_data and not s.sets and current == s.with_data_of(current)
    )
    return next(kept, None)


def step_of(of_page: Sequence[Scene], current: Any) -> Scene | None:
    """The last step of a story that these settings are within, be they a visitor's own."""
    theirs = flat(current)
    steps = [s for s in of_page if s.sets and flat(s.settings)[s.sets[0]] == theirs[s.sets[0]]]
    return steps[-1] if steps else None


_NOT_DATA = ("model", "view", "moment")


def _data_of(settings: Any) -> dict[str, Any]:
    """All parts of a page's settings but model, view and moment."""
    names = (each.name for each in fields(settings))
    return {name: getattr(settings, name) for name in names if name not in _NOT_DATA}


def _is_blank(data: Any) -> bool:
    """Whether these are a visitor's own data that are not there yet."""
    return bool(getattr(data, "is_blank", False))
