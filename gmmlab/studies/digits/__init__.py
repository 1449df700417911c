"""New handwritten digits from PCA and a mixture, and how they are judged."""
