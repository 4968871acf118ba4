"""Whose territory a person belongs to: permanent residence, else where the person lives."""

from collections.abc import Iterable

from sosach.domain.population.rules.words import Part, Spell
from sosach.domain.population.states.pieces import Piece, open_piece

Territory = tuple[str | None, str | None]
_ORDER = (Spell.PERMANENT, Spell.CURRENT, Spell.TEMPORARY)


def territory(found: Iterable[Piece]) -> Territory | None:
    """Commune and province; None where no residence was ever told.

    Who has left every residence belongs to the province of the last one: its officers still find the record.
    """
    spells = [piece for piece in found if piece.part is Part.RESIDENCE and piece.slot != Spell.ABSENCE]
    for kind in _ORDER:
        piece = open_piece(spells, Part.RESIDENCE, kind)
        if piece is not None:
            return piece.data["commune_code"], piece.data["province_code"]
    return (None, spells[-1].data["province_code"]) if spells else None
