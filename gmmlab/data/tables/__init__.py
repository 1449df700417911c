"""Tables of numbers: read from files of many dialects, written as CSV."""
