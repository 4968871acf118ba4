"""Columns of the exchange."""
