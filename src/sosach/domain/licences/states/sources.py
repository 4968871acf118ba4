"""What a row of a cleaning run says about a licence, as something that happened to it.

The row's own words stay with the source row; here stand the classes it can only mean. A class nobody can tell the law of (a D
without a day of issue) is left out: it stays a finding until somebody decides.
"""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from sosach.domain.licences.rules.classes import ClassFact, day_of, groups_of
from sosach.domain.licences.states.happenings import CardFact, Material, Verb, happening
from sosach.vn.licence_classes import Law, classes_of, explain

# Words of the terms table (`licence_status`) that say more than the dates do.
REVOKED, LOST, SUSPENDED, HELD, EXCHANGED = "thu_hoi", "mat", "bi_tuoc", "tam_giu", "da_doi"
TELLING = frozenset({REVOKED, LOST, SUSPENDED, HELD, EXCHANGED})


def classes_told(classes: str, law: str, issued_on: str, expires_on: str) -> str | None:
    """Classes of one cell as JSON text, each with its law and days; None when none of them is sure.

    >>> classes_told("A1, B2", "2008", "2019-03-01", "2029-03-01")[:58]
    '[{"class": "A1", "law": "2008", "issued_on": "2019-03-01",'
    >>> classes_told("D", "", "", "") is None
    True
    """
    facts = []
    issued = day_of(issued_on)
    for name in explain(classes).classes:
        known = _law(name, law, issued)
        if known is not None:
            end = None if classes_of(known)[name].unlimited else day_of(expires_on)
            facts.append(ClassFact(name, known, issued, end).as_json())
    return json.dumps(facts) if facts else None


def _law(name: str, law: str, issued_on: date | None) -> Law | None:
    """The law of a class: what the row says if that law knows it, or the only one that does."""
    known: list[Law] = [each for each in ("2008", "2024") if name in classes_of(each)]
    if len(known) == 1:
        return known[0]
    told = law or explain(name, issued_on=issued_on).law
    return next((each for each in known if each == told), None)


def taken_in(told: Mapping[str, Any], on: date) -> dict[str, Any]:
    """A row as a happening: its classes, the card they stand on, and its status where that says more than the dates.

    Args:
        told: `classes` (JSON text), `material`, `issued_by`, `status`; each may be missing.
        on: day the source was taken in.
    """
    facts = tuple(ClassFact.from_json(each) for each in json.loads(told.get("classes") or "[]"))
    material = told.get("material") or (Material.PAPER if told.get("status") == LOST else None)
    cards: tuple[CardFact, ...] = ()
    if material and facts:
        issued = max((fact.issued_on for fact in facts if fact.issued_on), default=None)
        cards = (CardFact(Material(material), "", groups_of(facts), issued, (told.get("issued_by") or "")[:120]),)
    status = told.get("status")
    said = {"status": status} if status in TELLING else {}
    return happening(Verb.TAKEN_IN, on, classes=facts, cards=cards, **said)
