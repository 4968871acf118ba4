"""Columns of the register of ID cards."""
