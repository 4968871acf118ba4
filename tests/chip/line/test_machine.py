"""The simulated machine: what it makes, spoils, says twice and leaves out, by its seed."""

import hashlib
from collections import Counter
from dataclasses import replace

import pytest
from tests.chip.line.made import AT, records
from tests.chip.line.test_packing import ISSUER, PRIVATE, PUBLIC, SHEET

from sosach.base.errors import SosachError
from sosach.chip.applet.inspection import inspect
from sosach.chip.applet.memory import Life
from sosach.chip.applet.passwords import Password
from sosach.chip.files import zone
from sosach.chip.line.machine import Machine, Production, Troubles, simulate
from sosach.chip.line.packing import pack, package_digest, read_report
from sosach.chip.line.sheet import CardRecord, Outcome, ProductionReport, Spoilage
from sosach.chip.signing.ports import KeyKind
from sosach.chip.signing.software import SoftwareSigner

MACHINE = Machine("M1", SoftwareSigner.make(KeyKind.P256), PRIVATE, b"k" * 32)
NO_TROUBLES = Troubles()
CARDS = records(24)


def packed(cards: tuple[CardRecord, ...]) -> bytes:
    return pack(replace(SHEET, count=len(cards)), cards, issuer=ISSUER, machine_key=PUBLIC)


PACKAGE = packed(CARDS)


def run(
    package: bytes = PACKAGE, *, seed: int = 1, troubles: Troubles = NO_TROUBLES
) -> tuple[ProductionReport, Production]:
    made = simulate(package, machine=MACHINE, issuer_key=ISSUER.public_key, at=AT, seed=seed, troubles=troubles)
    return read_report(made.report, machine_key=MACHINE.signer.public_key), made


def test_a_machine_in_order_makes_every_card() -> None:
    report, made = run()
    assert (report.job_id, report.package_digest) == (SHEET.job_id, package_digest(PACKAGE))
    assert [(told.serial, told.card_reference) for told in report.results] == [
        (c.serial, c.card_reference) for c in CARDS
    ]
    assert {told.outcome for told in report.results} == {Outcome.MADE}
    for card, told in zip(CARDS, report.results, strict=True):
        assert told.sod_digest == hashlib.sha256(card.files[0x011D]).hexdigest()
        chip = made.chips[card.serial]
        assert chip.life is Life.LOCKED
        reading = inspect(chip.answer, Password.of_zone(zone.read(card.files[0x0101])))
        assert reading.files.sod == card.files[0x011D]
        assert reading.chip_authentic
    assert len({told.chip_id for told in report.results}) == len(CARDS)


def test_troubles_come_by_the_seed() -> None:
    troubles = Troubles(spoils=0.3, doubles=0.3, silence=0.3)
    report, made = run(troubles=troubles)
    count = Counter(told.serial for told in report.results)
    spoiled = {told.serial for told in report.results if told.outcome is Outcome.SPOILED}
    assert 0 < len(spoiled) < len(CARDS)
    assert not spoiled & made.chips.keys()
    assert {count[card.serial] for card in CARDS} == {0, 1, 2}
    assert any(serial not in count for serial in made.chips), "a card can be made and not told of"
    assert all((told.outcome is Outcome.SPOILED) == bool(told.reason) for told in report.results)
    assert {told.reason for told in report.results if told.reason} <= set(Spoilage)
    assert run(troubles=troubles)[0] == report
    assert run(seed=2, troubles=troubles)[0].results != report.results


def test_what_befalls_a_card_does_not_hang_on_its_neighbours() -> None:
    troubles = Troubles(spoils=0.3, doubles=0.3, silence=0.3)
    turned = run(packed(CARDS[::-1]), troubles=troubles)[0]
    assert Counter(turned.results) == Counter(run(troubles=troubles)[0].results)


def test_a_chip_that_refuses_spoils_its_card() -> None:
    broken = replace(CARDS[0], secrets=replace(CARDS[0].secrets, active=b"no key"))
    report, made = run(packed((broken,)))
    assert [(told.outcome, told.reason) for told in report.results] == [(Outcome.SPOILED, Spoilage.CHIP_REFUSED)]
    assert not made.chips


def test_a_card_nobody_could_open_is_not_made() -> None:
    closed = replace(CARDS[0], files=CARDS[0].files | {0x0101: b"no zone"})
    report, made = run(packed((closed,)))
    assert [told.reason for told in report.results] == [Spoilage.CHIP_REFUSED]
    assert not made.chips


def test_a_foreign_package_is_not_worked_off() -> None:
    with pytest.raises(SosachError):
        simulate(PACKAGE, machine=MACHINE, issuer_key=MACHINE.signer.public_key, at=AT)
