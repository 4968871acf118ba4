"""Reads of the evidence log: events as canonical text, seals, verification."""
