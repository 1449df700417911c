"""k-means beside a mixture: what does each see?"""
