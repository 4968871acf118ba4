"""Roles, territories, and what each role may do with the rows of each table."""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

from sosach.domain.audit.rules import Actor, Level


class Role(StrEnum):
    """What somebody is there for. Rights follow from roles only."""

    CLERK = "clerk"  # works on cases of the own commune, sees its people
    VERIFIER = "verifier"  # accepts and refuses; second person
    CHIEF = "chief"  # head of the unit: corrections of the population (2 working days), delegation
    CIVIL_STATUS = "civil_status"  # civil-status officer or message: births, deaths, marriages
    POPULATION = "population"  # keeps the population register: PINs, residence, merges
    VEHICLES = "vehicles"  # keeps the vehicle register
    LICENCES = "licences"  # keeps the licence register
    CARDS = "cards"  # takes applications for ID cards, captures, hands cards over
    CARD_APPROVER = "card_approver"  # approves applications, decides whether two captures are one person
    CARD_STOCK = "card_stock"  # keeps blanks, runs jobs, sends finished cards out
    CARD_QUALITY = "card_quality"  # reads finished cards back, lets them go or spoils them
    STEWARD = "steward"  # imports, cleaning runs, campaigns
    ADMIN = "admin"  # officers, units, roles; sees nobody's data
    AUDITOR = "auditor"  # reads the evidence log
    CITIZEN = "citizen"  # the own record
    PARTNER = "partner"  # another agency: what its agreement lets it ask
    SYSTEM = "system"  # scheduled work and imports


class Action(StrEnum):
    """What is done to a row."""

    READ = "read"
    INSERT = "insert"
    UPDATE = "update"
    DELETE = "delete"


class Territory(StrEnum):
    """How a row says whose it is."""

    COMMUNE = "commune"  # by its columns commune_code and province_code
    PARENT = "parent"  # visible where the row it hangs on is visible
    EVERYWHERE = "everywhere"  # no territory: catalogues, units
    OWN = "own"  # rows of the account itself, by actor_key: its budget, its stored answers
    OWN_ACTS = "own_acts"  # the evidence log: own acts, and who looked at me


@dataclass(frozen=True, slots=True)
class Parent:
    """The row another row hangs on.

    Attributes:
        column: column that holds its id.
        tables: table of the row; with `by`, one per value of that column.
        by: column that says which table; "" when there is only one.
    """

    column: str
    tables: dict[str, str]
    by: str = ""


@dataclass(frozen=True, slots=True)
class TablePolicy:
    """Who may do what with the rows of one table.

    Attributes:
        table: its name in the database.
        territory: how a row says whose it is.
        roles: action → roles; an action that is missing is allowed to nobody.
        parent: for `Territory.PARENT`: the row it hangs on.
        person: for citizens: column that holds the id of the person whose row it is; None: citizens see nothing.
        subject: what the log calls a row of it (`person`, `vehicle` …), where an officer may find the own among them.
        keepers: for `Territory.OWN`: roles that keep every account's rows in order, within their actions.
    """

    table: str
    territory: Territory
    roles: dict[Action, frozenset[Role]]
    parent: Parent | None = None
    person: str | None = None
    subject: str = ""
    keepers: frozenset[Role] = frozenset()


@cache
def policies() -> dict[str, TablePolicy]:
    """The policy by table: every file of `access/policy/`, one per subject.

    Raises:
        ValueError: a table stands twice.
    """
    found: dict[str, TablePolicy] = {}
    folder = resources.files("sosach.domain.access") / "policy"
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        for entry in tomllib.loads(file.read_text("utf-8")).get("table", []):
            policy = _policy(entry)
            if policy.table in found:
                raise ValueError(f"the policy of {policy.table} stands twice")
            found[policy.table] = policy
    return found


def _policy(entry: dict[str, Any]) -> TablePolicy:
    return TablePolicy(
        table=entry["name"],
        territory=Territory(entry["territory"]),
        roles={action: frozenset(map(Role, entry[action])) for action in Action if entry.get(action)},
        parent=_parent(entry.get("parent")),
        person=entry.get("person"),
        subject=entry.get("subject", ""),
        keepers=frozenset(map(Role, entry.get("keepers", ()))),
    )


def _parent(entry: dict[str, Any] | None) -> Parent | None:
    if entry is None:
        return None
    return Parent(entry["column"], entry.get("tables") or {"": entry["table"]}, entry.get("by", ""))


def reaches(actor: Actor, *, commune_code: str | None, province_code: str | None) -> bool:
    """Whether a row of that commune and province lies in the territory of an actor.

    A row without commune is reached from its province and the nation, one without either from the nation alone.
    """
    if actor.level is Level.NATION:
        return True
    if actor.level is Level.PROVINCE:
        return bool(province_code) and actor.unit == province_code
    return actor.level is Level.COMMUNE and bool(commune_code) and actor.unit == commune_code


def may(actor: Actor, action: Action, table: str) -> bool:
    """Whether one of the actor's roles allows the action on rows of the table, territory aside."""
    allowed = policies()[table].roles.get(action, frozenset())
    return not actor.roles.isdisjoint(allowed)
