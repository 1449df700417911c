"""A photo in few colours."""
