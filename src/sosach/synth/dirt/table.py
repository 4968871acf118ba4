"""All patterns: which function plants each, and which are situations of people and things, made where those are made."""

from typing import Final

from sosach.synth.dirt import addresses, dates, machines, names, numbers
from sosach.synth.dirt.planting import Planting

PLANTINGS: Final[tuple[Planting, ...]] = (
    *numbers.PLANTINGS,
    *names.PLANTINGS,
    *dates.PLANTINGS,
    *machines.PLANTINGS,
    *addresses.PLANTINGS,
)

SITUATIONS: Final = {
    "PIN_SEX": "people._draw_pins",
    "PIN_YOB": "people._draw_pins",
    "PIN_DUP": "people._with_doubles",
    "PERSON_DUP": "people._with_doubles",
    "CMND_BLOCK": "people._old_ids",
    "PLATE_OLDPROV": "vehicles._elsewhere",
    "PLATE_DUP": "vehicles._copy_plates",
    "VIN_SWAP": "dirt.plant._swap_numbers",
    "LIC_CLASS": "licences._holders",
    "LIC_OLD": "licences.draw_licences",
    "LIC_EXPIRED": "licences._validity",
    "DEAD_OWNER": "holders.Pool.draw",
    "MASS_OWNER": "vehicles._mass_owner",
    "ORG_AS_PERSON": "vehicles._owners",
}
"""Patterns of dirty_patterns.csv that no change of one value makes, and where they are made."""

OWN_CODES: Final = {
    "ORG": "the owner is an organisation",
    "OUTSIDE": "the person is not in the population register",
    "SOLD": "sold, not transferred: the register still names the seller",
    "OVER_AGE": "beyond its service life",
    "DUP_VEHICLE": "second record of a vehicle",
    "DUP_LICENCE": "second record of a licence",
    "MINOR": "licence issued before the legal age",
    "ID_MISSING": "no number of the person",
    "WRONG_PIN": "the PIN of somebody else",
    "NAME_CHANGED": "the former legal name",
    "NAME_TYPO": "a letter wrong in the name",
    "DATE_TYPO": "day or month wrong",
    "MOVED": "the address of a former home",
    "ADDR_NOACCENT": "address without accents",
    "MISSING": "a field left empty",
}
"""Codes that dirty_patterns.csv does not have."""
