"""The check anybody may make, for programs: the same questions, answers and limits as the pages below /tra-cuu/."""

from datetime import date
from typing import Annotated, Any, Literal

from django.db import Error as DatabaseFailure
from django.http import HttpRequest
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError, ValidationError
from pydantic import AfterValidator, Field, StringConstraints, model_validator

from sosach.base.errors import SosachError
from sosach.domain.exchange.queries.checking import SecondFact, check_licence, check_plate
from sosach.domain.exchange.rules.checking import LicenceStanding, PlateStanding, is_chassis_end
from sosach.vn.identifiers import chassis, licence_number, plate
from sosach.web.api.asking import Body
from sosach.web.api.build import database, malformed, not_as_described, refused
from sosach.web.frame import clock
from sosach.web.public.asking import asked

Number = Annotated[str, StringConstraints(min_length=5, max_length=20, pattern=r"^[^\x00-\x1f\x7f]*$")]
Outcome = Literal["valid", "not_valid", "no_match"]


def _end(text: str) -> str:
    """The end of a chassis number as the register keeps it.

    Raises:
        ValueError: it is none.
    """
    end = chassis.compact(text)
    if not is_chassis_end(end):
        raise ValueError("four letters or digits")
    return end


class PlateAsked(Body):
    """A plate, and what only who stands before the vehicle can read."""

    plate: Number = Field(description="In any form.", examples=["30A-123.45"])
    chassis_end: Annotated[str, StringConstraints(max_length=12), AfterValidator(_end)] = Field(
        description="Last four characters of the chassis number.", examples=["3456"]
    )


class LicenceAsked(Body):
    """A licence number, and one more fact from the card: the holder's birth year or a day of issue."""

    licence_number: Number = Field(examples=["010212345678"])
    birth_year: int | None = Field(None, ge=1900, le=2100)
    issued_on: date | None = None

    @model_validator(mode="after")
    def one_fact(self) -> "LicenceAsked":
        """One of the two.

        Raises:
            ValueError: none, or both.
        """
        if (self.birth_year is None) == (self.issued_on is None):
            raise ValueError("birth_year or issued_on, one of the two")
        return self


class PlateChecked(Schema):
    """What is told of a plate; with `no_match` nothing else: there is none, or it does not fit."""

    result: Outcome
    registration: Literal["registered", "temporary", "withdrawn"] | None = None
    vehicle_kind: str | None = None
    paint_colour: str | None = None


class ClassHeld(Schema):
    """A class that may be driven today; the same letter means other vehicles in each law."""

    name: str
    law: Literal["2008", "2024"]


class LicenceChecked(Schema):
    """What is told of a licence; with `no_match` nothing else: there is none, or it does not fit."""

    result: Outcome
    classes: list[ClassHeld] = Field(default_factory=list)


api = NinjaAPI(
    title="Sosach: public check",
    version="1",
    description=(
        "Whether a plate or a driving licence stands today. For anybody, without a key. No person is ever told; "
        "“there is none” and “it does not fit” are one answer. The owner sees how often it was checked on a day. "
        "429 with `Retry-After`: too often, in all, from your addresses, or about this number."
    ),
    docs_url=None,
    urls_namespace="check-1",
)
api.exception_handler(SosachError)(refused)
api.exception_handler(ValidationError)(not_as_described)
api.exception_handler(HttpError)(malformed)
api.exception_handler(DatabaseFailure)(database)


@api.post("/vehicles", response=PlateChecked, operation_id="checkPlate", summary="Check a plate", exclude_none=True)
def vehicles(request: HttpRequest, body: PlateAsked) -> dict[str, Any]:
    """Asked with the end of the chassis number."""
    found: PlateStanding | None = asked(
        request,
        plate.compact(body.plate),
        lambda look: check_plate(look, number=body.plate, chassis_end=body.chassis_end),
        at=clock.now(),
    )
    if found is None:
        return {"result": "no_match"}
    more = {"registration": found.registration, "vehicle_kind": found.kind, "paint_colour": found.paint_colour}
    return {"result": _outcome(found), **more}


@api.post("/licences", response=LicenceChecked, operation_id="checkLicence", summary="Check a driving licence")
def licences(request: HttpRequest, body: LicenceAsked) -> dict[str, Any]:
    """Asked with the holder's birth year or a day of issue."""
    number, fact = licence_number.compact(body.licence_number), SecondFact(body.birth_year, body.issued_on)
    found: LicenceStanding | None = asked(
        request, number, lambda look: check_licence(look, number=number, fact=fact), at=clock.now()
    )
    if found is None:
        return {"result": "no_match"}
    return {"result": _outcome(found), "classes": [{"name": name, "law": law} for name, law in found.classes]}


def _outcome(found: PlateStanding | LicenceStanding) -> Outcome:
    return "valid" if found.valid else "not_valid"
