"""A virtual chip: what it answers to a reader."""
