"""Exchange: from commune to nation once and only once, and to other agencies with the least data."""
