"""A lesson as a file and as a link: what is read comes from anywhere, and nothing in it is run.

The file is JSON. The code of a link is its version, a full stop, and lines of JSON, deflated, in
the letters that addresses have: what is left of a code that was cut off is the lesson's beginning.
"""

import base64
import json
import re
import zlib
from dataclasses import replace
from functools import lru_cache
from typing import Any

from gmmlab.guide.lesson import (
    MOST_IN_A_LINK,
    MOST_MOMENTS,
    Lesson,
    LessonRejected,
    Moment,
    Read,
    read_moment,
    read_title,
    written_moment,
)

FORMAT, VERSION = "GMM Lab lesson", 1
MOST_BYTES = 300_000
_MARKUP = re.compile(r"<[a-zA-Z/!]")
_NO_LESSON = "This is no lesson of GMM Lab."
_NEWER = "This lesson is from a newer GMM Lab: here is what this one understands of it."


def as_json(lesson: Lesson) -> bytes:
    """The lesson as a file."""
    written = {
        "format": FORMAT,
        "version": VERSION,
        "title": lesson.title,
        "moments": [written_moment(each) for each in lesson.moments],
    }
    return json.dumps(written, ensure_ascii=False, indent=1).encode()


def from_json(data: bytes) -> Read:
    """The lesson of a file. Raises LessonRejected for bytes that are none."""
    if len(data) > MOST_BYTES:
        raise LessonRejected(
            f"This file has {len(data):,} bytes, and a lesson at most {MOST_BYTES:,}."
        )
    try:
        written = json.loads(data)
    except (ValueError, RecursionError):  # not UTF-8, no JSON, or deeper than any lesson
        raise LessonRejected("This file is no JSON, so it is no lesson of GMM Lab.") from None
    if not isinstance(written, dict) or written.get("format") != FORMAT:
        raise LessonRejected(_NO_LESSON)
    moments = written.get("moments")
    if not isinstance(moments, list) or not moments:
        raise LessonRejected("This lesson has no moments.")
    found = _read(written.get("version"), written.get("title", ""), moments)
    return replace(found, notices=(*found.notices, *_markup_in(found.lesson)))


def _markup_in(lesson: Lesson) -> list[str]:
    """A sentence on each moment whose words look like HTML: nobody is to wonder why it shows."""
    told = [(f"Moment {k}", f"{m.title} {m.note}") for k, m in enumerate(lesson.moments, start=1)]
    return [
        f"{what} has HTML in its words, which is shown as plain text."
        for what, words in [("The lesson’s title", lesson.title), *told]
        if _MARKUP.search(words)
    ]


def as_code(lesson: Lesson) -> str | None:
    """The lesson as a link has it; None if that would be too long for one."""
    lines = [[lesson.title, len(lesson)]] + [
        [each["page"], each["settings"], each["title"], each["note"], *each["keep"]]
        for each in map(written_moment, lesson.moments)
    ]
    text = "\n".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")) for line in lines)
    letters = base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode().rstrip("=")
    code = f"{VERSION}.{letters}"
    return code if len(code) <= MOST_IN_A_LINK else None


@lru_cache(maxsize=64)
def from_code(code: str) -> Read:
    """The lesson of a link, or as much of it as is left, which the notices then say.

    Raises LessonRejected if nothing of it is.
    """
    version, dot, letters = code.partition(".")
    if not dot or not version.isdecimal() or len(version) > 4 or len(code) > MOST_IN_A_LINK:
        raise LessonRejected("The link names no lesson that this page can read.")
    text, whole = _inflated(letters)
    lines = _lines(text)
    title, n = _head(lines[0]) if lines else ("", 0)
    moments = [
        dict(zip(("page", "settings", "title", "note"), line, strict=False), keep=line[4:])
        for line in lines[1:]
        if isinstance(line, list)
    ]
    if not moments:
        raise LessonRejected(
            "The link to this lesson was cut off or changed on its way: nothing of it can be read."
        )
    found = _read(int(version), title, moments)
    if whole and n == len(lines) - 1:
        return found
    said = f"the first {len(moments)} of its {n} moments are" if n > len(moments) else "here is"
    notice = f"The link to this lesson was cut off or changed on its way: {said} what can be read."
    return Read(found.lesson, (notice, *found.notices))


def _inflated(letters: str) -> tuple[str, bool]:
    """What a deflated text says as far as it can be read, and whether that is all of it."""
    proper = re.match(r"[A-Za-z0-9_-]*", letters, re.ASCII)
    kept = "" if proper is None else proper.group()
    kept = kept[:-1] if len(kept) % 4 == 1 else kept
    data = base64.urlsafe_b64decode(kept + "=" * (-len(kept) % 4))
    inflating, found = zlib.decompressobj(), b""
    try:
        for place in range(len(data)):  # byte by byte: an error takes nothing from what was before
            found += inflating.decompress(data[place : place + 1], MOST_BYTES)
            if len(found) > MOST_BYTES:
                return "", False
    except zlib.error:
        pass  # what was found before is what is told of
    whole = inflating.eof and not inflating.unused_data and kept == letters
    return found.decode("utf-8", "ignore"), whole


def _lines(text: str) -> list[Any]:
    """The lines that are JSON, up to the first that is not."""
    found = []
    for line in text.split("\n"):
        try:
            found.append(json.loads(line))
        except (ValueError, RecursionError):
            break
    return found


def _head(line: Any) -> tuple[Any, int]:
    """Title and number of moments, as a link's first line says them."""
    if not isinstance(line, list) or len(line) < 2 or type(line[1]) is not int:
        return "", 0
    return line[0], line[1]


def _read(version: Any, title: Any, written: list[Any]) -> Read:
    if type(version) is not int or version < 1:
        raise LessonRejected(_NO_LESSON)
    notices = [_NEWER] if version > VERSION else []
    if len(written) > MOST_MOMENTS:
        notices.append(
            f"A lesson has at most {MOST_MOMENTS} moments: of these {len(written):,} the first are "
            "here."
        )
    name, more = read_title(title)
    notices += more
    moments: list[Moment] = []
    for number, each in enumerate(written[:MOST_MOMENTS], start=1):
        moment, more = read_moment(each, number)
        notices += more
        if moment is not None:
            moments.append(moment)
    if not moments:
        raise LessonRejected(" ".join(notices[:3]))
    return Read(Lesson(name, tuple(moments)), tuple(notices))
