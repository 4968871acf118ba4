"""Administrative units on a day, and what became of the communes of before. Public: no purpose is asked for."""

from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import StringConstraints

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.queries import acting
from sosach.domain.places.models import Succession, Unit
from sosach.domain.places.queries import present_communes, unit, units
from sosach.vn.working_days import day_of
from sosach.web.api.asking import Day
from sosach.web.api.contract import answered
from sosach.web.api.showing import Shown, answer_of, shown

router = Router(tags=["Units"])
UnitShown, SuccessionShown = answer_of(Unit), answer_of(Succession)
Code = Annotated[str, StringConstraints(pattern=r"^[0-9]{2,5}$")]
Level = Literal["province", "district", "commune"]


class Units(Shown):
    """A list of units."""

    units: list[UnitShown]  # type: ignore[valid-type] # made from the model


@router.get("/units", response=Units, operation_id="Units", summary="Units of a level on a day")
def list_units(
    request: HttpRequest,
    level: Level,
    province: Annotated[str, StringConstraints(pattern=r"^[0-9]{2}$")] | None = None,
    on: Annotated[Day | None, Query(description="The day; today if left out.")] = None,
) -> HttpResponse:
    """Communes of one province at a time; provinces all at once."""
    if level != "province" and province is None:
        raise SosachError(
            ErrorCode.INPUT_INCOMPLETE, vi="Cần mã tỉnh.", en="Communes and districts are listed by province."
        )
    with acting(request.auth):
        found = units(level=level, at=_day(request, on), province_code=province)
        return answered({"units": shown(found)})


@router.get("/units/{level}/{code}", response=UnitShown, operation_id="Unit", summary="One unit on a day")
def one_unit(request: HttpRequest, level: Level, code: Code, on: Annotated[Day | None, Query()] = None) -> HttpResponse:
    """The unit that had the code on a day."""
    with acting(request.auth):
        found = unit(level=level, code=code, at=_day(request, on))
        if found is None:
            raise SosachError(ErrorCode.NOT_FOUND, vi="Không có đơn vị này.", en="There is no such unit.")
        return answered(shown(found))


class Successors(Shown):
    """What became of an old commune."""

    successors: list[SuccessionShown]  # type: ignore[valid-type] # made from the model


@router.get(
    "/communes/{code}/successors", response=Successors, operation_id="Successors", summary="What an old commune became"
)
def successors(request: HttpRequest, code: Annotated[str, StringConstraints(pattern=r"^[0-9]{5}$")]) -> HttpResponse:
    """Several present communes mean a split: none of them is the default."""
    with acting(request.auth):
        return answered({"successors": shown(present_communes(code))})


def _day(request: Any, on: date | None) -> date:
    return on or day_of(request.sosach_at)
