"""The 26 items of Law 26/2023/QH15 art. 9, and where each is kept."""

from functools import cache

from sosach.vn.tables import table

# Items that are tables, or come from the other end of a relation; the others are columns of the person.
KEPT_ELSEWHERE: dict[int, str] = {
    2: "OtherName",
    13: "OldNumber",
    14: "Card",
    15: "Relation",
    16: "Residence",
    17: "Residence",
    18: "Residence",
    19: "Residence",
    20: "Household",
    22: "Residence",
    23: "Residence",
    25: "Contact",
}


@cache
def items() -> dict[int, str]:
    """Number of the item → its Vietnamese name, from `vn/data/population_fields_2023.csv`."""
    return {int(row["law26_item"]): row["name_vi"] for row in table("population_fields_2023")}
