"""My data across the registers: the person, vehicles, licences, each with the four criteria and where every value comes from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sosach.domain.licences.models import Licence
from sosach.domain.licences.queries.records import licence_record, licences_of_holder
from sosach.domain.licences.queries.views import LicenceView
from sosach.domain.population.models import Person
from sosach.domain.provenance.models import Folded
from sosach.domain.provenance.queries import origins, raised_about
from sosach.domain.provenance.queries.looks import Origin
from sosach.domain.vehicles.models import Vehicle
from sosach.domain.vehicles.queries import by_owner, vehicle_record
from sosach.web.frame import words
from sosach.web.frame.pages import citizen_page
from sosach.web.frame.parts import Badge, Pages
from sosach.web.portal import words as own_words
from sosach.web.portal.asking import gone, own, whole
from sosach.web.portal.words import Met, criteria

MOST = 12  # vehicles shown with their criteria; who has more finds all of them on a page of their own
PAGE = 50

PERSON: Mapping[str, Any] = {
    "full_name": gettext_lazy("Họ và tên"),
    "pin": gettext_lazy("Số định danh cá nhân"),
    "birth_date": gettext_lazy("Ngày sinh"),
    "sex": gettext_lazy("Giới tính"),
    "birth_place": gettext_lazy("Nơi sinh"),
    "birth_registration_place": gettext_lazy("Nơi đăng ký khai sinh"),
    "hometown": gettext_lazy("Quê quán"),
    "ethnicity": gettext_lazy("Dân tộc"),
    "religion": gettext_lazy("Tôn giáo"),
    "nationality": gettext_lazy("Quốc tịch"),
    "blood_type": gettext_lazy("Nhóm máu"),
}
VEHICLE: Mapping[str, Any] = {
    "plate_number": gettext_lazy("Biển số"),
    "plate_colour": gettext_lazy("Màu biển"),
    "kind": gettext_lazy("Loại xe"),
    "brand": gettext_lazy("Nhãn hiệu"),
    "model": gettext_lazy("Số loại"),
    "paint_colour": gettext_lazy("Màu sơn"),
    "manufactured_year": gettext_lazy("Năm sản xuất"),
    "chassis_number": gettext_lazy("Số khung"),
    "engine_number": gettext_lazy("Số máy"),
    "registration": gettext_lazy("Đăng ký"),
    "first_registered_on": gettext_lazy("Ngày đăng ký lần đầu"),
    "certificate_number": gettext_lazy("Số giấy đăng ký"),
    "owner_name": gettext_lazy("Tên chủ xe ghi trong sổ"),
    "owner_id_number": gettext_lazy("Số giấy tờ của chủ xe ghi trong sổ"),
    "owner_address": gettext_lazy("Địa chỉ chủ xe"),
    "owner_phone": gettext_lazy("Số điện thoại chủ xe"),
    "declared_status": gettext_lazy("Tình trạng bạn đã khai"),
}
LICENCE: Mapping[str, Any] = {
    "licence_number": gettext_lazy("Số giấy phép"),
    "full_name": gettext_lazy("Họ và tên"),
    "birth_date": gettext_lazy("Ngày sinh"),
    "sex": gettext_lazy("Giới tính"),
    "address": gettext_lazy("Nơi cư trú"),
}
# Columns a correction may be asked for: name of the form's field, kind, columns.
_MENDED: Mapping[str, tuple[str, str, frozenset[str]]] = {
    "population": ("muc", "person_data_wrong", frozenset(PERSON) - {"pin"}),
    "vehicles": (
        "muc_xe",
        "vehicle_data_wrong",
        frozenset(
            {
                *("brand", "model", "paint_colour", "manufactured_year", "chassis_number", "engine_number"),
                *("owner_address", "owner_phone"),
            }
        ),
    ),
    "licences": (
        "muc_gplx",
        "licence_data_wrong",
        frozenset({"full_name", "birth_date", "sex", "address", "licence_number"}),
    ),
}


@dataclass(frozen=True, slots=True)
class Thing:
    """A record in one's name.

    Attributes:
        id: of the record.
        title: its number or name.
        text: what it is.
        address: its page.
        badge: where it stands.
        criteria: the four; empty where they are not told here.
        declare: where one declares something about it; "" for oneself.
        ends_on: last day of validity, of licences.
    """

    id: int
    title: str
    text: str
    address: str
    badge: Badge | None
    criteria: Sequence[Met] = ()
    declare: str = ""
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A value of a record.

    Attributes:
        label: which.
        value: as people read it.
        told_by: where it comes from.
        item: the question of the correction that may be asked for; "" where there is none.
    """

    label: str
    value: str
    told_by: str
    item: str = ""


def person_of(request: HttpRequest) -> Thing:
    """Oneself."""
    who = request.actor.person_id
    name = str(request.session.get("name", ""))
    return Thing(who, name, "", reverse("portal:person"), None, _criteria(request, Person, who))


def vehicles_of(request: HttpRequest) -> tuple[list[Thing], int]:
    """The first vehicles in one's name, with their criteria, and how many there are."""
    found = by_owner(own(request), person_id=request.actor.person_id, limit=MOST)
    return [_vehicle(row, _criteria(request, Vehicle, row.pk)) for row in found.vehicles], found.total


@citizen_page
def vehicles(request: HttpRequest) -> HttpResponse:
    """All vehicles in one's name, page by page: some own thousands."""
    after = whole(request.GET.get("sau", "")) or 0
    found = by_owner(own(request), person_id=request.actor.person_id, after_vehicle_id=after, limit=PAGE + 1)
    shown = found.vehicles[:PAGE]
    older = f"?sau={shown[-1].pk}" if len(found.vehicles) > PAGE else ""
    context = {
        "room": "home",
        "vehicles": [_vehicle(row, ()) for row in shown],
        "total": found.total,
        "pages": Pages(newer=request.path if after else "", older=older),
    }
    return render(request, "portal/vehicles.html", context)


def licences_of(request: HttpRequest) -> list[Thing]:
    """Licences in one's name."""
    found = licences_of_holder(own(request), person_id=request.actor.person_id)
    return [_licence(view, _criteria(request, Licence, view.licence.pk)) for view in found]


@citizen_page
def person(request: HttpRequest) -> HttpResponse:
    """What the population register holds about oneself."""
    who = request.actor.person_id
    thing = person_of(request)
    told = origins(own(request), model=Person, record_id=who)
    context = {"room": "home", "thing": thing, "rows": _rows(told, PERSON, "population"), "mend": _MENDED["population"]}
    return render(request, "portal/person.html", context)


@citizen_page
def vehicle(request: HttpRequest, vehicle_id: int) -> HttpResponse:
    """One's own vehicle."""
    found = vehicle_record(own(request), vehicle_id=vehicle_id)
    if found is None:
        raise gone()
    told = origins(own(request), model=Vehicle, record_id=vehicle_id)
    context = {
        "room": "home",
        "thing": _vehicle(found.vehicle, _criteria(request, Vehicle, vehicle_id)),
        "rows": _rows(told, VEHICLE, "vehicles"),
        "mend": _MENDED["vehicles"],
        "plate": found.vehicle.plate_display
        or words.plate_text(found.vehicle.plate_number, found.vehicle.plate_kind or None),
    }
    return render(request, "portal/vehicle.html", context)


@citizen_page
def licence(request: HttpRequest, licence_id: int) -> HttpResponse:
    """One's own licence: classes, points, values."""
    view = licence_record(own(request), licence_id=licence_id)
    if view is None:
        raise gone()
    told = origins(own(request), model=Licence, record_id=licence_id)
    context = {
        "room": "home",
        "thing": _licence(view, _criteria(request, Licence, licence_id)),
        "classes": [each for each in view.classes if each.state == "held"],
        "points": [(each.group == "unlimited", each.points) for each in view.halves],
        "rows": _rows(told, LICENCE, "licences"),
        "mend": _MENDED["licences"],
    }
    return render(request, "portal/licence.html", context)


def _vehicle(row: Vehicle, met: Sequence[Met]) -> Thing:
    plate = row.plate_display or words.plate_text(row.plate_number, row.plate_kind or None)
    what = ", ".join(filter(None, (str(own_words.VEHICLE_KINDS.get(row.kind, "")), row.brand, row.model)))
    declare = f"{reverse('portal:choose', args=['xe-cua-toi'])}?xe={row.pk}"
    status = row.declared_status or row.known_status
    badge = Badge(str(own_words.STATUSES[status]), "info") if status in own_words.STATUSES else None
    return Thing(
        row.pk, plate or _("Chưa có biển số"), what, reverse("portal:vehicle", args=[row.pk]), badge, met, declare
    )


def _licence(view: LicenceView, met: Sequence[Met]) -> Thing:
    held = [each.fact for each in view.classes if each.state == "held"]
    text, tone = own_words.LICENCE_STATUS[str(view.status)]
    names = ", ".join(sorted({fact.name for fact in held}))
    ends = min((fact.expires_on for fact in held if fact.expires_on is not None), default=None)
    return Thing(
        view.licence.pk,
        view.licence.licence_number or _("Chưa đọc được số"),
        _("Hạng %(names)s") % {"names": names} if names else "",
        reverse("portal:licence", args=[view.licence.pk]),
        Badge(str(text), tone),
        met,
        f"{reverse('portal:choose', args=['giay-phep'])}?gplx={view.licence.pk}",
        ends,
    )


def _criteria(request: HttpRequest, model: type[Folded], record_id: int) -> list[Met]:
    return criteria(raised_about(own(request), model=model, record_id=record_id))


def _rows(told: Mapping[str, Origin], labels: Mapping[str, Any], register: str) -> list[Row]:
    """Values in words, each with where it comes from."""
    mended = _MENDED[register][2]
    return [
        Row(
            str(label),
            _value(column, told[column].value),
            own_words.told_by(told[column]),
            column if column in mended else "",
        )
        for column, label in labels.items()
        if column in told
    ]


def _value(column: str, value: Any) -> str:
    """A value as people read it."""
    if value is None or value == "":
        return ""
    spoken: Mapping[str, Mapping[str, Any]] = {
        "sex": own_words.SEXES,
        "kind": own_words.VEHICLE_KINDS,
        "plate_colour": own_words.PLATE_COLOURS,
        "registration": own_words.REGISTRATIONS,
        "declared_status": own_words.STATUSES,
        "nationality": {"VNM": _("Việt Nam")},
    }
    if column in spoken:
        return str(spoken[column].get(value, value))
    if column in {"birth_date", "first_registered_on"}:
        return words.day(value)
    return words.plate_text(str(value)) if column == "plate_number" else str(value)
