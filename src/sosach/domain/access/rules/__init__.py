"""The one policy: roles, what each may do in which territory, and the row-level security made from it."""

from sosach.domain.access.rules.door import DOOR_SQL
from sosach.domain.access.rules.policy import (
    Action,
    Parent,
    Role,
    TablePolicy,
    Territory,
    may,
    policies,
    reaches,
)
from sosach.domain.access.rules.row_security import FUNCTIONS_SQL, row_security_sql

__all__ = [
    "DOOR_SQL",
    "FUNCTIONS_SQL",
    "Action",
    "Parent",
    "Role",
    "TablePolicy",
    "Territory",
    "may",
    "policies",
    "reaches",
    "row_security_sql",
]
