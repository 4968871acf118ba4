"""What follows from a person's journal: civil state, dated pieces, territory, numbers. Pure functions, rebuilt at will."""
