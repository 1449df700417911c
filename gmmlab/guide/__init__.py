"""The way through the chapter: its scenes, and what is told about them."""
