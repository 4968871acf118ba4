"""What is asked before the content of a request matters: the role, and whether the records named in the path are within reach."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.queries import acting, require
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Level
from sosach.domain.licences.models import Licence
from sosach.domain.population.models import Household, Person, Petition
from sosach.domain.provenance.models import Candidate, Duplicate, Finding, JournalEntry, Proposal
from sosach.domain.vehicles.models import Vehicle
from sosach.web.api.opaque import read_reference

RECORDS: Mapping[str, Any] = {
    "person": Person,
    "household": Household,
    "petition": Petition,
    "vehicle": Vehicle,
    "licence": Licence,
    "proposal": Proposal,
    "finding": Finding,
    "candidate": Candidate,
    "duplicate": Duplicate,
    "entry": JournalEntry,
}


@dataclass(frozen=True, slots=True)
class Opening:
    """Who may begin at an address.

    Attributes:
        roles: one of them is needed.
        nationwide: the law opens the verb to records of the whole country; it judges by itself whose they have to be.
        records: names in the path → kinds of records that have to lie within reach.
        register: whose findings, proposals … they are; "" where their kind says it.
    """

    roles: frozenset[Role]
    nationwide: bool = False
    records: Mapping[str, str] = field(default_factory=dict)
    register: str = ""

    def admit(self, request: HttpRequest) -> None:
        """Refuse an account without role.

        Raises:
            SosachError: ACCESS-01.
        """
        require(request.auth, self.roles)

    def reach(self, request: HttpRequest) -> None:
        """Refuse records out of reach, whatever else the request says.

        Raises:
            SosachError: STATE-01.
        """
        told = request.resolver_match.kwargs
        with acting(request.auth, level=Level.NATION if self.nationwide else None):
            for name, kind in self.records.items():
                rows = RECORDS[kind].objects.filter(pk=read_reference(kind, UUID(str(told[name]))))
                if self.register and kind in {"proposal", "finding", "candidate", "duplicate"}:
                    rows = rows.filter(register=self.register)
                if not rows.exists():
                    raise SosachError(ErrorCode.NOT_FOUND, vi="Không có bản ghi này.", en="There is no such record.")
