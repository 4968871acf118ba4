"""The numbered papers of an application as PDF: collection slip, appointment slip, refusal, request.

Papers are Vietnamese whatever language the officer reads, for the citizen signs them: their words stand in `paper.typ`.
"""

import json
from functools import cache
from importlib.resources import files

import typst
from django.http import HttpRequest, HttpResponse

from sosach.domain.idcards.queries.papers import PaperSeen, paper_seen
from sosach.web.desk.cards.words import APPROVERS, CLERKS, PURPOSE
from sosach.web.frame import words
from sosach.web.frame.pages import look, officer_page


@officer_page(roles=CLERKS | APPROVERS)
def paper(request: HttpRequest, paper_id: int) -> HttpResponse:
    """A paper to print."""
    seen = paper_seen(look(request, PURPOSE), paper_id=paper_id)
    response = HttpResponse(drawn(seen), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{seen.number}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


def drawn(seen: PaperSeen) -> bytes:
    """A paper as PDF, the same bytes for the same paper."""
    told = {
        "kind": seen.kind.value,
        "title": seen.title.upper(),
        "number": seen.number,
        "office": seen.office.upper(),
        "made": words.moment(seen.made_at),
        "application": seen.application,
        "full_name": seen.full_name,
        "pin": words.spaced(seen.pin),
        "birth_date": words.day(seen.birth_date),
        "sex": seen.sex,
        "residence": seen.residence,
        "hometown": seen.hometown,
        "asked": seen.asked,
        "ground": seen.ground,
        "representative": seen.representative,
        "features": seen.features,
        "fee": f"{seen.fee:,}".replace(",", "."),
        "delivery": seen.delivery,
        "address": seen.address,
        "due": words.day(seen.due_on),
        "reason": seen.reason,
    }
    made = typst.compile(
        _layout(),
        format="pdf",
        ignore_system_fonts=True,  # the same page on every machine
        sys_inputs={"told": json.dumps(told, ensure_ascii=False)},
        timestamp=int(seen.made_at.timestamp()),
    )
    return bytes(made)


@cache
def _layout() -> bytes:
    return (files("sosach.web.desk.cards") / "paper.typ").read_bytes()
