"""Reads of the licence register."""
