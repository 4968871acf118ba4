"""Standardise: every value read once by the functions of `vn`, rows carried beside what the values mean."""
