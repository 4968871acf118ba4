"""From an accepted claim to the verbs of the registers: one table, kind → what is written."""

from sosach.domain.declarations.operations.applying.accepted import Accepted
from sosach.domain.declarations.operations.applying.licences import LICENCES
from sosach.domain.declarations.operations.applying.people import PEOPLE
from sosach.domain.declarations.operations.applying.vehicles import VEHICLES, begin_notice, end_notice

APPLICATIONS = {**VEHICLES, **LICENCES, **PEOPLE}

__all__ = ["APPLICATIONS", "Accepted", "apply", "begin_notice", "end_notice"]


def apply(accepted: Accepted) -> None:
    """Write an accepted declaration into its register; the acts stand in `accepted.acts`. Kinds that claim nothing write nothing.

    Raises:
        SosachError: whatever the verb of the register refuses with; ACCESS-01 nobody of the two holds the role it needs.
    """
    write = APPLICATIONS.get(accepted.kind.code)
    if write is not None:
        write(accepted)
