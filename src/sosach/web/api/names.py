"""What verbs of the domain say of themselves: arguments, results, and which names stand for records."""

import inspect
import re
from collections.abc import Callable, Collection, Mapping
from enum import Enum
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from pydantic import Field, WithJsonSchema

from sosach.domain.audit.rules import Actor

# Ids whose name does not say of what kind of record they are: first by stem, then names without ending.
_PERSONS = "spouse child parent father mother head holder owner other survivor merged_into"
KINDS = {
    **dict.fromkeys(_PERSONS.split(), "person"),
    "into": "household",
    "joined_into": "licence",
    "after_vehicle": "vehicle",
}
_PLAIN_PERSONS = "person user_person objector merged merged_into children other"
_PLAIN_ENTRIES = "entry key before retracts held closes pledge_entry seizure_entry objection"
PLAIN = {
    **dict.fromkeys(_PLAIN_PERSONS.split(), "person"),
    **dict.fromkeys(_PLAIN_ENTRIES.split(), "entry"),
    "to": "household",
}
# Maps whose keys are ids.
KEYS = {"members": "person", "relations": "person"}
PARTY = re.compile(r"person:([0-9]+)")  # how chains of hands name a person
TOLD_PARTY = re.compile(r"person:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")


def kind_of(name: str) -> str | None:
    """The kind of record an id names: `person_id` → person, `parent_ids` → person; None for names of no id.

    >>> kind_of("spouse_id"), kind_of("household_id"), kind_of("reason")
    ('person', 'household', None)
    """
    for ending in ("_ids", "_id"):
        if name.endswith(ending) and name != "message_id":
            stem = name.removesuffix(ending)
            return "person" if stem.endswith("_person") else KINDS.get(stem, stem)
    return PLAIN.get(name)


def outside(name: str) -> str:
    """How a field is called outside: references have no `_id`.

    >>> outside("person_id"), outside("parent_ids"), outside("died_on")
    ('person', 'parents', 'died_on')
    """
    if kind_of(name) is None or name in PLAIN:
        return name
    return name.removesuffix("_id") if name.endswith("_id") else f"{name.removesuffix('_ids')}s"


def parameters(verb: Callable[..., Any]) -> dict[str, tuple[Any, Any]]:
    """What a verb takes beside its order or look: name → (type, default or `...`)."""
    hints = get_type_hints(verb)
    named = list(inspect.signature(verb).parameters.values())[1:]
    return {
        one.name: (hints[one.name], ... if one.default is inspect.Parameter.empty else one.default) for one in named
    }


def given(verb: Callable[..., Any]) -> Any:
    """What a verb gives: the inside of `Done` or `Seen`, or the type itself."""
    told = get_type_hints(verb)["return"]
    return get_args(told)[0] if getattr(get_origin(told), "__name__", "") in {"Done", "Seen"} else told


_TOLD = re.compile(r"^ {4}(\w+): (.+(?:\n {8}.+)*)", re.MULTILINE)


def described(thing: Any) -> dict[str, str]:
    """What a docstring says of arguments or attributes, as descriptions of fields."""
    text = inspect.getdoc(thing) or ""
    sections = re.split(r"^(?:Args|Attributes):\n", text, flags=re.MULTILINE)[1:]
    found = [pair for section in sections for pair in _TOLD.findall(re.split(r"^\S", section, flags=re.MULTILINE)[0])]
    return {name: " ".join(words.split()) for name, words in found}


def noted(held: Any, words: str | None) -> Any:
    """A type with its description, if there is one."""
    return Annotated[held, Field(description=words)] if words else held


def subject_of(thing: Any) -> str:
    """The subject of the domain something belongs to: `sosach.domain.population.…` → population."""
    return str(thing.__module__).split(".")[2]


def listed(values: type[Enum]) -> Any:
    """A closed list, written out where it is used: subjects have lists of the same name."""
    return Annotated[values, WithJsonSchema({"type": "string", "enum": [str(one.value) for one in values]})]


def is_account(hint: Any) -> bool:
    """Whether an argument is somebody who acts."""
    return hint is Actor or Actor in get_args(hint)


def is_list(origin: Any) -> bool:
    """Whether a type is a list of something, a set or a tuple."""
    return isinstance(origin, type) and issubclass(origin, Collection) and not issubclass(origin, Mapping)


def is_mapping(origin: Any) -> bool:
    """Whether a type is a map."""
    return isinstance(origin, type) and issubclass(origin, Mapping)
