"""A visitor's own words, such as names of columns and files, in sentences of ours."""

import re

# What begins code, emphasis, a link, an image, a colour, an emoji, mathematics, a table, HTML; and
# addresses, which become links by themselves.
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|$~:@]|(?<=www)\.)", re.IGNORECASE)


def plain(text: str) -> str:
    """The text as Streamlit's markdown must be given it to show just that."""
    return _MARKUP.sub(r"\\\1", text)
