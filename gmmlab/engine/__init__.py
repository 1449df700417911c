"""The mathematics: mixtures, expectation-maximisation and k-means, in plain numpy."""
