"""Many iterations: starts, the loop, and the search for a better optimum."""
