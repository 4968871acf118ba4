"""What the law fixes about registered vehicles: kinds, statuses, grounds, owners, time limits, identification plates.

Legal source: Law 36/2024/QH15 art. 34-40; Circular 79/2024/TT-BCA (amended by 13/2025, 51/2025, 37/2026).
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum

from sosach.vn.identifiers.plate_layouts import BLUE_LETTERS, hits
from sosach.vn.tables import table
from sosach.vn.working_days import add_working_days

VIET_NAM = timezone(timedelta(hours=7))

KINDS = tuple(row["code"] for row in table("vehicle_kinds"))
NEVER_REGISTERED = frozenset({"tho_so"})  # bicycles and the like
STATUSES = tuple(row["code"] for row in table("vehicle_statuses"))
COLOURS = ("trang", "vang", "xanh", "do")
ORIGINS = ("nhap_khau", "lap_rap_trong_nuoc", "tich_thu")

IN_USE = "dang_su_dung"
SOLD = "da_ban_chua_sang_ten"
USED_BY_OTHER = "dang_dung_xe_nguoi_khac"
INHERITED = "thua_ke"
STOLEN = "mat_cap"
UNUSABLE = "hong_khong_su_dung"
OVER_AGE = "het_nien_han"
SCRAPPED = "da_tieu_huy_sat_vun"
SEIZED = "tam_giu_tich_thu"

KEPT_YEARS = 5  # Law 36/2024 art. 39(2): a withdrawn number is kept for its owner
NOTICE_DAYS = 30  # of public notice, and of the check of lost papers
TEMPORARY_DAYS = 15  # renewable once
TEST_MONTHS = 6
CERTIFICATE_DAYS = 2  # working days
PLATE_DAYS = 7  # working days: a plate made anew
TEMPORARY_LIMIT = 1  # working day


class Registration(StrEnum):
    """State of registration, apart from what anybody says of the vehicle's use."""

    NONE = "none"  # not registered yet, or its registration was taken back
    TEMPORARY = "temporary"
    REGISTERED = "registered"
    WITHDRAWN = "withdrawn"  # certificate and plate withdrawn; the next owner registers
    ENDED = "ended"  # never on the road again


class Ground(StrEnum):
    """Why certificate and plate are withdrawn (Law 36/2024 art. 39(6))."""

    TRANSFER = "transfer"
    RE_EXPORT = "re_export"  # or the end of a special zone's permission
    FORGED = "forged"  # papers, or altered chassis or engine number
    OVER_AGE = "over_age"
    UNUSABLE = "unusable"
    DISCARDED = "discarded"  # discarded or lost, and the owner asks
    WRONGLY_ISSUED = "wrongly_issued"


# State of registration and status after a withdrawal; all but these two grounds end the vehicle's life on the road.
AFTER_WITHDRAWAL: dict[Ground, tuple[Registration, str]] = {
    Ground.TRANSFER: (Registration.WITHDRAWN, SOLD),
    Ground.WRONGLY_ISSUED: (Registration.NONE, ""),
    Ground.RE_EXPORT: (Registration.ENDED, "khac"),
    Ground.FORGED: (Registration.ENDED, SEIZED),
    Ground.OVER_AGE: (Registration.ENDED, OVER_AGE),
    Ground.UNUSABLE: (Registration.ENDED, UNUSABLE),
    Ground.DISCARDED: (Registration.ENDED, SCRAPPED),
}
# Grounds after which the number stays with its owner for five years.
KEEPS_NUMBER = frozenset({Ground.TRANSFER, Ground.OVER_AGE, Ground.UNUSABLE, Ground.DISCARDED})


class ExchangeGround(StrEnum):
    """Why certificate or plate are exchanged (Circular 79/2024 art. 18)."""

    COLOUR = "colour"
    ENGINE = "engine"
    FRAME = "frame"
    TRANSPORT_USE = "transport_use"  # transport business begins or stops: white and yellow
    DAMAGED = "damaged"  # or faded
    CERTIFICATE_DATA = "certificate_data"
    SHORT_PLATE = "short_plate"  # three or four digits, on request


# Columns each ground may change; none: the same paper or plate is made anew.
EXCHANGED: dict[ExchangeGround, frozenset[str]] = {
    ExchangeGround.COLOUR: frozenset({"paint_colour"}),
    ExchangeGround.ENGINE: frozenset({"engine_number", "displacement_cm3", "power_kw"}),
    ExchangeGround.FRAME: frozenset({"chassis_number", "chassis_restamped"}),
    ExchangeGround.TRANSPORT_USE: frozenset({"transport_business"}),
    ExchangeGround.DAMAGED: frozenset(),
    ExchangeGround.CERTIFICATE_DATA: frozenset({
        "owner_address", "owner_phone", "brand", "model", "seats", "standing_places", "lying_places",
        "payload_kg", "kerb_kg", "gross_kg", "towed_kg", "manufactured_year",
    }),
    ExchangeGround.SHORT_PLATE: frozenset(),
}  # fmt: skip
NEEDED: dict[ExchangeGround, str] = {
    ExchangeGround.COLOUR: "paint_colour",
    ExchangeGround.ENGINE: "engine_number",
    ExchangeGround.FRAME: "chassis_number",
}
MAKES_PLATE = frozenset({ExchangeGround.TRANSPORT_USE, ExchangeGround.DAMAGED, ExchangeGround.SHORT_PLATE})


# Papers that show who owns a vehicle (Circular 79/2024 art. 12), as keys of an order's evidence.
OWNERSHIP_PAPERS = frozenset({"sale_contract", "gift", "inheritance", "invoice", "decision"})
WITHDRAWAL_PAPER = "withdrawal_certificate"  # form ĐKX07
CHAIN_PAPERS = frozenset({"paper_of_registered_owner", "paper_of_last_seller"})
COMMITMENT = "commitment"  # of somebody without papers

# What a vehicle is, by columns, and what of it a first registration must tell.
DESCRIPTION = frozenset({
    "kind", "brand", "model", "chassis_number", "chassis_restamped", "engine_number", "paint_colour", "manufactured_year",
    "displacement_cm3", "power_kw", "seats", "standing_places", "lying_places", "payload_kg", "kerb_kg", "gross_kg",
    "towed_kg", "origin", "service_until_year",
})  # fmt: skip
REQUIRED = ("kind", "brand", "chassis_number", "engine_number", "paint_colour", "manufactured_year", "origin")


class OwnerKind(StrEnum):
    """Who owns a vehicle."""

    PERSON = "person"
    ORGANISATION = "organisation"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Owner:
    """Who owns a vehicle or a number: a person of the register, an organisation, or somebody nobody knows.

    Attributes:
        kind: which of the three.
        person: id of the person.
        code: e-ID code of an organisation, else its tax code or the number of its founding decision.
    """

    kind: OwnerKind
    person: int | None = None
    code: str = ""

    @property
    def party(self) -> str:
        """Key of the owner in chains: `person:12`, `organisation:0100109106`, `unknown`."""
        told = self.person if self.kind is OwnerKind.PERSON else self.code
        return f"{self.kind}:{told}" if told else str(self.kind)

    @property
    def is_known(self) -> bool:
        """Whether anybody can be named."""
        return self.kind is not OwnerKind.UNKNOWN


UNKNOWN_OWNER = Owner(OwnerKind.UNKNOWN)


def person(key: int) -> Owner:
    """A person of the register as owner."""
    return Owner(OwnerKind.PERSON, person=key)


def organisation(code: str) -> Owner:
    """An organisation as owner."""
    return Owner(OwnerKind.ORGANISATION, code=code)


@dataclass(frozen=True, slots=True)
class Holder:
    """An owner as a procedure gets to know him: persons bring name, number and residence from their own register.

    Attributes:
        owner: who.
        name: of an organisation, or of somebody the registers do not know.
        address: as declared.
        phone: as declared.
        old_papers: old ID card, passport or other paper.
        commune_code: seat of an organisation.
        province_code: its province.
    """

    owner: Owner
    name: str = ""
    address: str = ""
    phone: str = ""
    old_papers: str = ""
    commune_code: str | None = None
    province_code: str | None = None


def day_of(at: datetime) -> date:
    """The day in Viet Nam.

    >>> day_of(datetime(2026, 11, 22, 20, tzinfo=timezone.utc))
    datetime.date(2026, 11, 23)
    """
    return at.astimezone(VIET_NAM).date()


def years_later(day: date, years: int) -> date:
    """The same day so many years later; 29 February becomes the 28th.

    >>> years_later(date(2024, 2, 29), 5)
    datetime.date(2029, 2, 28)
    """
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last one of a shorter month.

    >>> months_later(date(2026, 8, 31), 6)
    datetime.date(2027, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def certificate_due(day: date) -> date:
    """When a certificate is ready: two working days."""
    return add_working_days(day, CERTIFICATE_DAYS)


def plate_due(day: date) -> date:
    """When a plate made anew is ready: seven working days."""
    return add_working_days(day, PLATE_DAYS)


def withdrawal_due(day: date, *, online: bool) -> date:
    """When the withdrawal certificate is ready: eight working hours online, else two working days."""
    return add_working_days(day, 1 if online else CERTIFICATE_DAYS)


def digits_of(number: str, kind: str) -> int:
    """How many digits the serial number of a plate has; 0 when it fits no layout of that kind.

    >>> digits_of("30A12345", "car"), digits_of("29B11234", "motorbike"), digits_of("29B11234", "car")
    (5, 4, 5)
    """
    found = [layout for layout in hits(number) if layout.kind in (kind, "any")]
    return len(number) - found[0].number_start(number) if found else 0


def is_identification(number: str, kind: str) -> bool:
    """Whether a number belongs to its owner: five digits, and neither temporary nor foreign nor military.

    Circular 79/2024 art. 3; plates of three or four digits stay valid, but are not identification plates.

    >>> is_identification("30A12345", "car"), is_identification("29A1234", "car"), is_identification("T3012345", "temporary")
    (True, False, False)
    """
    return kind in {"car", "motorbike", "trailer", "any"} and digits_of(number, kind) == 5


def fits_colour(number: str, colour: str) -> bool:
    """Whether the series can have the colour: blue only with the letters of bodies of the state, never red.

    >>> fits_colour("30A12345", "xanh"), fits_colour("30T12345", "xanh"), fits_colour("30A12345", "do")
    (True, False, False)
    """
    return colour in {"trang", "vang"} or (colour == "xanh" and number[2:3] in BLUE_LETTERS)


def colour_for(owner: Owner, colour: str, *, transport_business: bool) -> str:
    """Colour of the background: blue stays blue, yellow for transport business, else white."""
    if colour == "xanh" and owner.kind is OwnerKind.ORGANISATION:
        return "xanh"
    return "vang" if transport_business else "trang"
