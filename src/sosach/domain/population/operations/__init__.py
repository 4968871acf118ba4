"""Procedures of the population register: one verb each."""
