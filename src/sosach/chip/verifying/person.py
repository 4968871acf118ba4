"""Rules on what the card says: one person, in both places where it says so, and not for longer than it is valid."""

from datetime import datetime

from sosach.chip.files.texts import NO_EXPIRY, SEXES
from sosach.chip.verifying.evidence import Evidence
from sosach.vn import mrz

_PIN, _NAME, _BIRTH, _SEX, _EXPIRES = 1, 2, 3, 4, 12
_NEVER = "991231"


def zone_sound(card: Evidence) -> bool:
    """The machine-readable zone is an ID card's of Viet Nam, and all its check digits are right."""
    return not mrz.parse("\n".join(card.zone[start : start + mrz.WIDTH] for start in (0, 30, 60))).faults


def same_person(card: Evidence) -> bool:
    """Zone (DG1) and texts (DG13) name the same number, name, day of birth, sex and expiry."""
    zone, fields = card.zone, card.texts.fields
    return (
        zone[15:27] == fields[_PIN]
        and zone[60:] == mrz.name_line(fields[_NAME])
        and zone[30:36] == _six(fields[_BIRTH])
        and SEXES[zone[37]] == fields[_SEX]
        and zone[38:44] == (_NEVER if fields[_EXPIRES] == NO_EXPIRY else _six(fields[_EXPIRES]))
    )


def _six(day: str) -> str:
    return datetime.strptime(day, "%d/%m/%Y").strftime("%y%m%d")  # noqa: DTZ007 - a day, no moment


def not_expired(card: Evidence) -> bool:
    """The card has not expired on the day asked about (Law 26/2023/QH15 art. 21)."""
    expires = card.texts.fields[_EXPIRES]
    return expires == NO_EXPIRY or card.today <= datetime.strptime(expires, "%d/%m/%Y").date()  # noqa: DTZ007 - a day
