"""Where a person lives, as one line of text. Callers are guarded looks or operations."""

from sosach.domain.population.models import Person
from sosach.domain.population.models.parts import OPEN
from sosach.domain.population.rules.words import Spell

_BEST_FIRST = (Spell.CURRENT, Spell.TEMPORARY, Spell.PERMANENT)


def home_of(person: Person) -> str:
    """The address a person is reached at: where the person lives now, else the permanent residence; "" when unknown."""
    spells = dict(person.residence_rows.filter(OPEN).values_list("slot", "address"))
    return next((spells[slot] for slot in _BEST_FIRST if spells.get(slot)), "")
