"""`python -m benchmarks`: every table; the exit status says whether all limits were kept."""

import sys

from benchmarks import digits, em, growth, merging, mixtures, optima, pages, recolor, selection

reports = (mixtures, optima, pages, selection, em, merging, recolor, digits)
kept = [module.report() for module in reports]
growth.report()
sys.exit(0 if all(kept) else 1)
