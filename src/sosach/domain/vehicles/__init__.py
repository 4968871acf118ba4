"""Vehicles, owners over time, plates as numbers that belong to an owner, and their procedures."""
