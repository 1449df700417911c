"""How many components? Criteria over K × covariance type, and merging."""
