"""Answers of DCI's registry interface about people: who has a number, and how earlier requests stand."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sosach.base.sensitivity import Withheld
from sosach.domain.exchange.operations.disclosing import Ask, disclose, find_by
from sosach.domain.exchange.rules.dci import (
    RECORD_TYPE,
    REG_TYPE,
    TOLD,
    VERSION,
    RejectedError,
    asked_number,
    check_page,
    person,
)
from sosach.domain.exchange.rules.pseudonyms import looks_like_pseudonym


def search_answers(ask: Ask, items: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Answers to searches, in their order; one that cannot be answered does not keep the others back.

    Raises:
        PartnerRefusedError: ACCESS-01, the agreement covers nothing of the population, or a consent is missing.
    """
    seen: set[str] = set()
    answers = []
    for item in items:
        told = {"reference_id": item["reference_id"], "timestamp": ask.at.isoformat()}
        try:
            answers.append(told | _found(ask, item, seen))
        except RejectedError as wrong:
            refusal = {"status_reason_code": wrong.code, "status_reason_message": wrong.message}
            answers.append(told | {"status": "rjct"} | refusal)
        seen.add(item["reference_id"])
    return answers


def _found(ask: Ask, item: Mapping[str, Any], seen: Collection[str]) -> dict[str, Any]:
    if item["reference_id"] in seen:
        raise RejectedError("rjct.reference_id.duplicate", "The reference stands twice in the message.")
    criteria = item["search_criteria"]
    number = asked_number(criteria)
    check_page(criteria)
    record = find_by(ask, register="population", key="pin", value=number)
    records = [told_person(ask, record, number)] if record is not None else []
    data = {
        "version": VERSION,
        "reg_type": REG_TYPE,
        "reg_record_type": criteria.get("reg_record_type") or RECORD_TYPE,
        "reg_records": records,
    }
    page = {"page_size": 1, "page_number": 1, "total_count": len(records)}
    return {"status": "succ", "data": data, "pagination": page}


def told_person(ask: Ask, record_id: int, number: str) -> dict[str, Any]:
    """A person as the interface tells it: what it has a field for, as far as agreement and release let."""
    names = sorted(TOLD & ask.caller.agreement.may_tell("population"))
    found = disclose(ask, register="population", record_ids=[record_id], attributes=names)[0]
    # whoever was agreed to know people by numbers of its own is told no PIN, not even one it said itself
    plain = ask.caller.agreement.pseudonyms and not looks_like_pseudonym(number)
    return person("" if plain else number, {name: one for name, one in found.items() if not isinstance(one, Withheld)})
