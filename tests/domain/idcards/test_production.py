"""Jobs: nothing is made twice, nothing gets lost, nobody does both halves of what needs two."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.domain.idcards.works import (
    APPROVER,
    CALENDAR,
    OFFICE,
    PROFILE,
    QUALITY,
    SECOND,
    STOCK,
    TODAY,
    Works,
    application,
    bench,
    card_of,
    cards,
    content,
    look,
    order,
    person,
    refused,
)

from sosach.base.errors import ErrorCode
from sosach.chip.content import CardContent, Finger
from sosach.chip.line.machine import Troubles
from sosach.chip.line.packing import write_report
from sosach.chip.line.sheet import CardResult, ProductionReport
from sosach.chip.line.sheet import Outcome as Told
from sosach.domain.access.operations import Order
from sosach.domain.access.queries import acting
from sosach.domain.idcards.models import Application, Blank, DocumentSigner, Job, JobPackage
from sosach.domain.idcards.operations.jobs import cancel_job, plan_job, release_job, sign_job
from sosach.domain.idcards.operations.keys import retire_machine, retire_signer
from sosach.domain.idcards.operations.quality import close_job, read_back
from sosach.domain.idcards.operations.reports import settle_finding, take_report
from sosach.domain.idcards.queries.deadlines import Stage, stages, waiting
from sosach.domain.idcards.queries.production import job_counts, jobs, one_job, package_of, signers
from sosach.domain.idcards.states.applications import State
from sosach.domain.idcards.states.blanks import BlankState
from sosach.domain.idcards.states.cards import CardState
from sosach.domain.idcards.states.jobs import FindingCode, JobState, Outcome

pytestmark = pytest.mark.usefixtures("db")


def state_of(number: str) -> BlankState:
    with acting(CALENDAR):
        return BlankState(Blank.objects.get(pk=number).state)


def used() -> int:
    with acting(CALENDAR):
        return int(DocumentSigner.objects.get().used)


def told(works: Works, job: Job, *results: CardResult, name: str = "R1") -> bytes:
    """A report of the machine, as somebody wants it."""
    del works
    with acting(CALENDAR):
        digest = JobPackage.objects.get(job=job).digest
    report = ProductionReport(name, str(job.pk), digest, "M1", order(STOCK).at, results)
    return write_report(report, machine=bench().machine.signer)


def good(number: str) -> CardResult:
    return CardResult(number, number, Told.MADE, "00" * 8, card_of(number).sod_digest)


def bad(number: str) -> CardResult:
    return CardResult(number, number, Told.SPOILED, "00" * 8, "", "print")


def applications(count: int) -> list[Application]:
    return [application(person()) for _ in range(count)]


def findings(job: Job) -> list[tuple[str, str]]:
    seen = one_job(look(STOCK), job_id=job.pk)
    return [(line.code, line.serial) for line in seen.all_findings if line.outcome is None]


def test_a_job_takes_what_is_due_first_and_as_much_as_there_are_blanks() -> None:
    works = Works.opened(blanks=2)
    late, later = application(person(), day=TODAY - timedelta(days=3)), application(person())
    latest = application(person(), day=TODAY + timedelta(days=3))
    job = works.planned()
    assert [card.application_id for card in cards(job=job)] == [late.pk, later.pk]
    assert {state_of(card.blank_id) for card in cards(job=job)} == {BlankState.RESERVED}
    with refused(ErrorCode.STATE_FORBIDS):
        works.planned()  # no blanks
    works.deliver(100, 1)
    assert [card.application_id for card in cards(job=works.planned())] == [latest.pk]
    with refused(ErrorCode.STATE_FORBIDS):
        works.planned()  # nothing waits


def test_whoever_signs_does_not_release_and_the_package_is_the_machines() -> None:
    works = Works.opened()
    applications(2)
    job = works.planned()
    with refused(ErrorCode.STATE_FORBIDS):
        release_job(order(SECOND), job_id=job.pk)
    sign_job(order(STOCK), job_id=job.pk, press=bench().press)
    assert used() == 2
    with refused(ErrorCode.STATE_FORBIDS):
        sign_job(order(STOCK), job_id=job.pk, press=bench().press)
    assert used() == 2
    with refused(ErrorCode.STATE_FORBIDS):
        package_of(look(STOCK), job_id=job.pk)
    with refused(ErrorCode.STATE_FORBIDS):
        release_job(order(STOCK), job_id=job.pk)
    release_job(order(APPROVER), job_id=job.pk)
    package = package_of(look(STOCK), job_id=job.pk)
    names = [card_of(card.blank_id).person.pin or "" for card in cards(job=job)]
    assert not any(name.encode() in package for name in names)
    with refused(ErrorCode.STATE_FORBIDS):
        cancel_job(order(STOCK), job_id=job.pk)


def test_a_cancelled_job_gives_everything_back() -> None:
    works = Works.opened()
    (wanted,) = applications(1)
    job = works.planned()
    sign_job(order(STOCK), job_id=job.pk, press=bench().press)
    with refused(ErrorCode.INPUT_INCOMPLETE):
        cancel_job(order(STOCK, reason=""), job_id=job.pk)
    cancel_job(order(STOCK), job_id=job.pk)
    (card,) = cards(job=job)
    assert (card.state, state_of(card.blank_id)) == (CardState.VOID, BlankState.IN_STOCK)
    with acting(CALENDAR):
        assert Application.objects.get(pk=wanted.pk).state == State.APPROVED
        assert bytes(JobPackage.objects.get(job=job).content) == b""
    (again,) = works.finished()
    assert again.blank_id == card.blank_id  # the same serial, another signature
    assert again.sod_digest != card.sod_digest


def test_a_signer_signs_no_more_than_it_may() -> None:
    works = Works.opened()
    applications(2)
    job = works.planned()
    with acting(STOCK):
        DocumentSigner.objects.update(used=99_999)
    with refused(ErrorCode.SIGNER_SPENT):
        sign_job(order(STOCK), job_id=job.pk, press=bench().press)
    assert used() == 99_999
    with acting(STOCK):
        DocumentSigner.objects.update(used=0)
    with refused(ErrorCode.SIGNER_SPENT):
        sign_job(order(STOCK, TODAY + timedelta(days=100)), job_id=job.pk, press=bench().press)
    (line,) = signers(look(STOCK))
    retire_signer(order(STOCK), signer_id=line.id)
    with refused(ErrorCode.STATE_FORBIDS):
        sign_job(order(STOCK), job_id=job.pk, press=bench().press)
    assert used() == 0
    assert {card.state for card in cards(job=job)} == {CardState.PLANNED}


def test_a_card_that_cannot_be_made_is_left_out_and_waits_again() -> None:
    works = Works.opened()
    spoiled, fine = applications(2)
    with acting(CALENDAR):
        type(spoiled.person).objects.filter(pk=spoiled.person_id).update(sex="")
    job = works.planned()
    sign_job(order(STOCK), job_id=job.pk, press=bench().press)
    states = {card.application_id: card.state for card in cards(job=job)}
    assert states == {spoiled.pk: CardState.VOID, fine.pk: CardState.SIGNED}
    assert used() == 1


def test_a_card_whose_pictures_do_not_fit_its_chip_is_left_out_alone() -> None:
    works = Works.opened()
    large, fine = applications(2)
    finger = Finger(2, b"\xff\xa0\xff\xa2\x00\x11\xff\x00" + bytes((1, 0, 1, 0)) + bytes(40_000))

    def content_with(by: Order, application: Application, serial: str) -> CardContent:
        told = content(by, application, serial)
        return replace(told, fingers=(finger, replace(finger, position=7))) if application == large else told

    job = works.planned()
    sign_job(order(STOCK), job_id=job.pk, press=replace(bench().press, content=content_with))
    states = {card.application_id: card.state for card in cards(job=job)}
    assert states == {large.pk: CardState.VOID, fine.pk: CardState.SIGNED}


@pytest.mark.parametrize("residence", ["Số 1 | ngõ 2", "Số 1\nngõ 2"])
def test_a_card_whose_texts_cannot_be_printed_is_left_out_alone(residence: str) -> None:
    works = Works.opened()
    odd, fine = applications(2)

    def content_with(by: Order, application: Application, serial: str) -> CardContent:
        told = content(by, application, serial)
        return replace(told, residence=residence) if application == odd else told

    job = works.planned()
    sign_job(order(STOCK), job_id=job.pk, press=replace(bench().press, content=content_with))
    states = {card.application_id: card.state for card in cards(job=job)}
    assert states == {odd.pk: CardState.VOID, fine.pk: CardState.SIGNED}


def test_a_machine_that_was_retired_gets_no_job() -> None:
    works = Works.opened()
    applications(1)
    retire_machine(order(STOCK), machine_id=works.machine_id)
    with refused(ErrorCode.NOT_FOUND):
        works.planned()


def test_a_report_told_twice_changes_nothing() -> None:
    works = Works.opened()
    applications(3)
    job = works.released()
    produced = works.run(job)
    works.report(produced.report)
    before = [(card.pk, card.state, card.changed_at) for card in cards(job=job)]
    works.report(produced.report)
    assert [(card.pk, card.state, card.changed_at) for card in cards(job=job)] == before
    assert findings(job) == []


def test_what_does_not_fit_in_a_report_becomes_a_finding() -> None:
    works = Works.opened()
    applications(4)
    job = works.released()
    one, two, three, four = (card.blank_id for card in cards(job=job))
    altered = CardResult(three, three, Told.MADE, "00" * 8, "ab" * 32)
    works.report(told(works, job, good(one), good(one), good(two), bad(two), altered, bad("VN99999999999999")))
    assert sorted(findings(job)) == sorted(
        [
            (FindingCode.DUPLICATE, two),
            (FindingCode.CHANGED, three),
            (FindingCode.UNKNOWN, "VN99999999999999"),
            (FindingCode.MISSING, four),
        ]
    )
    states = {card.blank_id: card.state for card in cards(job=job)}
    assert states[one] == CardState.PERSONALISED
    assert {states[two], states[three], states[four]} == {CardState.IN_WORK}
    works.report(told(works, job, bad(four), name="R2"))
    assert (FindingCode.MISSING, four) not in findings(job)
    assert card_of(four).state == CardState.SPOILED
    with refused(ErrorCode.STATE_FORBIDS):
        close_job(order(QUALITY), job_id=job.pk)


def test_findings_are_settled_with_a_reason_and_only_as_the_card_allows() -> None:
    works = Works.opened()
    applications(3)
    job = works.released()
    one, two, three = (card.blank_id for card in cards(job=job))
    altered = CardResult(two, two, Told.MADE, "00" * 8, "ab" * 32)
    works.report(told(works, job, altered, bad("VN99999999999999")))
    lines = {(line.code, line.serial): line.id for line in one_job(look(STOCK), job_id=job.pk).all_findings}
    silent, changed = lines[FindingCode.MISSING, one], lines[FindingCode.CHANGED, two]
    with refused(ErrorCode.INPUT_INCOMPLETE):
        settle_finding(order(STOCK, reason=""), finding_id=silent, outcome=Outcome.MADE)
    with refused(ErrorCode.STATE_FORBIDS):
        settle_finding(order(STOCK), finding_id=silent, outcome=Outcome.NOTED)
    with refused(ErrorCode.STATE_FORBIDS):
        settle_finding(order(STOCK), finding_id=changed, outcome=Outcome.MADE)
    settle_finding(order(STOCK), finding_id=changed, outcome=Outcome.SPOILED)
    settle_finding(order(STOCK), finding_id=silent, outcome=Outcome.ASTRAY)
    settle_finding(order(STOCK), finding_id=lines[FindingCode.MISSING, three], outcome=Outcome.MADE)
    unknown = lines[FindingCode.UNKNOWN, "VN99999999999999"]
    settle_finding(order(QUALITY), finding_id=unknown, outcome=Outcome.NOTED)
    with refused(ErrorCode.STATE_FORBIDS):
        settle_finding(order(STOCK), finding_id=silent, outcome=Outcome.ASTRAY)
    assert (state_of(one), state_of(two), state_of(three)) == (BlankState.LOST, BlankState.SPOILED, BlankState.IN_WORK)
    works.report(told(works, job, good(one), name="R2"))  # found after all
    assert findings(job) == [(FindingCode.LATE, one)]
    assert card_of(one).state == CardState.ASTRAY


def test_a_report_of_another_machine_or_package_is_refused() -> None:
    works = Works.opened()
    applications(1)
    job = works.released()
    produced = works.run(job)
    with refused(ErrorCode.INPUT_INCOMPLETE):
        take_report(order(STOCK), machine_id=works.machine_id, report=produced.report[:-9] + b"AAAAAAAA\n")
    report = ProductionReport("R", str(job.pk), "00" * 32, "M1", order(STOCK).at, ())
    with refused(ErrorCode.INPUT_INCOMPLETE):
        works.report(write_report(report, machine=bench().machine.signer))
    with refused(ErrorCode.NOT_FOUND):
        take_report(order(STOCK), machine_id=0, report=produced.report)
    applications(1)
    planned = replace(report, job_id=str(works.planned().pk))  # it was never given a package of
    with refused(ErrorCode.STATE_FORBIDS):
        works.report(write_report(planned, machine=bench().machine.signer))
    assert {card.state for card in cards(job=job)} == {CardState.IN_WORK}


def test_a_changed_card_does_not_pass_the_quality_station() -> None:
    works = Works.opened()
    applications(2)
    job = works.released()
    produced = works.run(job)
    works.report(produced.report)
    one, two = sorted(produced.chips)
    with refused(ErrorCode.ACCESS_DENIED):
        read_back(order(STOCK), serial=one, files={}, chip_authentic=True, trust=bench().trust)
    assert works.check(produced, one)
    produced.chips.update({two: produced.chips[one]})  # type: ignore[attr-defined] # the simulation's own map
    # the chip of the first card in the body of the second: its own zone does not open it, so it is read with the first's
    files = {0x011D: b"\x77\x00"}
    verdict = read_back(order(QUALITY), serial=two, files=files, chip_authentic=True, trust=bench().trust)
    assert not verdict.accepted
    assert card_of(two).state == CardState.SPOILED
    close_job(order(QUALITY), job_id=job.pk)
    assert len(cards(job=works.planned())) == 1  # made again


def test_one_bad_card_of_the_sample_has_all_of_them_read() -> None:
    works = Works.opened(blanks=30)
    applications(8)
    job = works.released(read_one_in=4)
    produced = works.run(job)
    works.report(produced.report)
    seen = one_job(look(QUALITY), job_id=job.pk)
    drawn = [card.serial for card in seen.all_cards if card.to_read]
    assert len(drawn) == 2
    with refused(ErrorCode.STATE_FORBIDS):
        close_job(order(QUALITY), job_id=job.pk)
    assert works.check(produced, drawn[0])
    read_back(order(QUALITY), serial=drawn[1], files={}, chip_authentic=True, trust=bench().trust)
    unread = [card.serial for card in one_job(look(QUALITY), job_id=job.pk).all_cards if card.to_read]
    assert len(unread) == 6
    for number in unread:
        works.check(produced, number)
    close_job(order(QUALITY), job_id=job.pk)
    assert job_counts(look(STOCK)) == {JobState.CLOSED: len(jobs(look(STOCK), state=JobState.CLOSED))}


def test_a_good_sample_lets_the_rest_go() -> None:
    works = Works.opened(blanks=30)
    applications(8)
    job = works.released(read_one_in=4)
    produced = works.run(job)
    works.report(produced.report)
    for card in one_job(look(QUALITY), job_id=job.pk).all_cards:
        if card.to_read:
            works.check(produced, card.serial)
    close_job(order(QUALITY), job_id=job.pk)
    assert {card.state for card in cards(job=job)} == {CardState.ACCEPTED}
    with acting(CALENDAR):
        assert bytes(JobPackage.objects.get(job=job).content) == b""


def test_whatever_the_machine_does_every_application_gets_its_card() -> None:
    works = Works.opened(blanks=60)
    wanted = applications(8)
    for round_ in range(12):
        with acting(CALENDAR):
            left = Application.objects.filter(pk__in=[one.pk for one in wanted], state=State.APPROVED).count()
        if not left:
            break
        job = works.released()
        produced = works.run(job, Troubles(spoils=0.3, doubles=0.3, silence=0.3), seed=round_)
        works.report(produced.report)
        for line in one_job(look(STOCK), job_id=job.pk).all_findings:
            outcome = Outcome.MADE if line.serial in produced.chips else Outcome.SPOILED
            settle_finding(order(STOCK), finding_id=line.id, outcome=outcome)
        for card in one_job(look(QUALITY), job_id=job.pk).all_cards:
            if card.state is CardState.PERSONALISED:
                works.check(produced, card.serial)
        close_job(order(QUALITY), job_id=job.pk)
    accepted = [card.application_id for card in cards(state=CardState.ACCEPTED)]
    assert sorted(accepted) == sorted(one.pk for one in wanted)


def test_where_applications_wait_is_told_by_their_stage_and_the_list_is_the_count() -> None:
    works = Works.opened(blanks=3)
    applications(5)
    job = works.planned(3)
    sign_job(order(STOCK), job_id=job.pk, press=bench().press)
    late = TODAY + timedelta(days=30)
    told_by = stages(look(OFFICE, late))
    assert told_by == {Stage.JOB: (2, 2), Stage.RELEASE: (3, 3)}
    assert stages(look(OFFICE)) == {Stage.JOB: (2, 0), Stage.RELEASE: (3, 0)}
    for stage, (every, overdue) in told_by.items():
        assert len(waiting(look(OFFICE, late), stage=stage)) == every
        assert len(waiting(look(OFFICE, late), stage=stage, late_only=True)) == overdue
    lines = waiting(look(OFFICE))
    assert [
        line.application_id for line in waiting(look(OFFICE), after=(lines[1].due_on, lines[1].application_id))
    ] == [line.application_id for line in lines[2:]]


def test_a_plan_has_a_size() -> None:
    works = Works.opened()
    for limit, one_in in ((0, 1), (501, 1), (5, 0)):
        with refused(ErrorCode.INPUT_INCOMPLETE):
            plan_job(order(STOCK), machine_id=works.machine_id, profile=PROFILE, limit=limit, read_one_in=one_in)
    with refused(ErrorCode.NOT_FOUND):
        plan_job(order(STOCK), machine_id=works.machine_id, profile="VN-0")
