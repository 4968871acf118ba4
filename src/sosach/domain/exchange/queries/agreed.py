"""What was agreed with a partner, version by version. Not about people."""

from sosach.domain.access.queries import Look, Seen, reading
from sosach.domain.audit.rules import Subject
from sosach.domain.exchange.models import AgreementRow
from sosach.domain.exchange.queries.statements import READERS
from sosach.domain.exchange.rules.agreements import Agreement, agreement_of


@reading("exchange.partners_read", roles=READERS)
def agreements(look: Look, *, partner: str) -> Seen[tuple[Agreement, ...]]:
    """Every version of the agreement with a partner, the latest first; empty where there is no such partner."""
    del look
    rows = list(AgreementRow.objects.filter(partner__key=partner).order_by("-version"))
    found = tuple(agreement_of(row.terms, partner=partner, version=row.version) for row in rows)
    return Seen(found, [Subject("partner", str(row.partner_id)) for row in rows[:1]])
