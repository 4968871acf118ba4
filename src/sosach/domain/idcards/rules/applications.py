"""What somebody applies for, on which ground, for what fee, and what has to be right before a card can be made of a record.

Legal source: Law 26/2023/QH15 art. 19, 21, 23, 24; procedures 2.000200 and 1.000757. The list of grounds is the one of the
published procedures; fees as published for 2026, halved for applications made online until the end of that year.
"""

from calendar import isleap
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sosach.vn.card_validity import expires
from sosach.vn.licence_classes import birthday

BIOMETRIC_AGE = 6  # younger: no photo, no fingers, no iris (Law 26/2023/QH15)
ADULT_CARD_AGE = 14  # younger: by a representative
WORKING_DAYS = 7  # art. 26
ORDINARY = 5  # of the priorities 0 to 9; the highest is the most urgent (OSIA)
_ONLINE_HALF_UNTIL = date(2026, 12, 31)
_FULL_DATE = 10


class Kind(StrEnum):
    """What is applied for."""

    FIRST = "first"  # cấp
    EXCHANGE = "exchange"  # cấp đổi, art. 24.1
    REISSUE = "reissue"  # cấp lại, art. 24.2


class Ground(StrEnum):
    """Why."""

    NONE_YET = "none_yet"  # the first card
    MILESTONE = "milestone"  # 14, 25, 40, 60 reached: art. 21
    CHANGED = "changed"  # what the card says is not so any more
    DAMAGED = "damaged"
    LOST = "lost"
    UNUSABLE = "unusable"
    NATIONALITY = "nationality"  # Vietnamese nationality regained


GROUNDS: dict[Kind, frozenset[Ground]] = {
    Kind.FIRST: frozenset({Ground.NONE_YET}),
    Kind.EXCHANGE: frozenset({Ground.MILESTONE, Ground.CHANGED, Ground.DAMAGED}),
    Kind.REISSUE: frozenset({Ground.LOST, Ground.UNUSABLE, Ground.NATIONALITY}),
}
_FEES = {Kind.FIRST: 0, Kind.EXCHANGE: 50_000, Kind.REISSUE: 70_000}


class Channel(StrEnum):
    """How it came in."""

    OFFICE = "office"
    ONLINE = "online"
    MACHINE = "machine"  # another system, by its interface


class Delivery(StrEnum):
    """How the card goes to its holder."""

    COUNTER = "counter"
    POST = "post"


class Problem(StrEnum):
    """What has to be put right before a card can be made."""

    NOT_IN_REGISTER = "not_in_register"  # form DC01 first
    NO_PIN = "no_pin"
    NOT_ALIVE = "not_alive"
    MERGED = "merged"
    FOREIGN = "foreign"
    BIRTH_DATE = "birth_date"  # not known to the day
    NAME = "name"
    SEX = "sex"
    RESIDENCE = "residence"
    DIFFERS = "differs"  # the applicant says otherwise than the record
    REPRESENTATIVE = "representative"  # a child without one
    HAS_CARD = "has_card"  # a first card for somebody who has one
    NO_CARD = "no_card"  # nothing to exchange or issue again
    TOO_EARLY = "too_early"  # a milestone that is not reached


# These are put right in the population register, and the application waits; for the others there is none yet.
CORRECTED_FIRST = frozenset({Problem.BIRTH_DATE, Problem.NAME, Problem.SEX, Problem.RESIDENCE, Problem.DIFFERS})

WORDS: dict[Problem, tuple[str, str]] = {
    Problem.NOT_IN_REGISTER: (
        "Chưa có thông tin trong Cơ sở dữ liệu quốc gia về dân cư: lập phiếu DC01 trước.",
        "The person is not in the population register: form DC01 first.",
    ),
    Problem.NO_PIN: ("Chưa có số định danh cá nhân.", "The person has no PIN yet."),
    Problem.NOT_ALIVE: (
        "Người này không còn sống, mất tích hoặc đã xuất cảnh định cư.",
        "The person is not alive, is missing, or has emigrated.",
    ),
    Problem.MERGED: ("Hồ sơ dân cư đã gộp vào hồ sơ khác.", "The record was merged into another one."),
    Problem.FOREIGN: ("Không có quốc tịch Việt Nam.", "The person is no Vietnamese national."),
    Problem.BIRTH_DATE: (
        "Ngày sinh trong dữ liệu dân cư chưa đủ ngày, tháng, năm.",
        "The record does not know the date of birth to the day.",
    ),
    Problem.NAME: ("Dữ liệu dân cư thiếu họ tên.", "The record has no name."),
    Problem.SEX: ("Dữ liệu dân cư thiếu giới tính.", "The record does not say the sex."),
    Problem.RESIDENCE: ("Dữ liệu dân cư thiếu nơi cư trú.", "The record has no place of residence."),
    Problem.DIFFERS: (
        "Nội dung khai khác dữ liệu dân cư: điều chỉnh dữ liệu dân cư trước.",
        "What was stated differs from the population register: have the register corrected first.",
    ),
    Problem.REPRESENTATIVE: (
        "Người dưới 14 tuổi cần người đại diện.",
        "Somebody under 14 needs a representative.",
    ),
    Problem.HAS_CARD: (
        "Người này đã có thẻ: làm thủ tục cấp đổi hoặc cấp lại.",
        "The person has a card: ask for an exchange or a reissue.",
    ),
    Problem.NO_CARD: ("Chưa có thẻ nào để cấp đổi, cấp lại.", "There is no card to exchange or issue again."),
    Problem.TOO_EARLY: (
        "Thẻ chưa đến hạn đổi theo độ tuổi.",
        "The card does not have to be renewed for age yet.",
    ),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody applies for.

    Attributes:
        kind: first card, exchange, reissue.
        ground: why.
        profile: of the chip (`chip.profiles`).
        office: code of the commune whose police takes the application; "": of the officer, or of the residence.
        channel: how it came in.
        representative_pin: of a parent or representative, for a child.
        old_card: number of the card shown, where the population register knows none.
        delivery: over the counter or by post.
        address: where the post brings it; "" over the counter.
        priority: 0 to 9, 5 is ordinary.
    """

    kind: Kind
    ground: Ground
    profile: str = "VN-CC-2024"
    office: str = ""
    channel: Channel = Channel.OFFICE
    representative_pin: str = ""
    old_card: str = ""
    delivery: Delivery = Delivery.COUNTER
    address: str = ""
    priority: int = ORDINARY


@dataclass(frozen=True, slots=True)
class Holder:
    """What the register says of the person a card is for, as far as it decides whether there can be one.

    Attributes:
        pin: PIN in force.
        full_name: name.
        birth_date: partial date.
        sex: "M", "F" or "".
        nationality: three letters.
        residence: address.
        alive: whether the record says so.
        merged: whether it stands for another record by now.
        has_card: whether the population register knows a card that holds.
        had_card: whether it ever knew one.
        card_expires: until when the present card holds; None: unknown, or for ever.
    """

    pin: str
    full_name: str
    birth_date: str
    sex: str
    nationality: str
    residence: str
    alive: bool
    merged: bool = False
    has_card: bool = False
    had_card: bool = False
    card_expires: date | None = None


def born_on(birth_date: str) -> date | None:
    """The day of birth; None where the register knows the year or month only.

    >>> born_on("1990-05-01"), born_on("1957")
    (datetime.date(1990, 5, 1), None)
    """
    return date.fromisoformat(birth_date) if len(birth_date) == _FULL_DATE else None


def is_younger(born: date, age: int, *, on: date) -> bool:
    """Whether somebody has not reached an age on a day.

    >>> is_younger(date(2020, 2, 29), 6, on=date(2026, 2, 28)), is_younger(date(2020, 2, 29), 6, on=date(2026, 3, 1))
    (True, False)
    """
    return on < birthday(born, age)


def born_by(on: date, age: int) -> date:
    """The last day on which those were born who have reached an age on a day: the other side of `is_younger`.

    >>> born_by(date(2026, 3, 1), 6), born_by(date(2024, 2, 29), 14)
    (datetime.date(2020, 3, 1), datetime.date(2010, 2, 28))
    """
    leap = (on.month, on.day) == (2, 29)
    return date(on.year - age, on.month, 28 if leap and not isleap(on.year - age) else on.day)


def fee_of(kind: Kind, *, channel: Channel, on: date) -> int:
    """Fee in đồng: an exchange 50,000, a reissue 70,000, half of it online until 31 December 2026; a first card is free.

    >>> fee_of(Kind.REISSUE, channel=Channel.ONLINE, on=date(2026, 12, 31))
    35000
    >>> fee_of(Kind.REISSUE, channel=Channel.ONLINE, on=date(2027, 1, 1))
    70000
    """
    full = _FEES[kind]
    return full // 2 if channel is Channel.ONLINE and on <= _ONLINE_HALF_UNTIL else full


def problems_of(holder: Holder, wanted: Wanted, *, on: date, represented: bool) -> tuple[Problem, ...]:
    """Everything that stands against an application; empty: it can be taken in.

    Args:
        holder: what the register says.
        wanted: what is applied for.
        on: the day.
        represented: whether the representative named is one by the register, or by a paper shown.
    """
    born = born_on(holder.birth_date)
    young = born is not None and is_younger(born, ADULT_CARD_AGE, on=on)
    had = holder.had_card or bool(wanted.old_card)
    found = {
        Problem.NO_PIN: not holder.pin,
        Problem.NOT_ALIVE: not holder.alive,
        Problem.MERGED: holder.merged,
        Problem.FOREIGN: holder.nationality != "VNM",
        Problem.BIRTH_DATE: born is None,
        Problem.NAME: not holder.full_name,
        Problem.SEX: not holder.sex,
        Problem.RESIDENCE: not holder.residence,
        Problem.REPRESENTATIVE: young and not represented,
        Problem.HAS_CARD: wanted.kind is Kind.FIRST and holder.has_card,
        Problem.NO_CARD: wanted.kind is not Kind.FIRST and not had,
        Problem.TOO_EARLY: wanted.ground is Ground.MILESTONE and not _due(holder, on),
    }
    return tuple(problem for problem, applies in found.items() if applies)


def _due(holder: Holder, on: date) -> bool:
    """Whether a card issued now outlasts the present one: from two years before the age at which it ends (art. 21)."""
    born, end = born_on(holder.birth_date), holder.card_expires
    if born is None or end is None:
        return True  # nothing to compare
    until = expires(birth=born, issued=on)
    return until is None or until > end


def captured_for(wanted_kind: Kind, birth_date: str, *, on: date, earlier_pictures: bool) -> bool:
    """Whether somebody has to come to be captured.

    Under six there is nothing to capture; a reissue uses the last pictures (procedure 1.000757), where there are any.
    """
    born = born_on(birth_date)
    if born is not None and is_younger(born, BIOMETRIC_AGE, on=on):
        return False
    return wanted_kind is not Kind.REISSUE or not earlier_pictures
