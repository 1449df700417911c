"""One iteration: points in chunks, two kernels, statistics that add, two steps."""
