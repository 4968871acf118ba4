"""Judge: what a record amounts to (decision, result class, the four criteria, what to do) and the files of a run."""
