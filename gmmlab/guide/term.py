"""What the glossary says of a term."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Term:
    """One term: its `name` in links, words, formula (LaTeX), and the moment that shows it.

    The moment is `page` with the parameters `query`; `heard` is a pattern of the words by which
    texts speak of it, none for what they all speak of.
    """

    name: str
    title: str
    words: str
    formula: str
    page: str
    query: Mapping[str, str] = field(default_factory=dict)
    heard: str = ""
