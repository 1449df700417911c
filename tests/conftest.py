"""Settings shared by all tests."""

import os

from hypothesis import settings

# scikit-learn's threads spin while they wait for each other, which doubles the time of small fits;
# BLAS, which would take the same number, keeps its own. Both are read when the libraries load.
os.environ.setdefault("OPENBLAS_NUM_THREADS", str(os.cpu_count() or 1))
os.environ.setdefault("OMP_NUM_THREADS", "1")

# A shared machine is sometimes slow, and continuous integration must judge a change, not the dice.
settings.register_profile("local", deadline=None, max_examples=30)
settings.register_profile("ci", deadline=None, max_examples=30, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "local")
