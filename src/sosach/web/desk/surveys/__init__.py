"""Survey cards at the desk: batches, the third look where two keyings differ, sampled cards beside their paper."""
