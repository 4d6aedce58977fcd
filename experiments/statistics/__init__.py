"""One statistic per file; each takes arrays of per-user values and knows nothing of logs."""
