"""Doors for machines and people: each takes a request apart, calls one verb of the domain and shows what it gave."""
