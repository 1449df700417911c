"""`python -m benchmarks`: every table; the exit status says whether all limits were kept."""

import sys

from benchmarks import growth, mixtures, optima, pages, selection

kept = [mixtures.report(), optima.report(), pages.report(), selection.report()]
growth.report()
sys.exit(0 if all(kept) else 1)
