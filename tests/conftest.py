"""Settings shared by all tests."""

import os

from hypothesis import settings

# The threads of BLAS and of scikit-learn spin while they wait for each other, which doubles what
# small fits cost, and more beside other work. Both are read when the libraries load.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

# A shared machine is sometimes slow, and continuous integration must judge a change, not the dice.
settings.register_profile("local", deadline=None, max_examples=30)
settings.register_profile("ci", deadline=None, max_examples=30, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "local")
