"""What stands before the units of an address: house number, alleys, street, hamlet."""

import re
from dataclasses import dataclass

from sosach.vn.folding import composed

_HOUSE = re.compile(
    r"^(?:số nhà|so nha|nhà số|số|so|sn|nhà|s[.])?[ .:]*([0-9]+[a-z]?(?:[/.\-][0-9]*[a-z]?)*)(?=$|[ ,.])", re.IGNORECASE
)
_ALLEY = re.compile(r"(?:^|[ ,])((?:ngõ|ngo|ngách|ngach|hẻm|hẽm|hem|kiệt|kiet)[ .]+[0-9][^ ,]*)", re.IGNORECASE)
_STREET = re.compile(
    r"(?:^|[ ,])((?:đường|duong|đ[.]|phố|pho|đại lộ|quốc lộ|tỉnh lộ|ql|tl|đt)[ .]*[^,]+)", re.IGNORECASE
)
_HAMLET = re.compile(
    r"(?:^|[ ,])((?:thôn|thon|xóm|xom|ấp|ap|bản|buôn|làng|plei|sóc|khóm|khom|đội|doi|cụm|cum|khối|khu phố|khu pho|kp"
    r"|tổ dân phố|to dan pho|tdp|tổ|to|khu dân cư|kdc|khu đô thị|kđt|khu)[ .]*[^ ,][^,]*)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Head:
    """House, alley, street and hamlet of an address, each as written and "" when absent.

    Attributes:
        house: house number with its slashes. In the south 59/12/3 is street number, alley, house; in the north the
            house comes first: the order cannot be told from the slashes, so it stays as it is.
        alley: `Ngõ 12`, `Hẻm 5`, `Kiệt 3`; several joined by ", " in the order written.
        street: with its word when written.
        hamlet: thôn, ấp, tổ dân phố, khu phố …; several joined by ", ".
    """

    house: str = ""
    alley: str = ""
    street: str = ""
    hamlet: str = ""


def parse_head(text: str) -> Head:
    """The parts of a head (`PlaceReading.head`), as well as they can be told. Total: never raises.

    >>> parse_head("Số 12/5 Lê Lợi, Tổ 3")
    Head(house='12/5', alley='', street='Lê Lợi', hamlet='Tổ 3')
    >>> parse_head("Số 3 ngách 12 ngõ 59 phố Vọng")
    Head(house='3', alley='ngách 12, ngõ 59', street='phố Vọng', hamlet='')
    """
    rest = " ".join(composed(text).split())
    house = ""
    if found := _HOUSE.match(rest):
        house, rest = found[1], rest[found.end() :].lstrip(" ,.")
    alleys = [found[1] for found in _ALLEY.finditer(rest)]
    rest = _ALLEY.sub(",", rest)
    hamlets, streets = [], []
    for part in (piece.strip(" .") for piece in rest.split(",")):
        if found := _HAMLET.match(part):
            hamlets.append(found[1])
        elif found := _STREET.search(part):
            streets.append(found[1])
        elif part and not any(char.isdigit() for char in part):
            streets.append(part)
    return Head(house, ", ".join(alleys), ", ".join(streets), ", ".join(hamlets))
