"""Writes of the register of ID cards."""
