"""Where points come from: data sets that teach, and a visitor's own tables."""
