"""How people write the same address: renderings of a unit chain, shared by the tests of addresses."""

from collections.abc import Callable

from sosach.vn import places
from sosach.vn.folding import fold
from sosach.vn.places import Place

Chain = tuple[Place, ...]  # commune, then what lies above it

SHORT = {
    "tinh": "T.",
    "thanh_pho": "TP.",
    "quan": "Q.",
    "huyen": "H.",
    "thi_xa": "TX.",
    "phuong": "P.",
    "xa": "X.",
    "thi_tran": "TT.",
    "dac_khu": "ĐK ",
}


def full(chain: Chain) -> str:
    return ", ".join(places.full_name(place) for place in chain)


def unaccented(chain: Chain) -> str:
    return fold(full(chain)).title()


def abbreviated(chain: Chain) -> str:
    return ", ".join(f"{SHORT[place.kind]}{place.name}" for place in chain)


def without_levels(chain: Chain) -> str:
    """As in the QR code of the card: numbered units keep their level word."""
    return ", ".join(places.full_name(place) if place.name.isdigit() else place.name for place in chain)


def lower(chain: Chain) -> str:
    return full(chain).lower()


def without_commas(chain: Chain) -> str:
    return full(chain).replace(",", "")


def upper_short_unaccented(chain: Chain) -> str:
    return fold(abbreviated(chain))


def plain_province(chain: Chain) -> str:
    """Level words for all but the province, the commonest way."""
    return f"{full(chain[:-1])}, {chain[-1].name}, Việt Nam"


STYLES: dict[str, Callable[[Chain], str]] = {
    function.__name__: function
    for function in (
        full,
        unaccented,
        abbreviated,
        without_levels,
        lower,
        without_commas,
        upper_short_unaccented,
        plain_province,
    )
}
