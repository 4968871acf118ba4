"""What a numbered paper of an application says, made from the records at the moment it is printed."""

from dataclasses import dataclass
from datetime import date, datetime

from sosach.domain.access.queries import Look, Seen, reading
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.idcards.models import Application, Paper
from sosach.domain.idcards.queries.applications import not_within_reach, within_reach
from sosach.domain.idcards.queries.holders import packet_of, residence_of
from sosach.domain.idcards.rules.papers import TITLES, PaperKind
from sosach.domain.population.rules.days import day_of
from sosach.vn import places


@dataclass(frozen=True, slots=True)
class PaperSeen:
    """A paper.

    Attributes:
        kind: CC01, CC02, CC03, DC02.
        title: what it is called, in Vietnamese.
        number: of the paper.
        application: number of the application.
        made_at: when it was made.
        office: police of the commune that made it.
        full_name: of the applicant.
        pin: of the applicant.
        birth_date: of the applicant, as the register has it.
        sex: "M" or "F".
        residence: of the applicant.
        hometown: place of origin.
        asked: kind of the application.
        ground: why.
        representative: name, for a child.
        features: identifying features as captured; on the collection slip only.
        fee: in đồng.
        delivery: over the counter or by post.
        address: where the post brings the card.
        due_on: day of the appointment; None while the clock stands still.
        reason: of a refusal.
    """

    kind: PaperKind
    title: str
    number: str
    application: str
    made_at: datetime
    office: str
    full_name: str
    pin: str
    birth_date: str
    sex: str
    residence: str
    hometown: str
    asked: str
    ground: str
    representative: str
    features: str
    fee: int
    delivery: str
    address: str
    due_on: date | None
    reason: str


@reading(
    "idcards.paper_read",
    roles=frozenset({Role.CARDS, Role.CARD_APPROVER, Role.CITIZEN, Role.PARTNER, Role.SYSTEM}),
    nationwide=True,
)
def paper_seen(look: Look, *, paper_id: int) -> Seen[PaperSeen]:
    """A paper of an application of the territory, or of the citizen's own or a represented child's.

    Raises:
        SosachError: STATE-01.
    """
    row = Paper.objects.select_related("application__person", "application__representative").filter(pk=paper_id).first()
    reached = within_reach(Application.objects.all(), look.actor, on=day_of(look.at))
    if row is None or not reached.filter(pk=row.application_id).exists():
        raise not_within_reach()
    application, person = row.application, row.application.person
    packet = packet_of(application) if row.kind == PaperKind.CC01 else None
    place = places.commune(application.commune_code, at=day_of(row.at))
    found = PaperSeen(
        kind=PaperKind(row.kind),
        title=TITLES[PaperKind(row.kind)][0],
        number=row.number,
        application=application.number,
        made_at=row.at,
        office=f"Công an {places.full_name(place) if place else application.commune_code}",
        full_name=person.full_name,
        pin=person.pin or "",
        birth_date=person.birth_date,
        sex=person.sex,
        residence=residence_of(person),
        hometown=person.hometown,
        asked=application.kind,
        ground=application.ground,
        representative=application.representative.full_name if application.representative else "",
        features=packet.features if packet else "",
        fee=application.fee,
        delivery=application.delivery,
        address=application.address,
        due_on=application.due_on,
        reason=str(row.terms.get("reason", "")),
    )
    return Seen(found, [Subject("person", str(person.pk), application.commune_code)])
