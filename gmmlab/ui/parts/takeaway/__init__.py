"""What visitors take away from a page: the Python behind its picture, the picture, data, model."""
