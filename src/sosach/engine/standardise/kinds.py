"""The kinds of values a register holds: how one value is read, what columns that gives, which values are ordinary."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

import pyarrow as pa

from sosach.base.findings import Reading
from sosach.engine.standardise import many_dates, many_names
from sosach.engine.standardise.reading import Row
from sosach.vn import addresses, brands, colours, dates, licence_classes, names, person_terms, places, vehicle_terms
from sosach.vn.identifiers import chassis, engine, licence_number, old_id, phone, pin, plate, read_id_number

TEXT = pa.string()

# Stands in SQL for the value that is read.
VALUE = "«value»"


def over(sql: str, value: str) -> str:
    """SQL over `VALUE` with the expression of a value put in."""
    return sql.replace(VALUE, value)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of value.

    Attributes:
        name: its dictionary is `dict_<name>`.
        read: reads one raw value into the columns, and last its findings.
        columns: names and types of the columns.
        plain: RE2 pattern of ordinary values, which need no dictionary; None: every value goes through it.
        plain_sql: for ordinary values, SQL over `VALUE` per column; columns left out are NULL.
        many: reads many values at once, into a table of `raw`, the columns and `findings` in any order, as `read` would; None: `read`.
    """

    name: str
    read: Callable[[str], Row]
    columns: dict[str, pa.DataType]
    plain: str | None = None
    plain_sql: dict[str, str] = field(default_factory=dict)
    many: Callable[[pa.Array], pa.Table] | None = None


def _reading(reading: Reading) -> Row:
    return reading.key, reading.proposed if reading.key is None else None, reading.findings


def _dropped(drop: str) -> str:
    """SQL of `plain_key`: upper case without the characters of PLAIN_DROP."""
    return f"upper(translate({VALUE}, '{drop}', ''))" if drop else f"upper({VALUE})"


# people ---------------------------------------------------------------------------------------------------------------


def _name(raw: str) -> Row:
    read = names.explain(raw)
    return read.display, read.k1 or None, read.k2 or None, read.kind, read.accented, read.findings


def _place(raw: str) -> Row:
    read = addresses.resolve(addresses.tail(raw))
    candidates = (read.commune,) if read.commune else read.candidates
    communes = [int(code) for code in candidates] or None
    return read.status, read.commune, communes, read.province, read.findings


def _pin(raw: str) -> Row:
    return _reading(pin.explain(raw))


def _old_id(raw: str) -> Row:
    return _reading(old_id.explain(raw))


def _id_number(raw: str) -> Row:
    read = read_id_number(raw)
    return read.kind, read.pin, read.pin_repair, read.old_id, read.old_id_repair, read.findings


def _phone(raw: str) -> Row:
    read = phone.explain(raw)
    return read.key, read.findings


def _sex(raw: str) -> Row:
    read = person_terms.sex(raw)
    return read.key, read.findings


def _person_status(raw: str) -> Row:
    read = person_terms.status(raw)
    return read.key, read.findings


def _commune_code(raw: str) -> Row:
    """A commune code of any era as today's code; nothing when it was split. Remarks are rules of the register."""
    text = raw.strip()
    now = places.present_commune(text.zfill(5)) if text.isdecimal() and 3 <= len(text) <= 5 else ()
    return now[0] if len(now) == 1 else None, ()


# dates ----------------------------------------------------------------------------------------------------------------


def _date_reader(order: dates.Order, kind: dates.Kind) -> Callable[[str], Row]:
    def read(raw: str) -> Row:
        got = dates.explain(raw, order=order, kind=kind)
        return got.year, got.month, got.day, got.iso, got.unlimited, got.findings

    return read


def _date_kind(order: dates.Order, kind: dates.Kind) -> Kind:
    read = _date_reader(order, kind)
    many = partial(many_dates.read_dates, read=read) if order == "dmy" else None
    return Kind(date_kind(kind, order), read, many_dates.COLUMNS, many=many)


_ORDERS: tuple[dates.Order, ...] = ("dmy", "mdy", "ymd")
_DATE_KINDS: tuple[dates.Kind, ...] = ("birth", "event", "expiry")


def date_kind(kind: Literal["birth", "event", "expiry"], order: str) -> str:
    """Name of the kind of dates written in that order."""
    return f"{kind}_{order}"


# vehicles and licences ------------------------------------------------------------------------------------------------


def _plate(raw: str) -> Row:
    read = plate.explain(raw)
    kinds = read.facts.get("kinds", "").split()
    kind = kinds[0] if len(kinds) == 1 else "ambiguous" if kinds else None
    return read.key, kind, read.facts.get("province"), read.findings


def _chassis(raw: str) -> Row:
    return _reading(chassis.explain(raw))


def _engine(raw: str) -> Row:
    read = engine.explain(raw)
    return read.key, read.findings


def _licence_number(raw: str) -> Row:
    return _reading(licence_number.explain(raw))


def _licence_class(raw: str) -> Row:
    read = licence_classes.explain(raw)
    return " ".join(read.classes) or None, read.law, read.findings


def _term(read_term: Callable[[str], Reading]) -> Callable[[str], Row]:
    def read(raw: str) -> Row:
        got = read_term(raw)
        return got.key, got.findings

    return read


def _year(raw: str) -> Row:
    read = vehicle_terms.year(raw)
    return int(read.key) if read.key else None, read.findings


PLACE_COLUMNS = {"status": TEXT, "commune": TEXT, "communes": pa.list_(pa.int32()), "province": TEXT}
_KEY = {"key": TEXT}
_KEY_REPAIR = {"key": TEXT, "repair": TEXT}

_ALL: tuple[Kind, ...] = (
    Kind("name", _name, many_names.COLUMNS, many=partial(many_names.read_names, read=_name)),
    Kind("place", _place, PLACE_COLUMNS),
    Kind("commune_code", _commune_code, _KEY),
    Kind("pin", _pin, _KEY_REPAIR, pin.PLAIN.pattern, {"key": _dropped(pin.PLAIN_DROP)}),
    Kind("old_id", _old_id, _KEY_REPAIR, old_id.PLAIN.pattern, {"key": _dropped(old_id.PLAIN_DROP)}),
    Kind(
        "id_number",
        _id_number,
        {"kind": TEXT, "pin": TEXT, "pin_repair": TEXT, "old_id": TEXT, "old_id_repair": TEXT},
        f"(?:{pin.PLAIN.pattern})|(?:{old_id.PLAIN.pattern})",
        {
            "kind": f"CASE length({VALUE}) WHEN 12 THEN 'pin' ELSE 'old_id' END",
            "pin": f"CASE length({VALUE}) WHEN 12 THEN {VALUE} END",
            "old_id": f"CASE length({VALUE}) WHEN 9 THEN {VALUE} END",
        },
    ),
    Kind("phone", _phone, _KEY, phone.PLAIN.pattern, {"key": _dropped(phone.PLAIN_DROP)}),
    Kind("sex", _sex, _KEY),
    Kind("person_status", _person_status, _KEY),
    Kind(
        "plate",
        _plate,
        {"key": TEXT, "kind": TEXT, "province": TEXT},
        plate.PLAIN.pattern,
        {
            "key": _dropped(plate.PLAIN_DROP),
            "kind": f"CASE WHEN regexp_full_match({VALUE}, '{plate.PLAIN_CAR.pattern}') THEN 'car' ELSE 'motorbike' END",
            "province": f"left({VALUE}, 2)",
        },
    ),
    Kind("chassis", _chassis, _KEY_REPAIR, chassis.PLAIN.pattern, {"key": _dropped(chassis.PLAIN_DROP)}),
    Kind("engine", _engine, _KEY, engine.PLAIN.pattern, {"key": _dropped(engine.PLAIN_DROP)}),
    Kind(
        "licence_number",
        _licence_number,
        _KEY_REPAIR,
        licence_number.PLAIN.pattern,
        {"key": _dropped(licence_number.PLAIN_DROP)},
    ),
    Kind("licence_class", _licence_class, {"classes": TEXT, "law": TEXT}),
    Kind("vehicle_kind", _term(vehicle_terms.vehicle_kind), _KEY),
    Kind("plate_colour", _term(vehicle_terms.plate_colour), _KEY),
    Kind("colour", _term(colours.colour), _KEY),
    Kind("brand", _term(brands.brand), _KEY),
    Kind("vehicle_status", _term(vehicle_terms.status), _KEY),
    Kind("licence_status", _term(person_terms.licence_status), _KEY),
    Kind("material", _term(person_terms.licence_material), _KEY),
    Kind("year", _year, {"key": pa.int16()}),
    *(_date_kind(order, kind) for kind in _DATE_KINDS for order in _ORDERS),
)
KINDS: dict[str, Kind] = {kind.name: kind for kind in _ALL}
