"""What anybody is told of a plate or a licence on a day: whether it stands, and nothing about whose it is.

Legal source: Law 91/2025/QH15 (no more than the purpose needs), Law 60/2024/QH15 (confirmation of data). Who owns a vehicle, where
it lies, what lies on it and whether the police look for it are not for everybody: lists of stolen vehicles are the police's to ask.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

CHASSIS_END = 4  # characters of the chassis number that are asked for beside a plate
_END = re.compile(rf"[A-Z0-9]{{{CHASSIS_END}}}")


class Registered(StrEnum):
    """How a plate stands."""

    REGISTERED = "registered"
    TEMPORARY = "temporary"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class PlateStanding:
    """What is told of a plate.

    Attributes:
        valid: whether the vehicle may be on the road with it that day, as far as its registration goes.
        registration: how it stands.
        kind: of the vehicle, a code.
        paint_colour: of the vehicle, as registered.
    """

    valid: bool
    registration: Registered
    kind: str
    paint_colour: str


@dataclass(frozen=True, slots=True)
class LicenceStanding:
    """What is told of a licence.

    Attributes:
        valid: whether anything may be driven with it that day.
        classes: what, each with its law (`2008`, `2024`): the same letter means other vehicles in each.
    """

    valid: bool
    classes: tuple[tuple[str, str], ...]


def is_chassis_end(text: str) -> bool:
    """Whether a text may be the end of a chassis number.

    >>> is_chassis_end("3456"), is_chassis_end("456"), is_chassis_end("%456")
    (True, False, False)
    """
    return _END.fullmatch(text) is not None


def plate_standing(
    *, on_vehicle: bool, registration: str, until: date | None, service_until_year: int | None, day: date
) -> tuple[bool, Registered]:
    """Whether a plate may be on the road, and how it stands.

    >>> plate_standing(on_vehicle=True, registration="registered", until=None, service_until_year=2020, day=date(2026, 1, 1))
    (False, <Registered.REGISTERED: 'registered'>)

    Args:
        on_vehicle: whether the vehicle has this number now, not another one or none.
        registration: state of the vehicle's registration.
        until: last day of the certificate, or of the temporary plate; None: no end.
        service_until_year: last year of the vehicle's service life (Law 36/2024 art. 40); None: no end.
        day: the day.
    """
    standing = Registered(registration) if on_vehicle and registration in set(Registered) else Registered.WITHDRAWN
    in_time = (until is None or day <= until) and (service_until_year is None or day.year <= service_until_year)
    return standing is not Registered.WITHDRAWN and in_time, standing
