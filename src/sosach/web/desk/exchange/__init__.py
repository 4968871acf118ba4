"""The exchange at the desk: the other level, what must follow, whom others are told, partners, civil status and survey cards."""
