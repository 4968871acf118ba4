"""Campaigns: who cleans which records by when, what was done on the spot, how far it has come."""
