"""Where work runs: threads, processes, and one limit on BLAS. Knows nobody of ours."""
