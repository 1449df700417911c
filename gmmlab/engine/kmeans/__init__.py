"""k-means, for starts, for comparison, and for the colours of pictures."""
