"""Persons: looked up, read, and everything that happens to one by law."""

from typing import Any

from ninja import Router

from sosach.domain.population.operations.births import register_births
from sosach.domain.population.operations.civil import (
    change_name,
    declare_found,
    declare_missing,
    emigrate,
    gain_nationality,
    lose_nationality,
    redetermine_sex,
    register_death,
    return_home,
)
from sosach.domain.population.operations.corrections import (
    ask_correction,
    correct,
    end_part,
    note_card,
    note_contact,
    note_old_number,
    note_other_name,
    note_relation,
)
from sosach.domain.population.operations.households import change_head, merge_households, split_household
from sosach.domain.population.operations.marriages import adopt, annul_marriage, register_divorce, register_marriage
from sosach.domain.population.operations.merging import merge, take_back
from sosach.domain.population.operations.numbers import ask_new_pin, establish_new_pin, issue_pin, refuse_petition
from sosach.domain.population.operations.residence import (
    declare_absence,
    end_absence,
    move_in,
    move_out,
    register_stay,
)
from sosach.domain.population.queries.identities import masked_by_pin, person_by_pin, persons_by_old_number
from sosach.domain.population.queries.looks import LookSeen, looks_at
from sosach.domain.population.queries.records import household, open_petitions, record
from sosach.domain.population.queries.search import Cursor, Page, search
from sosach.domain.population.queries.views import Identity
from sosach.web.api.paging import Paged
from sosach.web.api.routes import Doing, Looking, register

router = Router(tags=["Persons"])


def _name_ended(page: Page, limit: int) -> Any:
    del limit  # the page itself says whether it is the last one
    return [page.after.key, page.after.person_id] if page.after else None


def _looks_ended(page: list[LookSeen], limit: int) -> Any:
    return page[-1].key if len(page) == limit else None


BY_NAME = Paged(Identity, "after", _name_ended, lambda place: Cursor(*place), lambda page: page.persons)
BACK_IN_TIME = Paged(LookSeen, "before", _looks_ended, lambda place: place)

LOOKS = (
    Looking("/persons/by-pin", person_by_pin, "POST"),
    Looking("/persons/by-pin/masked", masked_by_pin, "POST"),
    Looking("/persons/by-old-number", persons_by_old_number, "POST"),
    Looking("/persons/search", search, "POST", paged=BY_NAME),
    Looking("/persons/{person}", record),
    Looking("/persons/{person}/looks", looks_at, paged=BACK_IN_TIME),
    Looking("/households/{household}", household),
    Looking("/petitions", open_petitions),
)
CIVIL_STATUS = (
    Doing("/births", register_births),
    Doing("/persons/{person}/death", register_death),
    Doing("/persons/{person}/missing", declare_missing),
    Doing("/persons/{person}/found", declare_found),
    Doing("/persons/{person}/name", change_name),
    Doing("/persons/{person}/sex", redetermine_sex),
    Doing("/persons/{person}/nationality/gain", gain_nationality),
    Doing("/persons/{person}/nationality/loss", lose_nationality),
    Doing("/persons/{person}/marriage", register_marriage),
    Doing("/persons/{person}/divorce", register_divorce),
    Doing("/persons/{person}/marriage/annulment", annul_marriage),
    Doing("/persons/{child}/adoption", adopt),
)
NUMBERS = (
    Doing("/persons/{person}/pin", issue_pin),
    Doing("/persons/{person}/pin/petitions", ask_new_pin),
    Doing("/petitions/{petition}/new-pin", establish_new_pin),
    Doing("/petitions/{petition}/refusal", refuse_petition),
)
RESIDENCE = (
    Doing("/persons/{person}/residence", move_in),
    Doing("/persons/{person}/residence/end", move_out),
    Doing("/persons/{person}/stays", register_stay),
    Doing("/persons/{person}/absence", declare_absence),
    Doing("/persons/{person}/absence/end", end_absence),
    Doing("/persons/{person}/emigration", emigrate),
    Doing("/persons/{person}/return", return_home),
    Doing("/households/{household}/split", split_household),
    Doing("/households/{household}/merge", merge_households),
    Doing("/households/{household}/head", change_head),
)
CORRECTIONS = (
    Doing("/persons/{person}/corrections/petitions", ask_correction),
    Doing("/persons/{person}/corrections", correct, {"petition_id": None}),
    Doing("/petitions/{petition}/correction", correct, {"person_id": None}, name="PopulationGrantCorrection"),
    Doing("/persons/{person}/old-numbers", note_old_number),
    Doing("/persons/{person}/cards", note_card),
    Doing("/persons/{person}/other-names", note_other_name),
    Doing("/persons/{person}/contacts", note_contact),
    Doing("/persons/{person}/relations", note_relation),
    Doing("/persons/{person}/parts/end", end_part),
    Doing("/persons/{person}/merge", merge),
    Doing("/acts/{act}/retraction", take_back),
)
register(router, (*LOOKS, *CIVIL_STATUS, *NUMBERS, *RESIDENCE, *CORRECTIONS))
