"""Who could apply for a card, as the population register knows them, what stands against it, and who came too early."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from sosach.domain.access.queries import Look, Seen, reading, scoped
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.idcards.models import Application, Attempt
from sosach.domain.idcards.queries.holders import differing, holder_of, represents, reusable_packet, somebody
from sosach.domain.idcards.rules.applications import Holder, Problem, Wanted, captured_for, problems_of
from sosach.domain.idcards.states.applications import CLOSED
from sosach.domain.population.rules.days import day_of

LARGEST_PAGE = 200


@dataclass(frozen=True, slots=True)
class Applicant:
    """Somebody a card could be for, as the register knows them, and what stands against it.

    Attributes:
        person_id: record.
        holder: what decides.
        birth_place: of the record.
        hometown: place of origin.
        ethnicity: of the record.
        religion: of the record.
        problems: what has to be put right first; empty: an application can be taken in.
        differing: column → as stated, where it differs from the record.
        needs_capture: whether the citizen has to be captured.
        under_way: the application of this person that is not closed.
    """

    person_id: int
    holder: Holder
    birth_place: str
    hometown: str
    ethnicity: str
    religion: str
    problems: tuple[Problem, ...]
    differing: Mapping[str, str]
    needs_capture: bool
    under_way: int | None


@reading(
    "idcards.applicant_checked",
    roles=frozenset({Role.CARDS, Role.CARD_APPROVER, Role.PARTNER, Role.SYSTEM}),
    nationwide=True,
)
def applicant(
    look: Look, *, pin: str, wanted: Wanted, stated: Mapping[str, str] | None = None, guardianship: bool = False
) -> Seen[Applicant | None]:
    """Somebody by PIN, and what stands against what is wanted; None: not in the population register (form DC01 first).

    Args:
        look: who, why, when.
        pin: 12 digits.
        wanted: what would be applied for.
        stated: column → what the applicant says of it.
        guardianship: whether a representative the register does not name has shown a paper.

    Raises:
        KeyError: a column that is not compared.
    """
    person = somebody(pin)
    if person is None:
        return Seen(None, [], details={"found": False})
    day = day_of(look.at)
    representative = somebody(wanted.representative_pin) if wanted.representative_pin else None
    represented = represents(representative, person) or (representative is not None and guardianship)
    holder = holder_of(person)
    differs = differing(person, stated or {})
    problems = problems_of(holder, wanted, on=day, represented=represented)
    earlier = reusable_packet(person.pk) is not None
    open_one = Application.objects.filter(person=person).exclude(state__in=sorted(map(str, CLOSED))).first()
    found = Applicant(
        person_id=person.pk,
        holder=holder,
        birth_place=person.birth_place,
        hometown=person.hometown,
        ethnicity=person.ethnicity,
        religion=person.religion,
        problems=(*problems, *([Problem.DIFFERS] if differs else [])),
        differing=differs,
        needs_capture=captured_for(wanted.kind, person.birth_date, on=day, earlier_pictures=earlier),
        under_way=open_one.pk if open_one else None,
    )
    return Seen(found, [Subject("person", str(person.pk), person.commune_code or "")])


@dataclass(frozen=True, slots=True)
class AttemptLine:
    """Somebody who came too early.

    Attributes:
        number: of the paper that says what to do first: a DC01 for who is not in the register.
        at: when.
        pin: as it was told.
        person_id: record found then; None: there was none.
        kind: what was applied for.
        problems: what stood against it.
        settled: whether an application was taken in since.
    """

    number: str
    at: datetime
    pin: str
    person_id: int | None
    kind: str
    problems: tuple[str, ...]
    settled: bool


@reading("idcards.applications_listed", roles=frozenset({Role.CARDS, Role.CARD_APPROVER, Role.SYSTEM}), nationwide=True)
def attempts(look: Look, *, offset: int = 0, limit: int = 50) -> Seen[tuple[list[AttemptLine], int]]:
    """Attempts of the territory's offices and how many there are: those that led to no application yet first, of them the latest."""
    later = Application.objects.filter(received_at__gte=OuterRef("at"))
    settled = Exists(later.filter(Q(person_id=OuterRef("person_id")) | Q(person__pin=OuterRef("pin"))))
    rows = scoped(Attempt.objects.annotate(settled=settled), look.actor)
    found = list(rows.order_by("settled", "-pk")[offset : offset + min(limit, LARGEST_PAGE)])
    lines = [
        AttemptLine(row.number, row.at, row.pin, row.person_id, row.kind, tuple(row.problems), row.settled)
        for row in found
    ]
    subjects = [Subject("card_attempt", str(row.pk), row.commune_code or "") for row in found]
    subjects += [Subject("person", str(row.person_id), row.commune_code or "") for row in found if row.person_id]
    return Seen((lines, rows.count()), subjects)
