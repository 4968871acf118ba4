"""Persons, PINs, civil events, households and residence."""
