"""What was agreed with a partner: as data, read strictly, so that nothing is granted by a slip of the pen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.rules import Role
from sosach.domain.access.rules.budgets import Bucket, Limits
from sosach.domain.access.rules.purposes import purposes
from sosach.domain.exchange.rules.addresses import target_of
from sosach.domain.exchange.rules.questions import QUESTIONS
from sosach.vn.catalogue import legal_sources

T = TypeVar("T")

# What a partner may be let do beside asking: procedures of the registers, by the roles they need.
LENDABLE = frozenset({Role.CIVIL_STATUS, Role.POPULATION, Role.VEHICLES, Role.LICENCES, Role.CARDS, Role.CARD_APPROVER})
REGISTERS = ("population", "vehicles", "licences")
_MOST = 10_000_000


class Proof(StrEnum):
    """How a partner shows who it is."""

    SIGNATURE = "signature"  # tokens signed with a registered key
    CERTIFICATE = "certificate"  # mutual TLS: SHA-256 of the certificate
    MEMBER = "member"  # its name in X-Road, vouched for by our security server


class Refused(StrEnum):
    """Why a partner that is known was refused."""

    SUSPENDED = "suspended"
    NO_AGREEMENT = "no-agreement"
    SCOPE = "scope"
    PURPOSE = "purpose"
    CONSENT = "consent"
    CONTENT = "content"
    REPLAYED = "replayed"
    BUDGET = "budget"


@dataclass(frozen=True, slots=True)
class Agreement:
    """What a partner may ask, while it holds.

    Attributes:
        partner: key of the partner.
        number: of the document.
        version: counted per partner.
        begins_on: first day.
        ends_on: last day; None: until another version.
        state_body: a body of the state; others need an approval and each person's consent (Law 26/2023 art. 10(8)).
        approval: number of the approval, for those.
        legal: ids in `vn/data/legal.toml`.
        purposes: codes of purposes.
        scopes: interfaces and operations, by their own names (`uin.generate`, `xroad`).
        attributes: register → what it may be told.
        matches: register → what it may tell and have compared, yes or no, beside the attributes.
        questions: names of yes/no questions.
        roles: procedures it may carry out itself.
        per_minute: requests in a minute.
        per_day: requests in a day.
        misses_per_hour: look-ups that find nothing and guesses that are wrong, in an hour.
        pseudonyms: numbers of its own stand for people's.
        consent: each look needs the reference of a consent.
        once: each token counts once.
        topics: what it may subscribe to, by name.
        addresses: where notices may be sent, each whole.
    """

    partner: str
    number: str
    version: int
    begins_on: date
    ends_on: date | None
    state_body: bool
    approval: str
    legal: tuple[str, ...]
    purposes: frozenset[str]
    scopes: frozenset[str]
    attributes: Mapping[str, frozenset[str]]
    matches: Mapping[str, frozenset[str]]
    questions: frozenset[str]
    roles: frozenset[Role] = field(default=frozenset())
    per_minute: int = 600
    per_day: int = 100_000
    misses_per_hour: int = 60
    pseudonyms: bool = False
    consent: bool = False
    once: bool = False
    topics: frozenset[str] = field(default=frozenset())
    addresses: frozenset[str] = field(default=frozenset())

    def holds(self, day: date) -> bool:
        """Whether it holds on a day."""
        return self.begins_on <= day and (self.ends_on is None or day <= self.ends_on)

    def may_tell(self, register: str) -> frozenset[str]:
        """What the partner may be told of records of a register."""
        return self.attributes.get(register, frozenset())

    def may_match(self, register: str) -> frozenset[str]:
        """What the partner may have compared: what it could be told anyway, and what was agreed for that alone."""
        return self.may_tell(register) | self.matches.get(register, frozenset())

    def by_minute(self) -> Limits:
        """Requests in a minute, and misses."""
        return Limits(
            Bucket(self.per_minute, timedelta(minutes=1) / self.per_minute),
            Bucket(self.misses_per_hour, timedelta(hours=1) / self.misses_per_hour),
        )

    def by_day(self) -> Limits:
        """Requests in a day; misses are counted by the other limit."""
        return Limits(
            Bucket(self.per_day, timedelta(days=1) / self.per_day),
            Bucket(self.misses_per_hour, timedelta(hours=1) / self.misses_per_hour),
        )


def agreement_of(told: Mapping[str, Any], *, partner: str, version: int) -> Agreement:
    """Read an agreement, from a file or as it was kept.

    Raises:
        SosachError: STATE-04, something is missing, unknown, or contradicts the law.
    """
    left = dict(told)
    volume = _take(left, "volume", dict, {})
    made = Agreement(
        partner=partner,
        number=_take(left, "number", str),
        version=version,
        begins_on=_day(_take(left, "begins", (str, date))),
        ends_on=_day(_take(left, "ends", (str, date, type(None)), None)),
        state_body=_take(left, "state_body", bool),
        approval=_take(left, "approval", str, ""),
        legal=tuple(_listed(left, "legal", legal_sources())),
        purposes=frozenset(_listed(left, "purposes", purposes())),
        scopes=frozenset(_names(left, "scopes")),
        attributes=_by_register(left, "attributes"),
        matches=_by_register(left, "matches"),
        questions=frozenset(_listed(left, "questions", QUESTIONS, needed=False)),
        roles=frozenset(map(Role, _listed(left, "roles", LENDABLE, needed=False))),
        per_minute=_volume(volume, "per_minute", 600),
        per_day=_volume(volume, "per_day", 100_000),
        misses_per_hour=_volume(volume, "misses_per_hour", 60),
        pseudonyms=_take(left, "pseudonyms", bool, False),
        consent=_take(left, "consent", bool, False),
        once=_take(left, "tokens_once", bool, False),
        topics=frozenset(_names(left, "topics", [])),
        addresses=_addresses(left),
    )
    for name in (*left, *(f"volume.{each}" for each in volume)):
        raise _wrong(name, "không có mục này", "there is no such entry")
    return _lawful(made)


def _lawful(made: Agreement) -> Agreement:
    if not made.state_body and not (made.approval and made.consent):
        raise _wrong(
            "approval",
            "tổ chức ngoài nhà nước cần văn bản chấp thuận và sự đồng ý của từng người",
            "a body outside the state needs an approval and each person's consent",
        )
    if not made.state_body and made.roles:
        raise _wrong("roles", "chỉ cơ quan nhà nước được làm thủ tục", "procedures are for bodies of the state")
    if made.pseudonyms and made.roles:
        raise _wrong("roles", "thủ tục trả về số định danh", "procedures answer with the numbers pseudonyms stand for")
    if made.ends_on is not None and made.ends_on < made.begins_on:
        raise _wrong("ends", "kết thúc trước khi bắt đầu", "it ends before it begins")
    return made


def _take(told: dict[str, Any], name: str, kind: type | tuple[type, ...], *default: Any) -> Any:
    if name not in told:
        if default:
            return default[0]
        raise _wrong(name, "còn thiếu", "is missing")
    value: Any = told.pop(name)
    fits = isinstance(value, kind)
    if not fits or (kind is str and not (value.strip() or default)):
        raise _wrong(name, "không đúng kiểu", "is of the wrong kind")
    return dict(value) if kind is dict else value


def _day(value: str | date | None) -> Any:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        raise _wrong(str(value), "không phải ngày dạng yyyy-mm-dd", "is no day, yyyy-mm-dd") from None


def _names(told: dict[str, Any], name: str, *default: Any) -> list[str]:
    found = _take(told, name, list, *default)
    if not all(isinstance(one, str) and one for one in found):
        raise _wrong(name, "phải là danh sách chữ", "must be a list of words")
    return list(found)


def _listed(told: dict[str, Any], name: str, known: Any, *, needed: bool = True) -> list[str]:
    found = _names(told, name) if needed else _names(told, name, [])
    if needed and not found:
        raise _wrong(name, "còn thiếu", "is missing")
    for one in found:
        if one not in known:
            raise _wrong(f"{name}: {one}", "không có trong danh mục", "is not in the catalogue")
    return found


def _addresses(told: dict[str, Any]) -> frozenset[str]:
    found = _names(told, "addresses", [])
    for one in found:
        if target_of(one, loopback=True) is None:  # whether this machine may be called is for the installation to say
            raise _wrong(f"addresses: {one}", "không phải địa chỉ HTTPS trần", "is no plain HTTPS address")
    return frozenset(found)


def _by_register(told: dict[str, Any], name: str) -> Mapping[str, frozenset[str]]:
    found = _take(told, name, dict, {})
    for register in found:
        if register not in REGISTERS:
            raise _wrong(f"{name}.{register}", "không có sổ này", "there is no such register")
    return {register: frozenset(_names(dict(found), register)) for register in found}


def _volume(told: dict[str, Any], name: str, default: int) -> int:
    value = _take(told, name, int, default)
    if isinstance(value, bool) or not 0 < value <= _MOST:
        raise _wrong(name, f"phải từ 1 đến {_MOST}", f"must be 1 to {_MOST}")
    return int(value)


def _wrong(name: str, vi: str, en: str) -> SosachError:
    return SosachError(
        ErrorCode.INPUT_INCOMPLETE,
        vi=f"Thỏa thuận, mục “{name}”: {vi}.",
        en=f"The agreement, entry “{name}”: {en}.",
        hint_vi="Xem docs/howto/make-an-agreement.md.",
        hint_en="See docs/howto/make-an-agreement.md.",
    )
