"""A mixture as a density, and its rival."""
