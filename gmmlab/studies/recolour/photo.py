"""A photo as its file's bytes, and what a process makes of them once: pixels, counted.

The bytes travel; pixels do not. A process keeps the pixels of the photo that it worked on last, as
the next question is mostly about the same one.
"""

from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from threading import Lock

from PIL import Image

from gmmlab.data.pictures.images import OpenedImage, opened, preview
from gmmlab.studies.recolour.color_histogram import ColorHistogram, color_histogram
from gmmlab.studies.recolour.color_model import ColorModel
from gmmlab.studies.recolour.recolor import Recolored, assign


@dataclass(frozen=True, eq=False)
class Photo:
    """A picture file, and what it is called."""

    name: str
    data: bytes

    @cached_property
    def digest(self) -> str:
        """What links name it by."""
        return sha256(self.data).hexdigest()[:16]

    @cached_property
    def identity(self) -> str:
        """What answers about it are known by."""
        return sha256(self.data).hexdigest()

    @property
    def pixels(self) -> "Pixels":
        """The opened picture, of this process; ImageRejected in one sentence if it is none."""
        with _LOCK:
            if not _LATEST or _LATEST[0][0] != self.identity:
                _LATEST[:] = [(self.identity, Pixels(opened(self.data)))]
            return _LATEST[0][1]


class Pixels:
    """An opened picture, its colours counted, and those of the small copy that is shown."""

    def __init__(self, file: OpenedImage) -> None:
        self.file = file
        self._painted: tuple[str, Recolored] | None = None

    @cached_property
    def full(self) -> ColorHistogram:
        """All pixels, counted."""
        return color_histogram(self.file.image)

    @cached_property
    def shown(self) -> Image.Image:
        """The picture itself, or a copy of a million and a half pixels."""
        return preview(self.file.image)

    @cached_property
    def small(self) -> ColorHistogram:
        """The pixels that are shown, counted."""
        return self.full if self.shown is self.file.image else color_histogram(self.shown)

    def painted(self, model: ColorModel) -> Recolored:
        """The small copy in this palette: kept for the next edit of it."""
        if self._painted is None or self._painted[0] != model.identity:
            self._painted = model.identity, assign(self.small, model).painted()
        return self._painted[1]


_LATEST: list[tuple[str, Pixels]] = []
_LOCK = Lock()
