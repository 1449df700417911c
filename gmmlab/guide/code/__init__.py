"""The Python behind every picture: a page's settings in, a complete script out."""
