"""Papers drawn up from the register on request: an extract about a birth, a death, a marriage, a residence."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal
from uuid import uuid4

import typst
from django.http import HttpResponse

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.rules.purposes import purposes
from sosach.domain.exchange.operations.seeking import are_married
from sosach.domain.exchange.queries.partners import partner_names
from sosach.domain.exchange.rules.attribute_sets import LABELS, PAPERS, Paper, said
from sosach.domain.population.rules.days import day_of
from sosach.web.exchange.osia.answers import Asked, UnsupportedFormatError, forbidden, malformed
from sosach.web.exchange.osia.people import attributes_of, person_of

Drawn = Literal["pdf", "png"]
FORMATS: Final[Mapping[str, tuple[Drawn, str]]] = {"pdf": ("pdf", "application/pdf"), "png": ("png", "image/png")}
_NOT_DRAWN: Final = {"jpeg", "TBD"}  # the standard knows them, we draw none
_HEAD: Final = {"country": "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "motto": "Độc lập - Tự do - Hạnh phúc"}


def read_document(asked: Asked) -> HttpResponse:
    """A paper about one person, or two."""
    kind, wanted = asked.word("doctype"), asked.word("format")
    if wanted in _NOT_DRAWN:
        raise UnsupportedFormatError
    if wanted not in FORMATS:
        raise malformed("Không có định dạng này.", "There is no such format.")
    people = [person_of(asked.ask(), asked.place["uin"])]
    second = asked.request.GET.get("secondaryUin")
    if second is not None:
        people.append(person_of(asked.ask(), second))
    paper = PAPERS.get(kind)
    if paper is None or len(people) != paper.people:
        raise _none()
    if paper.people == 2 and not are_married(asked.ask(), person_id=people[0], other_id=people[1]):
        raise _none()
    drawn, media_type = FORMATS[wanted]
    return _multipart(_drawn(asked, paper, people, drawn), media_type)


def _drawn(asked: Asked, paper: Paper, people: Sequence[int], wanted: Drawn) -> bytes:
    """The paper.

    Raises:
        SosachError: ACCESS-01, what it is about was not agreed; STATE-01, the register holds nothing of it.
    """
    ask, caller = asked.ask(), asked.caller
    if paper.about not in caller.agreement.may_tell("population"):
        raise forbidden("Thỏa thuận không có nội dung của giấy này.", "The agreement does not cover such a paper.")
    rows = attributes_of(ask, people, paper.names)
    if any(isinstance(row[paper.about], dict) for row in rows):
        raise _none()
    name, _ = partner_names(frozenset({caller.actor.key}))[caller.actor.key]
    told = {
        **_HEAD,
        "title": paper.title,
        "people": [
            [(LABELS[name], _line(name, row[name])) for name in paper.names if _line(name, row[name])] for row in rows
        ],
        "note": (
            f"Trích từ cơ sở dữ liệu dân cư ngày {day_of(asked.at):%d/%m/%Y} cho {name}. Mục đích: "
            f"{purposes()[caller.purpose].vi}. Số trong nhật ký: {ask.act}. Không được chuyển cho bên thứ ba "
            "(Nghị định 69/2024/NĐ-CP, Điều 19)."
        ),
    }
    drawn = typst.compile(
        _layout(),
        format=wanted,
        ignore_system_fonts=True,  # the same page on every machine
        sys_inputs={"told": json.dumps(told, ensure_ascii=False)},
        timestamp=int(asked.at.timestamp()),
    )
    return bytes(drawn)


@cache
def _layout() -> bytes:
    return (files("sosach.web.exchange.osia") / "paper.typ").read_bytes()


def _line(name: str, value: Any) -> str:
    """A value as a paper says it; "" for what is not given."""
    if isinstance(value, Mapping):
        return ""
    text = str(value)
    return (
        str(json.loads(text)["address"]) if text.startswith("{") else said(name, text)
    )  # a spell of residence, as JSON


def _multipart(content: bytes, kind: str) -> HttpResponse:
    """One paper as the only part."""
    boundary = uuid4().hex
    head = f'--{boundary}\r\nContent-Type: {kind}\r\nContent-Disposition: form-data; name="documents"\r\n\r\n'
    body = head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
    return HttpResponse(body, f'multipart/mixed; boundary="{boundary}"')


def _none() -> SosachError:
    return SosachError(ErrorCode.NOT_FOUND, vi="Không có giấy này.", en="There is no such paper.")
