"""The numbered papers of an application for an ID card as PDF: collection slip, appointment slip, refusal, request.

Papers are Vietnamese whatever language their reader reads, for the citizen signs them: their words stand in `card_paper.typ`.
"""

import json
from functools import cache
from importlib.resources import files

import typst
from django.http import HttpResponse

from sosach.domain.idcards.queries.papers import PaperSeen
from sosach.web.frame import words


def paper_answer(seen: PaperSeen) -> HttpResponse:
    """A paper to print; kept by nobody on the way."""
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
    return (files("sosach.web.frame") / "card_paper.typ").read_bytes()
