"""A district with one of its communes: of the old division, present ones in it, misspelt or unknown ones."""

from dataclasses import dataclass, replace

from sosach.vn.addresses.gazetteer import Gazetteer, Index, Unit
from sosach.vn.addresses.match import Hit, Text, misspelt, near_units, one_letter, roman
from sosach.vn.addresses.outcome import Outcome, settled, targets
from sosach.vn.addresses.words import COMMUNE_WORDS

NONE: Index = {}


@dataclass(slots=True)
class ChainReader:
    """Reads what stands before a district of one cut address."""

    text: Text
    known: Gazetteer
    for_people: bool

    def _old_chain(self, districts: list[Hit]) -> Outcome | None:
        """A district with one of its communes; of several districts of that name, those that have the commune."""
        chains: list[tuple[Hit, Hit]] = []
        for district in districts:
            for unit in district.units:
                index = [self.known.wards_by_district.get(unit.code, NONE)]
                wards = self.text.find(district.before, index, COMMUNE_WORDS)
                chains += [(district.only(unit), ward) for ward in wards if self.text.clear_before(ward, names=True)]
            if chains and not self.text.loose:
                break
        return self._of_chains(chains) if chains else None

    def _of_chains(self, chains: list[tuple[Hit, Hit]]) -> Outcome:
        if len(chains) == 1:
            return self._of_chain(*chains[0])
        fitting = [pair for pair in chains if pair[0].span.level in pair[0].units[0].kinds] or chains
        explicit = [pair for pair in fitting if pair[1].span.level] or fitting
        district, ward = explicit[0]
        units = tuple(dict.fromkeys(unit for pair in explicit for unit in pair[1].units))
        return self._of_chain(district.only(*dict.fromkeys(pair[0].units[0] for pair in explicit)), ward.only(*units))

    def _of_chain(self, district: Hit, ward: Hit) -> Outcome:
        communes = targets((*ward.units, *self._rivals(district, ward)), for_people=self.for_people)
        found = settled(communes, ward.before)
        found.era, found.district, found.commune = "old", district, ward
        return found

    def _rivals(self, district: Hit, ward: Hit) -> tuple[Unit, ...]:
        """Units of the same district the words may mean as well, when they do not quite fit the commune found.

        A present commune of that name whose kind fits better, and communes one letter away when the accents are others.
        """
        if ward.typo or len(ward.units) > 1:
            return ()
        unit, level, codes = ward.units[0], ward.span.level, [unit.code for unit in district.units]
        written = self.text.accents(ward)
        misfit = bool(level) and level not in unit.kinds
        marked = written != unit.accents and self.text.marked(ward)
        if not misfit and not marked:
            return ()
        indexes = [self.known.communes_by_district.get(code, NONE) for code in codes]
        present = [other for index in indexes for other in index.get(ward.span.key, ())]
        rivals = [
            other for other in present if (misfit and level in other.kinds) or (marked and other.accents == written)
        ]
        if marked:
            old = [self.known.wards_by_district.get(code, NONE) for code in codes]
            rivals += [other for other in near_units(self.text, ward, old) if one_letter(other.accents, written)]
        return tuple(rivals)

    def _district_only(self, district: Hit) -> Outcome:
        """A district whose commune is a present one, misspelt, unknown or missing."""
        codes = [unit.code for unit in district.units]
        present = [self.known.communes_by_district.get(code, NONE) for code in codes]
        for hit in self.text.find(district.before, present, COMMUNE_WORDS):
            if self.text.clear_before(hit, names=True):
                found = settled(targets(hit.units, for_people=self.for_people), hit.before)
                found.era, found.district, found.commune = "new", district, hit
                found.remarks.add("hybrid")
                return found
        old = [self.known.wards_by_district.get(code, NONE) for code in codes]
        near = roman(self.text, district.before, old, COMMUNE_WORDS)
        near = near or misspelt(self.text, district.before, old, COMMUNE_WORDS, known=self.known)
        if near:
            return self._of_chains([(district, near[0])])
        return self._unknown_commune(district)

    def _unknown_commune(self, district: Hit) -> Outcome:
        communes = targets(district.units, for_people=False)
        if len(communes) == 1:
            return replace(settled(communes, district.before), era="old", district=district)
        claimed = self.text.named(district.before, COMMUNE_WORDS)
        if claimed is None:
            return Outcome("partial", (), district.before, era="old", district=district, remarks={"no_commune"})
        at, _ = self.text.settle(district.before)
        found = Outcome("ambiguous", communes, (at, claimed.start), era="old", district=district)
        found.remarks.add("former_commune")
        return found
