"""What a look shows: a person for an identity check, masked, or as one line of a list. Plain values, no rows."""

from dataclasses import dataclass

from sosach.domain.audit.rules import Subject
from sosach.domain.population.models import Person
from sosach.domain.population.rules.numbers import masked


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is.

    Attributes:
        person_id: record.
        pin: the PIN in force.
        full_name: name.
        birth_date: partial date.
        sex: "M", "F" or "".
        life_status: alive, missing, deceased, emigrated.
        commune_code: commune of residence.
        province_code: its province.
        asked: the number that was asked for, where it is not the PIN in force: cancelled, old, or of a merged record.
    """

    person_id: int
    pin: str
    full_name: str
    birth_date: str
    sex: str
    life_status: str
    commune_code: str
    province_code: str
    asked: str = ""


# In the order of `Identity`, then whether the record was merged.
IDENTITY_COLUMNS = (
    "id",
    "pin",
    "full_name",
    "birth_date",
    "sex",
    "life_status",
    "commune_code",
    "province_code",
    "merged_into_id",
)


def identity(person: Person, asked: str = "") -> Identity:
    """A person as an identity check shows them."""
    return Identity(
        person.pk,
        person.pin or "",
        person.full_name,
        person.birth_date,
        person.sex,
        person.life_status,
        person.commune_code or "",
        person.province_code or "",
        asked if asked != person.pin else "",
    )


def masked_identity(who: Identity) -> Identity:
    """The same for eyes that need not know more: last word of the name, year of birth, ends of the number."""
    *before, last = who.full_name.split() or [""]
    hidden = " ".join(f"{word[0]}." for word in before)
    return Identity(
        who.person_id,
        masked(who.pin),
        f"{hidden} {last}".strip(),
        who.birth_date[:4],
        who.sex,
        who.life_status,
        "",
        who.province_code,
        masked(who.asked),
    )


def subject_of(person: Person) -> Subject:
    """A person as the log names them."""
    return Subject("person", str(person.pk), person.commune_code or "")
