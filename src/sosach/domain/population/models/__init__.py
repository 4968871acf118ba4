"""Columns of the population register: persons, what they have several of, households, numbers ever given, petitions."""

from sosach.domain.population.models.households import Household
from sosach.domain.population.models.numbers import CivilMessage, IssuedNumber, Petition
from sosach.domain.population.models.parts import Card, Contact, OldNumber, OtherName, Piece, Relation, Residence
from sosach.domain.population.models.persons import Person

__all__ = [
    "Card",
    "CivilMessage",
    "Contact",
    "Household",
    "IssuedNumber",
    "OldNumber",
    "OtherName",
    "Person",
    "Petition",
    "Piece",
    "Relation",
    "Residence",
]
