"""The frame of every page: address, controls, questions, navigation."""
