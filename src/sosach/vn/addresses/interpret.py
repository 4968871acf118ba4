"""Deciding which units an address names: old division, present division, or a mixture of both.

The rules, in order:

1. A district with one of its communes decides: the old division, whatever a present commune of that name is.
2. A district with a present commune that lies in it: a mixture, the present commune.
3. Two levels (commune, province): a present commune of that province wins when the kind written fits it or none is
   written, and the province exists today. Otherwise an old commune whose district was left out is as likely:
   ok only when both readings lead to the same commune.
4. One wrong letter is repaired when only one unit of the known district or province is that near.
5. A commune nobody knows in a known district was perhaps merged before 2025: the communes of the district to choose.
"""

from dataclasses import replace

from sosach.vn.addresses.chains import NONE, ChainReader
from sosach.vn.addresses.gazetteer import ProvinceName, Unit
from sosach.vn.addresses.match import Hit, Position, misspelt, one_letter, province_hits
from sosach.vn.addresses.outcome import MAX_CANDIDATES, Outcome, settled, targets
from sosach.vn.addresses.words import COMMUNE_WORDS, DISTRICT_WORDS, PROVINCE_WORDS, Span

_COUNTRY = frozenset({"VIETNAM", "VN"})


class Interpreter(ChainReader):
    """Reads one cut address."""

    def read(self) -> Outcome:
        """The best reading of the whole address."""
        end = self._without_country((len(self.text.segments), 0))
        if end[0] < 0:
            return Outcome("not_found", (), end)
        best: Outcome | None = None
        for name, span in province_hits(self.text, end, self.known.provinces):
            found = self._below(name, span, end)
            found.province = found.province or (name, span, end[0])
            if best is None or found.rank > best.rank:
                best = found
            if best.rank == 3 or not self.text.loose:
                break
        if best is not None and best.rank == 3:
            return best
        other = self._without_province(end)
        return best if best is not None and best.rank >= other.rank else other

    def _without_country(self, position: Position) -> Position:
        """The end of the units: country, postal code and telephone number left out."""
        at, end = position = self.text.settle(position) if position[1] else self.text.settle((position[0], 0))
        while at >= 0:
            words = self.text.segments[at].folded
            if words[end - 1] in _COUNTRY:
                size = 1
            elif words[max(0, end - 2) : end] == ("VIET", "NAM"):
                size = 2
            elif words[end - 1].isdigit() and len(words[end - 1]) >= 5:
                size = 1
            else:
                break
            at, end = position = self.text.settle((at, end - size))
        return position

    # --- with a province -------------------------------------------------------------------------------------------

    def _below(self, name: ProvinceName, span: Span, end: Position) -> Outcome:
        """What stands before the province."""
        position = (end[0], span.start)
        districts = self._districts(name, span, position)
        chain = self._old_chain(districts)
        if chain is None and name.wide_old:
            wide = [self.known.districts_by_province.get(code, NONE) for code in name.wide_old]
            others = self.text.find(position, wide, DISTRICT_WORDS)
            chain = self._old_chain(others)
            districts = districts + others
        if chain is not None:
            return self._with_province(chain, name)
        for hit in districts:
            if hit.span.level and (found := self._district_only(hit)).rank >= 1:
                return self._with_province(found, name)
        two = self._two_levels(name, position, districts)
        if two is not None:
            return two
        for hit in districts:
            return self._with_province(self._district_only(hit), name)
        return (
            self._second_province(name, span, end)
            or self._unknown_district(name, position)
            or self._typo_or_partial(name, position)
        )

    def _with_province(self, found: Outcome, name: ProvinceName) -> Outcome:
        if found.district and not any(unit.parent in name.old for unit in found.district.units):
            found.remarks.add("hybrid")
        return found

    def _districts(self, name: ProvinceName, span: Span, position: Position) -> list[Hit]:
        """Districts before the province; the province itself when its words can only mean the town of that name."""
        by_province = self.known.districts_by_province
        own = [by_province.get(code, NONE) for code in name.old]
        hits = self.text.find(position, own, DISTRICT_WORDS)
        if span.level == "thanh_pho" and not hits:
            towns = tuple(unit for index in own for unit in index.get(span.key, ()) if "thanh_pho" in unit.kinds)
            if towns and not self._is_city(name):
                at, _ = position
                hits = [Hit(towns, span, at)]
        return hits

    def _is_city(self, name: ProvinceName) -> bool:
        return not self.known.old_cities.isdisjoint(name.old) or not self.known.present_cities.isdisjoint(name.new)

    # --- two levels ------------------------------------------------------------------------------------------------

    def _two_levels(self, name: ProvinceName, position: Position, districts: list[Hit]) -> Outcome | None:
        """Commune and province: present division, or the old one with its district left out."""
        present = self._clear(self._present(name, position))
        old_index = [self.known.wards_by_province.get(code, NONE) for code in name.old]
        old = self._clear(self.text.find(position, old_index, COMMUNE_WORDS))
        if (
            present is not None
            and old is not None
            and (self._misfits(present, old) or self._other_accents(present, old))
        ):
            present = None
        if present is not None and self._wins(present, name):
            return self._bare_check(self._of_present(present), present, districts)
        if present is None and old is None:
            return None
        hits = [hit for hit in (present, old) if hit is not None]
        units: tuple[Unit, ...] = tuple(unit for hit in hits for unit in hit.units)
        found = settled(targets(units, for_people=self.for_people), hits[0].before)
        found.commune = hits[0]
        found.era = "new" if old is None else "old" if present is None else None
        if found.status == "ok" and self._doubtful(hits[0], old):
            found.status = "ambiguous"
        if present is not None and not name.new:
            found.remarks.add("hybrid")
        return found

    def _doubtful(self, hit: Hit, old: Hit | None) -> bool:
        """Two levels where the kind fits no unit, or an old commune without its district and without a level word."""
        level = hit.span.level
        if not level:
            return hit is old
        fits = any(level in unit.kinds for unit in hit.units)
        return not fits and (old is not None or level == "thi_tran")

    def _present(self, name: ProvinceName, position: Position) -> list[Hit]:
        if name.new:
            indexes = [self.known.communes_by_province.get(code, NONE) for code in name.new]
        else:
            indexes = [self.known.communes_by_old_province.get(code, NONE) for code in name.old]
        return self.text.find(position, indexes, COMMUNE_WORDS)

    def _clear(self, hits: list[Hit]) -> Hit | None:
        """The first of these that may be a commune: no street, and not behind another that says it is one."""
        for hit in hits:
            before = None if hit.span.level else self.text.named(hit.before, COMMUNE_WORDS)
            if self.text.clear_before(hit, names=False) and not (before and before.level):
                return hit
        return None

    @staticmethod
    def _misfits(present: Hit, old: Hit) -> bool:
        """Whether the kind written is the old commune's and not the present one's (every thị trấn, for one)."""
        present_kinds, old_kinds = (frozenset().union(*(unit.kinds for unit in hit.units)) for hit in (present, old))
        return present.span.level in old_kinds - present_kinds

    def _other_accents(self, present: Hit, old: Hit) -> bool:
        """Whether the accents written are the old commune's and not the present one's (Phú Đông is not Phù Đổng)."""
        written = self.text.accents(old)
        return any(unit.accents == written for unit in old.units) and not any(
            unit.accents == written for unit in present.units
        )

    def _wins(self, hit: Hit, name: ProvinceName) -> bool:
        fits = not hit.span.level or any(hit.span.level in unit.kinds for unit in hit.units)
        return bool(name.new) and fits

    def _of_present(self, hit: Hit) -> Outcome:
        found = settled(targets(hit.units, for_people=self.for_people), hit.before)
        found.era, found.commune = "new", hit
        return found

    def _bare_check(self, found: Outcome, hit: Hit, districts: list[Hit]) -> Outcome:
        """A bare name that was also a district: what stands before it may be a commune merged long ago."""
        same = next((d for d in districts if d.span.start == hit.span.start and d.at == hit.at), None)
        if hit.span.level or same is None:
            return found
        communes = targets(same.units, for_people=False)
        if communes == found.communes:
            return found
        found.remarks.add("maybe_district")
        if self.text.name_before(hit.before):
            union = tuple(sorted({*communes, *found.communes}))
            return replace(found, status="ambiguous", communes=union, era=None, district=same)
        return found

    # --- odd provinces ---------------------------------------------------------------------------------------------

    def _second_province(self, name: ProvinceName, span: Span, end: Position) -> Outcome | None:
        """Two provinces in a row: the same twice, or the old one before the present one it went into."""
        position = self.text.settle((end[0], span.start))
        for other, other_span in province_hits(self.text, position, self.known.provinces):
            inside = {*other.old, *other.wide_old} & {*name.old, *name.wide_old}
            if other_span.start == 0 and inside:
                found = self._below(other, other_span, position)
                found.province = found.province or (other, other_span, position[0])
                if other.key != name.key:
                    found.remarks.add("hybrid")
                return found
        return None

    def _unknown_district(self, name: ProvinceName, position: Position) -> Outcome | None:
        """A district nobody knows before the province: the communes of that name in the province tell its spelling."""
        at, _ = position = self.text.settle(position)
        claimed = self.text.named(position, DISTRICT_WORDS)
        if claimed is None or not claimed.level:
            return None
        wards = [self.known.wards_by_province.get(code, NONE) for code in (*name.old, *name.wide_old)]
        for ward in self.text.find((at, claimed.start), wards, COMMUNE_WORDS):
            parents = tuple(self.known.district_units[unit.parent] for unit in ward.units)
            near = [unit for unit in parents if one_letter(unit.plain, claimed.key)]
            if len(near) == 1:
                fitting = ward.only(*(unit for unit in ward.units if unit.parent == near[0].code))
                return self._of_chain(Hit((near[0],), claimed, at, typo=True), fitting)
            communes = targets(ward.units, for_people=False)
            return Outcome("ambiguous", communes, ward.before, era="old", commune=ward)
        return None

    def _typo_or_partial(self, name: ProvinceName, position: Position) -> Outcome:
        old = [self.known.districts_by_province.get(code, NONE) for code in (*name.old, *name.wide_old)]
        for hit in misspelt(self.text, position, old, DISTRICT_WORDS, known=self.known):
            chain = self._old_chain([hit])
            if chain is not None:
                return self._with_province(chain, name)
            if hit.span.level:
                return self._with_province(self._district_only(hit), name)
        present = [self.known.communes_by_province.get(code, NONE) for code in name.new]
        for hit in misspelt(self.text, position, present, COMMUNE_WORDS, known=self.known):
            if hit.span.level and len(hit.units) == 1:
                return self._of_present(hit)
        found = Outcome("partial", (), position, remarks={"no_commune"})
        if (claimed := self.text.named(position, COMMUNE_WORDS)) and claimed.level:
            found.remarks = {"unknown_commune"}
        return found

    # --- without a province ----------------------------------------------------------------------------------------

    def _without_province(self, end: Position) -> Outcome:
        """The last words are no province: a district, a commune, a misspelt province, or nothing."""
        districts = self.text.find(end, [self.known.districts], DISTRICT_WORDS)
        chain = self._old_chain(districts)
        if chain is not None:
            return self._trusted(chain, end)
        typo = self._misspelt_province(end)
        if typo is not None and typo.rank > 1:
            return typo
        single = self._one_level(end)
        if single is not None:
            return single
        for hit in districts:
            if hit.span.level:
                return self._lone_district(hit)
        return typo or self._without_last(end) or Outcome("not_found", (), (len(self.text.segments), 0))

    def _trusted(self, chain: Outcome, end: Position) -> Outcome:
        """A chain without province holds when a level word backs it, or a present commune does not contradict it."""
        chain.remarks.add("no_province")
        levels = {hit.span.level for hit in (chain.district, chain.commune) if hit}
        if chain.status == "ok" and levels == {""}:
            present = self.text.find(end, [self.known.communes], COMMUNE_WORDS)
            others = targets((unit for hit in present for unit in hit.units), for_people=self.for_people)
            union = tuple(sorted({*chain.communes, *others}))
            if len(union) > 1:
                chain.status, chain.communes = "ambiguous", union
        return chain

    def _misspelt_province(self, end: Position) -> Outcome | None:
        """A province one letter away, when only one leads to a commune, or only one is near at all."""
        for span in self.text.spans(end):
            if (span.level and span.level not in PROVINCE_WORDS) or span.start or len(span.key) < 4:
                continue
            near = [name for key, name in self.known.provinces.items() if len(key) > 4 and one_letter(key, span.key)]
            readings = [(self._below(name, span, end), name) for name in near]
            complete = [pair for pair in readings if pair[0].rank == 3]
            if len(complete) == 1 or (len(near) == 1 and len(span.key) > 4):
                found, name = (complete or readings)[0]
                found.province = (name, span, end[0])
                found.remarks.add("typo")
                return found
        return None

    def _without_last(self, end: Position) -> Outcome | None:
        """The last segment is nothing known: what stands before it, as a proposal to be confirmed."""
        before = self.text.settle((end[0], 0))
        if before[0] < 0:
            return None
        chain = self._old_chain(self.text.find(before, [self.known.districts], DISTRICT_WORDS))
        if chain is None:
            return None
        chain.status = "ambiguous"
        return chain

    def _one_level(self, end: Position) -> Outcome | None:
        """A commune alone is never enough: the communes of that name to choose from."""
        hits = self.text.find(end, [self.known.communes, self.known.wards], COMMUNE_WORDS)
        alone = len(self.text.segments) == 1
        hit = next((hit for hit in hits if hit.span.level or (alone and hit.span.start == 0)), None)
        if hit is None:
            return None
        communes = targets(hit.units, for_people=False)
        listed = communes if len(communes) <= MAX_CANDIDATES else ()
        return Outcome("ambiguous", listed, hit.before, commune=hit, remarks={"no_province"})

    def _lone_district(self, hit: Hit) -> Outcome:
        found = self._district_only(hit) if len(hit.units) == 1 else Outcome("partial", (), hit.before, district=hit)
        found.remarks.add("no_province")
        return found
