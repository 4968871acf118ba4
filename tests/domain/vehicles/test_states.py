"""What the law says of states, numbers and chains, as tables; no database."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sosach.domain.provenance.rules import Entry, EntryKind, active
from sosach.domain.vehicles.rules import (
    KINDS,
    STATUSES,
    Ground,
    Owner,
    OwnerKind,
    Registration,
    day_of,
    digits_of,
    fits_colour,
    is_identification,
    months_later,
    person,
    withdrawal_due,
)
from sosach.domain.vehicles.states import (
    BlockKind,
    NumberConflictError,
    NumberEvent,
    NumberState,
    PlateState,
    Sale,
    Verb,
    chain,
    derive,
    number_state,
    refusal,
)
from sosach.domain.vehicles.states.numbers import Happening
from sosach.domain.vehicles.states.procedures import RULES

AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
AN, BINH = person(1), person(2)
OWNERSHIP = {
    Verb.TRANSFER,
    Verb.TRANSFER_COMBINED,
    Verb.TRANSFER_WITH_PAPERS,
    Verb.TRANSFER_AFTER_NOTICE,
}


@pytest.mark.parametrize(
    ("verb", "state", "blocks", "reason"),
    [
        (Verb.REGISTER_FIRST, Registration.NONE, [], None),
        (Verb.REGISTER_FIRST, Registration.TEMPORARY, [], None),
        (Verb.REGISTER_FIRST, Registration.REGISTERED, [], "registered"),
        (Verb.REGISTER_FIRST, Registration.ENDED, [], "ended"),
        (Verb.WITHDRAW, Registration.REGISTERED, [], None),
        (Verb.WITHDRAW, Registration.WITHDRAWN, [], "withdrawn"),
        (Verb.WITHDRAW, Registration.REGISTERED, [BlockKind.PLEDGE], "pledge"),
        (Verb.WITHDRAW, Registration.REGISTERED, [BlockKind.SEIZURE], "seizure"),
        (Verb.WITHDRAW, Registration.REGISTERED, [BlockKind.PAPERS_CHECK], None),
        (Verb.TRANSFER, Registration.REGISTERED, [], "registered"),
        (Verb.TRANSFER, Registration.WITHDRAWN, [], None),
        (Verb.TRANSFER_COMBINED, Registration.REGISTERED, [], None),
        (Verb.TRANSFER_AFTER_NOTICE, Registration.REGISTERED, [], "no notice"),
        (Verb.TRANSFER_AFTER_NOTICE, Registration.REGISTERED, [BlockKind.NOTICE], None),
        (Verb.TRANSFER_AFTER_NOTICE, Registration.REGISTERED, [BlockKind.NOTICE, BlockKind.STOLEN], "stolen"),
        (Verb.OPEN_NOTICE, Registration.REGISTERED, [BlockKind.NOTICE], "notice"),
        (Verb.EXCHANGE, Registration.REGISTERED, [BlockKind.PLEDGE], None),
        (Verb.EXCHANGE, Registration.REGISTERED, [BlockKind.STOLEN], "stolen"),
        (Verb.REPORT_STOLEN, Registration.REGISTERED, [BlockKind.STOLEN], "stolen"),
        (Verb.REPORT_RECOVERED, Registration.ENDED, [BlockKind.STOLEN], None),
    ],
)
def test_what_each_procedure_needs(
    verb: Verb, state: Registration, blocks: list[BlockKind], reason: str | None
) -> None:
    assert refusal(verb, state, blocks) == reason


@pytest.mark.parametrize("verb", sorted(OWNERSHIP))
@pytest.mark.parametrize("block", [BlockKind.PLEDGE, BlockKind.SEIZURE, BlockKind.STOLEN, BlockKind.OBJECTION])
@pytest.mark.parametrize("state", list(Registration))
def test_nothing_changes_hands_with_anything_on_it(verb: Verb, block: BlockKind, state: Registration) -> None:
    assert refusal(verb, state, [block, BlockKind.NOTICE]) is not None


def test_every_procedure_has_a_rule() -> None:
    assert set(RULES) == set(Verb)


def event(minute: int, what: Happening, **told: object) -> NumberEvent:
    return NumberEvent(AT + timedelta(minutes=minute), minute, minute, what, **told)  # type: ignore[arg-type] # a table


ISSUED = event(1, Happening.ISSUED, vehicle=7, owner=AN, colour="trang")
KEPT = event(2, Happening.KEPT, vehicle=7, owner=AN, until=date(2031, 11, 23))
EXPIRED = event(3, Happening.EXPIRED, until=date(2031, 11, 24))


@pytest.mark.parametrize(
    ("events", "state", "vehicle", "owner"),
    [
        ([], PlateState.POOL, None, Owner(OwnerKind.UNKNOWN)),
        ([ISSUED], PlateState.ISSUED, 7, AN),
        ([ISSUED, KEPT], PlateState.KEPT, None, AN),
        ([ISSUED, KEPT, EXPIRED], PlateState.POOL, None, Owner(OwnerKind.UNKNOWN)),
        ([ISSUED, EXPIRED], PlateState.ISSUED, 7, AN),
        ([ISSUED, KEPT, event(3, Happening.EXPIRED, until=date(2031, 11, 23))], PlateState.KEPT, None, AN),
        ([ISSUED, KEPT, event(4, Happening.ISSUED, vehicle=8, owner=AN)], PlateState.ISSUED, 8, AN),
        ([ISSUED, KEPT, EXPIRED, event(4, Happening.ISSUED, vehicle=8, owner=BINH)], PlateState.ISSUED, 8, BINH),
        ([ISSUED, event(2, Happening.LOST, vehicle=7)], PlateState.LOST, 7, AN),
        ([ISSUED, event(2, Happening.POOL, vehicle=7)], PlateState.POOL, None, Owner(OwnerKind.UNKNOWN)),
        ([event(1, Happening.AUCTIONED, owner=BINH)], PlateState.KEPT, None, BINH),
        ([ISSUED, event(2, Happening.AUCTIONED, owner=BINH)], PlateState.ISSUED, 7, AN),
        ([event(1, Happening.CANCELLED)], PlateState.CANCELLED, None, Owner(OwnerKind.UNKNOWN)),
        ([ISSUED, KEPT, event(3, Happening.REPOINTED, owner=BINH, former=AN)], PlateState.KEPT, None, BINH),
    ],
)
def test_the_way_of_a_number(events: list[NumberEvent], state: PlateState, vehicle: int | None, owner: Owner) -> None:
    for told in (events, events[::-1]):
        found = number_state(told)
        assert (found.state, found.vehicle, found.owner) == (state, vehicle, owner)


@pytest.mark.parametrize(
    "events",
    [
        [ISSUED, event(2, Happening.ISSUED, vehicle=8, owner=AN)],
        [ISSUED, KEPT, event(3, Happening.ISSUED, vehicle=8, owner=BINH)],
        [event(1, Happening.CANCELLED), event(2, Happening.ISSUED, vehicle=8, owner=AN)],
        [KEPT],
    ],
)
def test_two_claims_on_one_number_are_a_conflict(events: list[NumberEvent]) -> None:
    with pytest.raises(NumberConflictError):
        number_state(events)


@given(st.lists(st.tuples(st.sampled_from(Happening), st.sampled_from([None, 7, 8]), st.sampled_from([AN, BINH]))))
def test_a_number_is_on_one_vehicle_or_none(told: list[tuple[Happening, int | None, Owner]]) -> None:
    own = {Happening.AUCTIONED, Happening.EXPIRED, Happening.REPOINTED}
    events = [
        event(place, what, vehicle=None if what in own else vehicle or 7, owner=owner, until=date(2030, 1, 1))
        for place, (what, vehicle, owner) in enumerate(told)
    ]
    try:
        found = number_state(events)
    except NumberConflictError:
        return
    assert (found.vehicle is not None) is (found.state in {PlateState.ISSUED, PlateState.LOST})
    assert found.state is not PlateState.POOL or found == NumberState(colour=found.colour)


def entry(key: int, changes: dict[str, object], *, retracts: int | None = None) -> Entry:
    kind = EntryKind.RETRACTION if retracts else EntryKind.PROCEDURE
    return Entry(key, kind, changes, AT + timedelta(days=key), ("officer", "1"), retracts=retracts)


def owned(key: int, owner: int, number: str = "") -> Entry:
    since = (AT + timedelta(days=key)).date().isoformat()
    told: dict[str, object] = {"owner_kind": "person", "owner_person_id": owner, "owner_since": since}
    return entry(key, {**told, "plate_number": number, "plate_kind": "car", "plate_colour": "trang"})


JOURNAL = [
    owned(1, 1, "30A12345"),
    entry(2, {"last_step": {"opens": {"kind": "pledge", "holder": "A"}}}),
    entry(3, {"last_step": {"closes": [2], "outcome": "lifted"}}),
    entry(4, {"plate_number": "", "last_step": {"withdrawal": "TH1"}}),
    owned(5, 2, "30A54321"),
    entry(6, {"last_step": {"sale": {"seller": "person:2", "buyer": "person:3", "on": None, "paper": "GM"}}}),
    owned(7, 3, "30A12399"),
]


def test_the_walk_over_a_life() -> None:
    found = derive({}, None, JOURNAL)
    assert [(spell.owner.person, spell.since, spell.until) for spell in found.spells] == [
        (1, date(2026, 11, 24), date(2026, 11, 28)),
        (2, date(2026, 11, 28), date(2026, 11, 30)),
        (3, date(2026, 11, 30), None),
    ]
    assert [(step.plate.number, step.what) for step in found.steps] == [
        ("30A12345", Happening.ISSUED),
        ("30A12345", Happening.KEPT),
        ("30A54321", Happening.ISSUED),
        ("30A54321", Happening.KEPT),
        ("30A12399", Happening.ISSUED),
    ]
    assert (found.withdrawal, found.sales, found.open_blocks()) == ("", [], [])


def test_without_the_withdrawal_the_number_still_comes_off() -> None:
    held = active([*JOURNAL, entry(8, {}, retracts=4)])
    steps = derive({}, None, held).steps
    assert [(step.entry, step.what) for step in steps[:3]] == [
        (1, Happening.ISSUED),
        (5, Happening.KEPT),
        (5, Happening.ISSUED),
    ]


def test_without_the_release_the_pledge_lies_on_it() -> None:
    held = active([*JOURNAL, entry(8, {}, retracts=3)])
    assert [block.kind for block in derive({}, None, held).open_blocks()] == [BlockKind.PLEDGE]


@given(st.permutations(range(1, 8)), st.integers(0, 7))
def test_owners_follow_each_other_without_gaps_whatever_is_taken_back(order: list[int], count: int) -> None:
    retractions = [entry(20 + place, {}, retracts=key) for place, key in enumerate(order[:count])]
    found = derive({}, None, active([*JOURNAL, *retractions]))
    same = derive({}, None, active([*JOURNAL, *retractions[::-1]]))
    assert (found.spells, found.steps, found.blocks) == (same.spells, same.steps, same.blocks)
    spells = found.spells
    assert all(before.until == after.since for before, after in pairwise(spells))
    assert not spells or spells[-1].until is None


def test_a_source_begins_the_first_period() -> None:
    base = {
        "owner_kind": "unknown",
        "owner_name": "NGUYỄN VĂN A",
        "plate_number": "29B11234",
        "plate_kind": "motorbike",
    }
    found = derive(base, AT, [owned(5, 2, "29AA12345")])
    assert [(spell.entry, spell.owner.kind) for spell in found.spells] == [(0, "unknown"), (5, "person")]
    assert [(step.entry, step.what) for step in found.steps] == [
        (0, Happening.ISSUED),
        (5, Happening.CANCELLED),  # four digits: never issued again
        (5, Happening.ISSUED),
    ]


def sale(seller: str, buyer: str, paper: str = "GM") -> Sale:
    return Sale(1, seller, buyer, None, paper)


@pytest.mark.parametrize(
    ("sales", "user", "parties", "missing"),
    [
        ([], None, ("a",), None),
        ([], "c", ("a", "c"), "a"),
        ([sale("a", "b")], "b", ("a", "b"), None),
        ([sale("a", "b"), sale("b", "c", "")], "c", ("a", "b", "c"), "b"),
        ([sale("a", "b", ""), sale("b", "c", "")], "c", ("a", "b", "c"), "a"),
        ([sale("a", "b")], "c", ("a", "b", "c"), "b"),
        ([sale("b", "c")], "c", ("a", "c"), "a"),
        ([sale("a", "b"), sale("b", "a")], None, ("a", "b"), None),
        ([sale("a", "x"), sale("a", "b")], "b", ("a", "b"), None),
    ],
)
def test_chains_name_the_earliest_missing_link(
    sales: list[Sale], user: str | None, parties: tuple[str, ...], missing: str | None
) -> None:
    found = chain("a", sales, user)
    assert (found.parties, found.missing_after) == (parties, missing)


@pytest.mark.parametrize(
    ("number", "kind", "digits", "belongs"),
    [
        ("30A12345", "car", 5, True),
        ("29A1234", "car", 4, False),
        ("29B112345", "motorbike", 5, True),
        ("29B11234", "motorbike", 4, False),
        ("29B11234", "car", 5, True),
        ("51R12345", "trailer", 5, True),
        ("30LD12345", "any", 5, True),
        ("T3012345", "temporary", 5, False),
        ("80441NG02", "foreign", 2, False),
    ],
)
def test_five_digits_make_an_identification_plate(number: str, kind: str, digits: int, belongs: bool) -> None:  # noqa: FBT001
    assert (digits_of(number, kind), is_identification(number, kind)) == (digits, belongs)


def test_colours_days_and_catalogues() -> None:
    assert [fits_colour("30T12345", colour) for colour in ("trang", "vang", "xanh", "do")] == [True, True, False, False]
    assert day_of(datetime(2026, 11, 22, 17, tzinfo=UTC)) == date(2026, 11, 23)
    assert months_later(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert withdrawal_due(date(2026, 11, 20), online=True) == date(2026, 11, 23)
    assert (len(KINDS), len(STATUSES), len(Ground)) == (11, 15, 7)
