"""Reads of the register of ID cards."""
