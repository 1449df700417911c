"""Kinds of fields: which values each allows, how a link spells them, and their words for people."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class Spec:
    """One field: its default, its words for people, and which values are allowed.

    If `more`, its control is for a second look.
    """

    default: Any
    label: str
    help: str
    more: bool = field(default=False, kw_only=True)

    @property
    def has_widget(self) -> bool:
        """Whether it is set by a widget of its own; else its page sets it by other means."""
        return True

    def parse(self, text: str) -> Any:
        """The value that `text` spells; ValueError if none, or one that is not allowed."""
        return self.checked(text)

    def checked(self, value: Any) -> Any:
        """`value` if it is allowed, else ValueError."""
        raise NotImplementedError

    def spell(self, value: Any) -> str:
        """The text from which `parse` gives `value` back."""
        return str(value)

    def held(self, value: Any) -> Any:
        """The value as its widget holds it."""
        return value

    def is_held(self, held: Any, value: Any) -> bool:
        """Whether a widget that holds this shows `value`."""
        return bool(held == value)


@dataclass(frozen=True)
class Choice(Spec):
    """One of some named options; `options` maps each to its words for people."""

    options: Mapping[str, str]

    def checked(self, value: Any) -> str:
        if value not in self.options:
            raise ValueError(f"one of {', '.join(self.options)}")
        return str(value)


@dataclass(frozen=True)
class Choices(Spec):
    """Some of the named options, or none: a tuple in the options' order, whatever was first.

    A link names them with a full stop between, or says "none".
    """

    options: Mapping[str, str]

    def parse(self, text: str) -> tuple[str, ...]:
        return self.checked(() if text == "none" else text.split("."))

    def checked(self, value: Any) -> tuple[str, ...]:
        chosen = {value} if isinstance(value, str) else set(value)
        if not chosen <= self.options.keys():
            raise ValueError(f"none or some of {', '.join(self.options)}, with a full stop between")
        return tuple(name for name in self.options if name in chosen)

    def spell(self, value: Any) -> str:
        return ".".join(value) or "none"

    def held(self, value: Any) -> list[str]:
        return list(value)

    def is_held(self, held: Any, value: Any) -> bool:
        return set(held or ()) == set(value)


@dataclass(frozen=True)
class Integer(Spec):
    """A whole number from `low` to `high`."""

    low: int
    high: int
    slider: bool = False  # large ranges too, where a rough choice will do

    def parse(self, text: str) -> int:
        try:
            return self.checked(int(text))
        except ValueError:
            raise ValueError(f"a whole number from {self.low} to {self.high}") from None

    def checked(self, value: Any) -> int:
        if isinstance(value, bool) or value != int(value) or not self.low <= value <= self.high:
            raise ValueError(f"a whole number from {self.low} to {self.high}")
        return int(value)


@dataclass(frozen=True)
class Real(Spec):
    """A number from `low` to `high`, changed in steps of `step`."""

    low: float
    high: float
    step: float

    def parse(self, text: str) -> float:
        try:
            return self.checked(float(text))
        except ValueError:
            raise ValueError(f"a number from {self.low:g} to {self.high:g}") from None

    def checked(self, value: Any) -> float:
        if not math.isfinite(value) or not self.low <= value <= self.high:
            raise ValueError(f"a number from {self.low:g} to {self.high:g}")
        return float(value)

    def spell(self, value: Any) -> str:
        return f"{value:.12g}"


@dataclass(frozen=True)
class Decades(Spec):
    """A number from `low` to `high` over many powers of ten, or 0, which has a `zero` in words.

    A widget offers `marks`; a link may ask for any number between.
    """

    low: float
    high: float
    zero: str

    def parse(self, text: str) -> float:
        try:
            return self.checked(float(text))
        except ValueError:
            raise ValueError(f"0 or a number from {self.low:g} to {self.high:g}") from None

    @property
    def marks(self) -> tuple[float, ...]:
        """0, and 1, 2 and 5 times each power of ten from `low` to `high`."""
        powers = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
        numbers = [float(f"{digit}e{power}") for power in powers for digit in (1, 2, 5)]
        return (0.0, *(each for each in numbers if self.low <= each <= self.high))

    def checked(self, value: Any) -> float:
        if value != 0 and not self.low <= value <= self.high:
            raise ValueError(f"0 or a number from {self.low:g} to {self.high:g}")
        return float(value)

    def spell(self, value: Any) -> str:
        return f"{value:.12g}"

    def worded(self, value: float) -> str:
        """A value for people: never rounded, never in powers of ten."""
        return self.zero if value == 0 else f"{Decimal(repr(value)).normalize():f}"


@dataclass(frozen=True)
class Flag(Spec):
    """Yes or no."""

    def parse(self, text: str) -> bool:
        if text not in ("0", "1"):
            raise ValueError("0 or 1")
        return text == "1"

    def checked(self, value: Any) -> bool:
        return bool(value)

    def spell(self, value: Any) -> str:
        return "1" if value else "0"


@dataclass(frozen=True)
class Text(Spec):
    """A short text; where its values come from is known only when the page runs.

    `meant` raises ValueError for texts that mean nothing, saying what a text must be. Only a
    `typed` text has a widget of its own.
    """

    max_length: int = 80
    meant: Callable[[str], object] | None = None
    typed: bool = False

    @property
    def has_widget(self) -> bool:
        return self.typed

    def checked(self, value: Any) -> str:
        if len(str(value)) > self.max_length or not str(value).isprintable():
            raise ValueError(f"a text of at most {self.max_length} characters")
        if self.meant is not None and value != self.default:
            self.meant(str(value))
        return str(value)


@dataclass(frozen=True)
class Code(Spec):
    """A value that a page sets by other means than a widget, and that links spell as a short code.

    `write` gives the code of a value, and `read` the value back; it raises ValueError, saying what
    a code must be, for a text that is none.
    """

    read: Callable[[str], Any]
    write: Callable[[Any], str]
    max_length: int = 80

    @property
    def has_widget(self) -> bool:
        return False

    def parse(self, text: str) -> Any:
        if len(text) > self.max_length or not text.isprintable():
            raise ValueError(f"a text of at most {self.max_length:,} characters")
        return self.read(text) if text else self.default

    def checked(self, value: Any) -> Any:
        return value if value == self.default else self.parse(self.write(value))

    def spell(self, value: Any) -> str:
        return self.write(value)
