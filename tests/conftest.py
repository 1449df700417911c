"""Settings shared by all tests."""

import os

from hypothesis import settings

# A shared machine is sometimes slow, and continuous integration must judge a change, not the dice.
settings.register_profile("local", deadline=None, max_examples=30)
settings.register_profile("ci", deadline=None, max_examples=30, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "local")
