"""Exact looks by number, open to every unit of the country: by PIN (present or cancelled), masked, by an old number."""

from django.db import connection

from sosach.domain.access.queries import Look, Seen, reading
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.population.queries.resolving import person_of_pin, persons_of_old_number
from sosach.domain.population.queries.views import (
    IDENTITY_COLUMNS,
    Identity,
    identity,
    masked_identity,
    subject_of,
)
from sosach.vn.identifiers import old_id
from sosach.vn.identifiers import pin as pin_number

OFFICERS = frozenset({Role.CLERK, Role.VERIFIER, Role.CHIEF, Role.CIVIL_STATUS, Role.POPULATION})
CHECKERS = OFFICERS | {Role.VEHICLES, Role.LICENCES, Role.STEWARD, Role.SYSTEM}

# The most frequent question of all, written out: to build it anew each time takes as long as to answer it.
_BY_PIN = f"SELECT {', '.join(IDENTITY_COLUMNS)} FROM population_person WHERE pin = %s"


@reading("population.identity_checked", roles=CHECKERS, nationwide=True)
def person_by_pin(look: Look, *, pin: str) -> Seen[Identity | None]:
    """Who has a PIN, or had it: a cancelled number and one of a merged record lead to the person of today.

    Raises:
        InvalidValueError: not 12 digits.
    """
    del look
    who = _by_pin(pin)
    return Seen(who, [_subject(who)]) if who else Seen(None, [])


@reading("population.identity_checked", roles=CHECKERS, nationwide=True)
def masked_by_pin(look: Look, *, pin: str) -> Seen[Identity | None]:
    """As `person_by_pin`, with all but the ends hidden: enough to see whether a number was mistyped.

    Raises:
        InvalidValueError: not 12 digits.
    """
    del look
    who = _by_pin(pin)
    return Seen(masked_identity(who), [_subject(who)]) if who else Seen(None, [])


def _by_pin(text: str) -> Identity | None:
    key = text if len(text) == 12 and text.isascii() and text.isdigit() else pin_number.validate(text)
    with connection.cursor() as cursor:
        cursor.execute(_BY_PIN, [key])
        row = cursor.fetchone()
    if row is not None and row[-1] is None:
        return Identity(int(row[0]), *(str(value or "") for value in row[1:-1]))
    person = person_of_pin(key)
    return identity(person, key) if person else None


def _subject(who: Identity) -> Subject:
    return Subject("person", str(who.person_id), who.commune_code)


@reading("population.found_by_old_number", roles=OFFICERS, nationwide=True)
def persons_by_old_number(look: Look, *, number: str) -> Seen[list[Identity]]:
    """Everybody who had an old number; nine digits are not unique, so there may be several candidates and none is chosen.

    Law 26/2023 art. 46(2): such a number is a key to search by and nothing more.
    """
    del look
    key = old_id.explain(number).key or number.strip().upper()
    persons = persons_of_old_number(key)
    return Seen([identity(person, key) for person in persons], [subject_of(person) for person in persons])
