"""Synthetic registers with planted errors and the truth about them."""
