"""Side-by-side timings against peers. `make bench` runs all of them and prints ratios."""
