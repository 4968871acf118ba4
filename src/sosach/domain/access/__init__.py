"""Officers, units, roles, territory: the one policy and the gates that enforce it."""
