"""Settings are declared once: a frozen dataclass gives widgets, URL, validation and cache key.

A settings class is a frozen dataclass whose fields are made by `choice`, `choices`, `integer`,
`real`, `decades`, `flag`, `text` or `code`. Two more kinds nest one class in another: `section`
groups fields, `variant` offers several classes of which one is chosen (a data set, with the
parameters that only it has).

Seen flat, a settings object is a mapping from names to plain values. The names are the URL's
parameters: a section adds nothing to them, a variant called "data" has the names "data" (which one)
and "data_…" (its own parameters).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, TypedDict, TypeVar, Unpack, cast

from gmmlab.settings.kinds import Choice, Choices, Code, Decades, Flag, Integer, Real, Spec, Text

__all__ = [
    "Choice",
    "Choices",
    "Code",
    "Decades",
    "Flag",
    "Integer",
    "Real",
    "Spec",
    "Text",
    "Values",
    "build",
    "choice",
    "choices",
    "code",
    "decades",
    "flag",
    "flat",
    "from_query",
    "integer",
    "real",
    "section",
    "specs",
    "text",
    "to_query",
    "updated",
    "variant",
]

Values = dict[str, Any]
S = TypeVar("S")


@dataclass(frozen=True)
class _Variant:
    classes: Mapping[str, type]
    spec: Choice


@dataclass(frozen=True)
class _Section:
    of: type


class Shown(TypedDict, total=False):
    """What every kind of field may say of its control: see `Spec`."""

    more: bool


def choice(
    default: str, options: Mapping[str, str], *, label: str, help: str, **shown: Unpack[Shown]
) -> Any:
    """A field that is one of `options`, a mapping from values to words for people."""
    return _declared(Choice(default, label, help, options, **shown))


def choices(
    default: tuple[str, ...],
    options: Mapping[str, str],
    *,
    label: str,
    help: str,
    **shown: Unpack[Shown],
) -> Any:
    """A field that is some of `options`, a tuple: see `Choices`."""
    return _declared(Choices(default, label, help, options, **shown))


def integer(
    default: int,
    *,
    low: int,
    high: int,
    label: str,
    help: str,
    slider: bool = False,
    **shown: Unpack[Shown],
) -> Any:
    """A field that is a whole number from `low` to `high`."""
    return _declared(Integer(default, label, help, low, high, slider, **shown))


def real(
    default: float,
    *,
    low: float,
    high: float,
    step: float,
    label: str,
    help: str,
    **shown: Unpack[Shown],
) -> Any:
    """A field that is a number from `low` to `high`."""
    return _declared(Real(default, label, help, low, high, step, **shown))


def decades(
    default: float,
    *,
    low: float,
    high: float,
    zero: str,
    label: str,
    help: str,
    **shown: Unpack[Shown],
) -> Any:
    """A field that is 0, called `zero`, or a number from `low` to `high` on a logarithmic scale."""
    return _declared(Decades(default, label, help, low, high, zero, **shown))


def flag(default: bool, *, label: str, help: str, **shown: Unpack[Shown]) -> Any:
    """A field that is yes or no."""
    return _declared(Flag(default, label, help, **shown))


def text(
    default: str,
    *,
    label: str,
    help: str,
    max_length: int = 80,
    meant: Callable[[str], object] | None = None,
    typed: bool = False,
    **shown: Unpack[Shown],
) -> Any:
    """A field that is a short text; `meant` raises ValueError for one that means nothing."""
    return _declared(Text(default, label, help, max_length, meant, typed, **shown))


def code(
    default: Any,
    *,
    label: str,
    help: str,
    read: Callable[[str], Any],
    write: Callable[[Any], str],
    max_length: int = 80,
) -> Any:
    """A field that has no widget, and a short code in links: see `Code`."""
    return _declared(Code(default, label, help, read, write, max_length))


def section(of: type) -> Any:
    """A field that holds another settings class; its fields keep their own names."""
    return field(default_factory=of, metadata={"spec": _Section(of)})


def variant(default: str, classes: Mapping[str, type], *, label: str, help: str) -> Any:
    """A field that holds one of several settings classes, each with a `title` and own fields."""
    options = {name: str(getattr(cls, "title", name)) for name, cls in classes.items()}
    spec = _Variant(classes, Choice(default, label, help, options))
    return field(default_factory=classes[default], metadata={"spec": spec})


def _declared(spec: Spec) -> Any:
    return field(default=spec.default, metadata={"spec": spec})


def specs(settings: Any, prefix: str = "") -> Iterator[tuple[str, Spec, Any]]:
    """The flat names of `settings`, each with its Spec and its value, in order of declaration."""
    for each in fields(settings):
        spec, value = each.metadata["spec"], getattr(settings, each.name)
        if isinstance(spec, _Section):
            yield from specs(value, prefix)
        elif isinstance(spec, _Variant):
            name = prefix + each.name
            chosen = next(key for key, cls in spec.classes.items() if type(value) is cls)
            yield name, spec.spec, chosen
            yield from specs(value, name + "_")
        else:
            yield prefix + each.name, spec, value


def build(cls: type[S], values: Mapping[str, Any], prefix: str = "") -> S:
    """The settings with these flat `values`; what is not named keeps its default.

    Raises ValueError, naming the field, for a value that is not allowed.
    """
    parts: Values = {}
    for each in fields(cast(Any, cls)):
        spec, name = each.metadata["spec"], prefix + each.name
        if isinstance(spec, _Section):
            parts[each.name] = build(spec.of, values, prefix)
        elif isinstance(spec, _Variant):
            chosen = spec.spec.checked(values.get(name, spec.spec.default))
            parts[each.name] = build(spec.classes[chosen], values, name + "_")
        elif name in values:
            parts[each.name] = spec.checked(values[name])
    return cls(**parts)


def updated(settings: S, values: Mapping[str, Any], prefix: str = "") -> S:
    """`settings` with these flat `values`; a value that is not allowed leaves its field alone.

    A variant that changes class starts with the new class's own defaults.
    """
    parts: Values = {}
    for each in fields(cast(Any, settings)):
        spec, name, value = each.metadata["spec"], prefix + each.name, getattr(settings, each.name)
        if isinstance(spec, _Section):
            parts[each.name] = updated(value, values, prefix)
        elif isinstance(spec, _Variant):
            cls = spec.classes.get(str(values.get(name)), type(value))
            same = cls is type(value)
            parts[each.name] = updated(value, values, name + "_") if same else cls()
        elif name in values:
            try:
                parts[each.name] = spec.checked(values[name])
            except (TypeError, ValueError):
                continue
    return replace(cast(Any, settings), **parts)


def flat(settings: Any) -> Values:
    """The values of `settings` by their flat names: what `build` takes."""
    return {name: value for name, _, value in specs(settings)}


def to_query(settings: Any) -> dict[str, str]:
    """The URL parameters of `settings`: only what differs from the defaults."""
    return {
        name: spec.spell(value) for name, spec, value in specs(settings) if value != spec.default
    }


def from_query(cls: type[S], query: Mapping[str, str]) -> tuple[S, tuple[str, ...]]:
    """The settings that URL parameters spell, and one sentence for each that could not be used.

    Unusable values fall back to their defaults; parameters of other names are left alone. A class
    with a static method `translated` has it put links of before into today's words.
    """
    query = getattr(cls, "translated", lambda query: query)(query)
    settings, values = cls(), Values()
    notices: list[str] = []
    tried: set[str] = set()
    # A variant's own names appear once it is chosen, so look again until nothing new turns up.
    while new := [(n, s) for n, s, _ in specs(settings) if n in query and n not in tried]:
        for name, spec in new:
            tried.add(name)
            try:
                values[name] = spec.parse(query[name])
            except ValueError as problem:
                notices.append(
                    f"The link asks for {name} = {_quoted(query[name])}, but it must be {problem}: "
                    f"{spec.label} is {spec.spell(spec.default) or 'empty'} instead."
                )
        settings = build(cls, values)
    return settings, tuple(notices)


def _quoted(text: str) -> str:
    """A visitor's text, fit for a sentence: short, printable, and no markup."""
    shown = "".join(c if c.isalnum() or c in " .,-+" else "·" for c in text)
    return f"“{shown[:24]}…”" if len(shown) > 24 else f"“{shown}”"
