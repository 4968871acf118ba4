"""The closed lists of the population register. Values are stored; screens translate them."""

from enum import StrEnum


class Sex(StrEnum):
    """Sex (item 5); re-determined by decision only, the law knows no third entry."""

    MALE = "M"
    FEMALE = "F"


class Life(StrEnum):
    """Whether somebody lives (item 24: death and missing are separate facts)."""

    ALIVE = "alive"
    MISSING = "missing"
    DECEASED = "deceased"
    EMIGRATED = "emigrated"


class Marital(StrEnum):
    """Marital status (item 21)."""

    SINGLE = "single"  # chưa kết hôn
    MARRIED = "married"  # đã kết hôn
    DIVORCED = "divorced"  # ly hôn
    WIDOWED = "widowed"  # vợ hoặc chồng chết


class Spell(StrEnum):
    """Kinds of residence; one of each at a time (items 16 to 19)."""

    PERMANENT = "permanent"
    TEMPORARY = "temporary"
    CURRENT = "current"
    ABSENCE = "absence"


class Kin(StrEnum):
    """Whom a relation names (item 15); children are the other end of father and mother."""

    FATHER = "father"
    MOTHER = "mother"
    ADOPTIVE_FATHER = "adoptive_father"
    ADOPTIVE_MOTHER = "adoptive_mother"
    SPOUSE = "spouse"
    REPRESENTATIVE = "representative"


PARENTS = frozenset({Kin.FATHER, Kin.MOTHER, Kin.ADOPTIVE_FATHER, Kin.ADOPTIVE_MOTHER})


class Member(StrEnum):
    """Relation to the head of the household (item 22)."""

    HEAD = "head"
    SPOUSE = "spouse"
    CHILD = "child"
    PARENT = "parent"
    SIBLING = "sibling"
    GRANDCHILD = "grandchild"
    GRANDPARENT = "grandparent"
    OTHER_KIN = "other_kin"
    LODGER = "lodger"


class OldNumberKind(StrEnum):
    """Numbers a person had before or beside the PIN (item 13)."""

    CMND_9 = "cmnd9"
    CMND_12 = "cmnd12"
    PASSPORT = "passport"


class ContactKind(StrEnum):
    """How a person can be reached (item 25)."""

    PHONE = "phone"
    EMAIL = "email"


class Part(StrEnum):
    """What a person has several of: one table each."""

    NAME = "name"
    OLD_NUMBER = "old_number"
    CARD = "card"
    RELATION = "relation"
    CONTACT = "contact"
    RESIDENCE = "residence"


BLOOD_TYPES = tuple(f"{group}{sign}" for group in ("A", "B", "AB", "O") for sign in ("", "+", "-"))
