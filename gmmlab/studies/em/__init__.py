"""EM step by step: runs to watch, the bound they climb, where many starts end, and two limits."""
