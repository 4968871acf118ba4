"""Driving licences: looked up by number, person and name, read, and every procedure."""

from datetime import date
from typing import Any

from ninja import Router

from sosach.domain.licences.operations.exchanging import convert_paper, exchange, reissue
from sosach.domain.licences.operations.issuing import add_class, issue, issue_electronic
from sosach.domain.licences.operations.sanctions import give_back, hold, release, report_lost, revoke, suspend
from sosach.domain.licences.queries.records import (
    Expiring,
    exams_for_reissue,
    expiring,
    licence_record,
    licences_by_name,
    licences_by_number,
    licences_of_holder,
)
from sosach.web.api.paging import Paged
from sosach.web.api.routes import Doing, Looking, register

router = Router(tags=["Licences"])


def _expiring_ended(page: tuple[Expiring, ...], limit: int) -> Any:
    full = len({entry.licence.pk for entry in page}) == limit
    return [page[-1].expires_on.isoformat(), page[-1].licence.pk] if full else None


SOONEST_FIRST = Paged(Expiring, "after", _expiring_ended, lambda place: (date.fromisoformat(place[0]), place[1]))
LOOKS = (
    Looking("/licences/by-number", licences_by_number, "POST"),
    Looking("/licences/by-name", licences_by_name, "POST"),
    Looking("/licences/expiring", expiring, paged=SOONEST_FIRST),
    Looking("/licences/{licence}", licence_record),
    Looking("/licences/{licence}/exams", exams_for_reissue),
    Looking("/persons/{person}/licences", licences_of_holder),
)
PROCEDURES = (
    Doing("/persons/{person}/licences", issue),
    Doing("/licences/{licence}/classes", add_class),
    Doing("/licences/{licence}/electronic", issue_electronic),
    Doing("/licences/{licence}/exchange", exchange),
    Doing("/licences/{licence}/reissue", reissue),
    Doing("/licences/{licence}/conversion", convert_paper),
    Doing("/licences/{licence}/loss", report_lost),
    Doing("/licences/{licence}/suspension", suspend),
    Doing("/licences/{licence}/suspension/end", give_back),
    Doing("/licences/{licence}/holding", hold),
    Doing("/licences/{licence}/holding/end", release),
    Doing("/licences/{licence}/revocation", revoke),
)
register(router, (*LOOKS, *PROCEDURES))
