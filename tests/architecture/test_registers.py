"""The registers of record: who writes and who looks goes through the two gates, every column is classed, nothing points up."""

import ast
import configparser
import importlib
import inspect
import re
from pathlib import Path
from typing import Any

import pytest
from tests.architecture.tree import ROOT, SOURCE, modules, parsed, shown

from sosach.base.sensitivity import PERSONAL, Sensitivity
from sosach.cli.reference_data import CLASSES, columns, tables
from sosach.cli.reference_procedures import LIMITS, SUBJECTS
from sosach.cli.reference_registers import PAGES
from sosach.cli.reference_rights import ROLES, TERRITORIES
from sosach.cli.reference_verbs import Verb, verbs
from sosach.cli.reference_verbs import modules as rooms
from sosach.domain.access.operations import Order
from sosach.domain.access.queries import Look
from sosach.domain.access.rules import Role, Territory, policies
from sosach.domain.audit.rules.events import events
from sosach.vn.catalogue import legal_sources

REFERENCE = ROOT / "docs" / "reference"
MIGRATIONS = sorted((SOURCE / "domain").glob("*/migrations/0*.py"))
DUE = re.compile(
    r"certificate_due\(|plate_due\(|withdrawal_due\(|add_working_days\(|timing\(|correction_days|due_on=until"
    r"|due_on\(kind|begin_notice\(|received_on=day"
)
# What the floors above may call without passing a gate, and why that shows and changes nothing of people.
UNGUARDED = {
    "access.operations.budgets.admit": "signing in of programs: by the secret key only",
    "access.operations.budgets.take": "counts requests of an account",
    "access.operations.budgets.take_misses": "counts look-ups that found nothing",
    "access.operations.idempotency.once": "wraps verbs that are guarded; an answer given again is a look (access.answer_repeated)",
    "access.operations.jobs.do_portion": "calls guarded looks with the account's rights and keeps what they led to",
    "access.operations.jobs.kept": "a form of what a guarded look has read",
    "access.operations.jobs.forget_job": "blanks what a worker found for an account, a day after",
    "access.operations.jobs.refuse_job": "ends the account's own job",
    "access.operations.jobs.take_in": "notes the account's own job; its looks are guarded",
    "access.operations.officers.plain_user_name": "a text, no record",
    "access.operations.second_factor.take_step": "signing in: uses up a code",
    "access.operations.sessions.begin_session": "before anybody acts; holds nothing of people",
    "access.operations.sessions.clear_sessions": "forgets what has ended",
    "access.operations.sessions.drop_session": "ends what the key opens",
    "access.operations.sessions.drop_sessions_of": "ends what the keys of an account open",
    "access.operations.sessions.keep_session": "what pages of one browser keep",
    "access.queries.entering.account_at_the_door": "signing in: between password and code",
    "access.queries.entering.is_password_of": "the old password, asked again before one's own is changed",
    "access.queries.entering.officer_by_password": "signing in",
    "access.queries.entering.second_factor": "signing in: sealed",
    "access.queries.gate.acting": "the gate itself: tells the database who acts",
    "access.queries.gate.require": "the gate itself: asks for a role",
    "access.queries.jobs.revived": "a form of what a guarded look has read",
    "access.queries.jobs.latest_event": "a number in the account's own log",
    "access.queries.officers.account_actor": "as whom an account acts at a moment",
    "access.queries.officers.client_actor": "signing in: by the secret key only",
    "access.queries.officers.holding": "a filter of roles, no persons",
    "access.queries.officers.officer_actor": "signing in",
    "access.queries.officers.officers_to_try": "accounts of an installation with synthetic people only",
    "access.queries.release.released": "takes out of what was found what the account may not see",
    "access.queries.sessions.session_kept": "before anybody acts: by the key only the browser has",
    "audit.operations.sealing.seal": "seals what was written; sees hashes",
    "audit.queries.export.export_log": "the auditor's role of the database; the log holds ids, never names",
    "audit.queries.keys.witnessed": "reads files of witnesses",
    "audit.queries.verification.is_sealed": "whether there is any seal",
    "audit.queries.verification.verify": "compares hashes",
    "campaign.operations.solving.proving.records_to_prove": "ids of records for the re-check",
    "campaign.queries.lists.cursor": "where a list goes on",
    "campaign.queries.progress.phase_of": "a phase from days that are public",
    "campaign.queries.published.open_campaigns": "campaigns are public",
    "campaign.queries.published.open_table": "counts about nobody, small numbers hidden",
    "campaign.queries.neighbourhood.around": "ids for the re-check, which is a guarded operation",
    "declarations.operations.signing.receipt_keys": "public keys",
    "declarations.operations.signing.receipt_signer": "a key; signs what a guarded verb made",
    "exchange.operations.calls.hear": "at the other level's door: a number of a call counts once",
    "exchange.operations.calls.note_failure": "how a line fares: no people",
    "exchange.operations.calls.note_reached": "how a line fares: no people",
    "exchange.queries.calls.contact_of": "how a line fares: no people",
    "exchange.queries.calls.level_that_called": "at the other level's door: by the signature of an open link",
    "exchange.queries.calls.open_links": "names of links: no people",
    "exchange.operations.civil.receive_messages": "calls the guarded verb for every message",
    "exchange.operations.call_backs.note_called": "notes what became of a call; the guarded `end_call` ends it",
    "exchange.operations.call_backs.take_due": "hands out work; what it tells was found by guarded looks under the agreement",
    "exchange.operations.disclosing.confirm": "calls a guarded look under the caller's agreement, and charges a wrong guess",
    "exchange.operations.disclosing.disclose": "calls a guarded look under the caller's agreement",
    "exchange.operations.disclosing.find_by": "calls a guarded look under the caller's agreement, and charges a miss",
    "exchange.operations.finalizing.capture_sent": "calls the guarded `capture` and `screen`",
    "exchange.operations.matching.note_waiting": "ids of captures a guarded look found, for a matcher elsewhere",
    "exchange.operations.matching.take_call_back": "at the matcher's door: by the secret it was given; calls the guarded `answered`",
    "exchange.operations.matching.take_due": "hands out work; pictures are opened by a guarded look",
    "exchange.operations.taking_in.keep_attempt": "calls the guarded `turn_away`",
    "exchange.operations.numbering.generate_number": "calls a guarded verb once per transaction",
    "exchange.operations.proposing.propose_changes": "calls the guarded `propose` for every value",
    "exchange.operations.seeking.are_married": "calls a guarded look under the caller's agreement, and charges a no",
    "exchange.operations.seeking.seek_people": "calls a guarded look under the caller's agreement, and charges a miss",
    "exchange.operations.seeking.verify_conditions": "calls a guarded look under the caller's agreement, and charges a no",
    "exchange.operations.vital_records.search_answers": "calls guarded looks under the caller's agreement",
    "exchange.queries.call_backs.is_watched": "whether a guarded verb has anything to do",
    "exchange.queries.identities.content_of": "what an identity says that a guarded look found",
    "exchange.operations.partners.count_refusal": "counts refusals of a partner",
    "exchange.operations.partners.spend_token": "at the partners' door: a token counts once",
    "exchange.queries.partners.admitted": "at the partners' door: compares a request with an agreement",
    "exchange.queries.partners.partner_names": "who partners are is public",
    "exchange.queries.partners.standing_by": "at the partners' door: by certificate or name in X-Road",
    "exchange.queries.partners.standing_of": "at the partners' door: agreement and public keys",
    "exchange.operations.delivering.note_outcomes": "ticks off what was sent; what was told is on record where it was disclosed",
    "exchange.operations.delivering.take_due": "ids of what is due; what a notice tells is disclosed through the gate",
    "exchange.operations.following.note_followed": "ticks off a reaction, whose verb is guarded",
    "exchange.operations.following.note_owed": "ids of events already in the log",
    "exchange.operations.following.note_stuck": "notes that a job failed; ids and the code of the error",
    "exchange.operations.following.publish_lines": "names and words of the table of reactions; whoever prepares the database",
    "exchange.operations.following.take_asked_again": "ids for the queue; asking for it is guarded",
    "exchange.operations.publishing.news_between": "ids for guarded notices",
    "places.operations.take_in_units": "units are public; leaves its own event",
    "places.queries.present_communes": "units are public",
    "places.queries.unit": "units are public",
    "places.queries.units": "units are public",
    "provenance.queries.standing.standing": "rows for the re-check, which is a guarded operation",
    "population.operations.births.register_birth": "one message through the guarded `register_births`",
    "exchange.operations.batches.batch_again": "sends again what a guarded verb has made",
    "exchange.queries.calls.last_receipt": "sends again what a guarded verb has signed",
    "exchange.queries.calls.made": "how far a link has come: no people",
    "exchange.operations.batches.next_batch": "calls the guarded `make_batch`; sends the same batch again until it is answered",
    "exchange.operations.collecting.collect": "reads ids of the log, then calls the guarded `queue_changes`",
    "exchange.operations.receiving.receive": "looks at signature and chain, then calls the guarded `take_batch`; the same answer again",
    "exchange.operations.settling.settle": "looks at the signature, then calls the guarded `settle_batch`",
    "idcards.operations.applying.apply_for_card": "calls the guarded `open_application`, and keeps an attempt by the guarded `turn_away`",
    "idcards.operations.preparing.prepare": "cleans a picture in a jailed child; touches no record",
    "idcards.queries.twins.offer_at_the_door": "at the wallet's door: by a code or token only we can have made",
    "idcards.queries.twins.states_of_list": "states by place in a list; tells nothing of anybody",
    "licences.queries.standing.standing_of": "states by number, for lists about nobody and for the guarded `my_twins`",
    "idcards.queries.seals.key_ring": "wrapping keys of this installation; what they open is opened by guarded looks",
    "exchange.queries.reopening.begun_of": "what the chains of a link hang on: no people",
    "exchange.queries.reopening.seen_from": "where a link ends: no people",
    "exchange.queries.links.actor_of": "as whom the other level acts",
    "exchange.queries.links.link_named": "a link: no people",
    "exchange.queries.links.state_of": "counts of a link: no people",
}
# Reads without a gate, by module: for use inside verbs and looks, which leave the event, or not about people at all.
INSIDE = {
    "access.queries.entering": "signing in: accounts, sealed secrets",
    "access.queries.gate": "the gate itself",
    "access.queries.jobs": "a number in the account's own log",
    "access.queries.officers": "signing in, roles of accounts",
    "access.queries.release": "takes out of what a look found what the account may not see",
    "access.queries.sessions": "signing in: what the pages of one browser keep",
    "audit.queries.export": "ids and codes, for the auditor's role of the database",
    "audit.queries.keys": "public keys and files of witnesses",
    "audit.queries.leaves": "ids and codes, for seals",
    "audit.queries.verification": "hashes",
    "campaign.queries.declared": "declarations for guarded counts and lists",
    "campaign.queries.effects": "counts for a preview, which is a guarded operation",
    "campaign.queries.figures": "filters and counts for guarded looks",
    "campaign.queries.filters": "filters for guarded lists and mass changes",
    "campaign.queries.forms_keys": "keys of this installation, no data of people",
    "campaign.queries.neighbourhood": "ids of records beside a record, for its re-check",
    "campaign.queries.lists": "pages and subjects for guarded lists",
    "campaign.queries.progress": "series and scopes for guarded figures",
    "campaign.queries.published": "counts about nobody, small numbers hidden",
    "campaign.queries.records": "a line of a list a look shows",
    "campaign.queries.solving.batches": "counts and portions for guarded looks and answers",
    "campaign.queries.solving.matters": "what is open about a case, for guarded looks and answers",
    "declarations.queries.comparing": "claim and register side by side, for the guarded case",
    "declarations.queries.showing": "forms of what a look has read",
    "declarations.queries.standing": "what verbs and looks of declarations stand on",
    "exchange.queries.reopening": "where a link ends: no people",
    "exchange.queries.calls": "at the other level's door, and how a line fares: no people",
    "exchange.queries.attributes": "values of records for guarded answers",
    "exchange.queries.call_backs": "whether anybody watches a person, for the guarded verb that tells",
    "exchange.queries.civil": "earlier messages of a sender, for the guarded taking in",
    "exchange.queries.credentials": "a card or request a guarded verb or look is about, and how the log names it",
    "exchange.queries.enrollments": "an enrolment a guarded verb or look is about, its files for the guarded finalizing",
    "exchange.queries.identities": "what a filed identity says, and how the log names who filed it, for guarded verbs and looks",
    "exchange.queries.partners": "at the partners' door: agreements and public keys",
    "exchange.queries.pseudonyms": "a partner's own numbers, for guarded answers",
    "exchange.queries.questions": "yes or no about a record, for guarded answers",
    "exchange.queries.searching": "which record a number means, for guarded answers",
    "exchange.queries.survey_matching": "who a card may be about, for the guarded loading",
    "exchange.queries.surveys": "a sample beside its paper, for guarded verdicts and looks",
    "exchange.queries.subscriptions": "which topics a partner may know, for guarded verbs and looks",
    "idcards.queries.applications": "lines and captures unopened, for guarded looks",
    "idcards.queries.holders": "what the population register says of whom a card is for, for verbs and looks that name the person",
    "idcards.queries.pictures": "refuses a look without purpose and ticket",
    "idcards.queries.seals": "opens sealed pictures for verbs and looks, which leave purpose and ticket in the log",
    "idcards.queries.cards": "forms of what a look has read",
    "idcards.queries.twins": "at the wallet's door: by a code only we can have made; states by place in a list",
    "licences.queries.standing": "what licences allow, for states of digital credentials",
    "idcards.queries.waiting": "what verbs of production take next; no people",
    "licences.queries.derived": "what verbs and looks of licences stand on",
    "licences.queries.views": "forms of what a look has read",
    "places.queries": "units are public",
    "population.queries.homes": "an address, for verbs and looks at records that name the person",
    "population.queries.resolving": "which record a number means, for verbs",
    "population.queries.views": "forms of what a look has read",
    "provenance.queries.facts": "what the fold stands on",
    "provenance.queries.standing": "rows of records for their re-check",
    "vehicles.queries": "what verbs and looks of vehicles stand on",
    "exchange.queries.links": "links and counts, no people; as whom the other level acts",
}
# Told of without a verb: whoever prepares the database acts below the gates.
RECORDED_DIRECTLY = {"places.units_taken_in": SOURCE / "domain" / "places" / "operations.py"}


def named(verb: Verb) -> str:
    """How a test calls a verb."""
    return f"{verb.subject}.{verb.name}"


def called_from_above() -> dict[str, Any]:
    """Functions of the writing and reading rooms that web, jobs, site and cli import, by dotted name below `domain`."""
    found: dict[str, Any] = {}
    for path in modules("src"):
        if path.relative_to(SOURCE).parts[0] not in {"web", "jobs", "site", "cli"}:
            continue
        for node in ast.walk(parsed(path)):
            if not isinstance(node, ast.ImportFrom) or not re.match(
                r"sosach\.domain\.\w+\.(?:operations|queries)", node.module or ""
            ):
                continue
            for alias in node.names:
                thing = getattr(importlib.import_module(node.module or ""), alias.name)
                if inspect.isfunction(inspect.unwrap(thing)) if callable(thing) else False:
                    found[f"{thing.__module__}.{thing.__name__}".removeprefix("sosach.domain.")] = thing
    return found


@pytest.mark.parametrize("verb", verbs(), ids=named)
def test_a_verb_says_who_asks_first_and_the_rest_by_name(verb: Verb) -> None:
    function = inspect.unwrap(verb.function)
    first, *rest = inspect.signature(function).parameters.values()
    told = Look if verb.event.access else Order
    assert first.name == ("look" if verb.event.access else "order")
    assert first.annotation is told
    assert all(parameter.kind is inspect.Parameter.KEYWORD_ONLY for parameter in rest)
    assert verb.roles
    assert verb.summary
    assert verb.subject in SUBJECTS


def test_whoever_is_above_passes_a_gate() -> None:
    called = called_from_above()
    assert len(called) > 100
    passing = {name for name, function in called.items() if hasattr(function, "sosach_event")}
    assert len(passing) > 80
    assert not set(called) - passing - set(UNGUARDED), sorted(set(called) - passing - set(UNGUARDED))
    assert all(UNGUARDED.values())


def test_a_read_without_gate_is_known_and_says_why_it_may_be() -> None:
    found = {
        module.__name__.removeprefix("sosach.domain.")
        for module in rooms()
        if module.__name__.split(".")[3] == "queries"
        for name, function in vars(module).items()
        if not name.startswith("_")
        and inspect.isfunction(function)
        and function.__module__ == module.__name__
        and not hasattr(function, "sosach_event")
    }
    assert found == set(INSIDE)
    assert all(INSIDE.values())


def test_no_exception_from_the_gates_is_out_of_date() -> None:
    for name in UNGUARDED:
        module, _, function = name.rpartition(".")
        assert not hasattr(getattr(importlib.import_module(f"sosach.domain.{module}"), function), "sosach_event")


def test_every_audit_event_is_left_by_somebody() -> None:
    left = {verb.event.name for verb in verbs()}
    for name, file in RECORDED_DIRECTLY.items():
        assert f'event="{name}"' in file.read_text("utf-8")
    assert set(events()) == left | set(RECORDED_DIRECTLY)


def test_every_event_knows_its_law() -> None:
    assert not {source for event in events().values() for source in event.legal} - set(legal_sources())


def test_every_column_is_classed_and_every_personal_one_has_its_law() -> None:
    assert len(tables()) > 20
    every = [(model._meta.db_table, column) for model in tables() for column in columns(model)]
    unclassed = [
        (table, column.name)
        for table, column in every
        if not isinstance(getattr(column, "sensitivity", None), Sensitivity)
    ]
    assert not unclassed
    assert not [(table, column.name) for table, column in every if column.sensitivity in PERSONAL and not column.legal]
    assert not {column.legal for _, column in every if column.legal} - set(legal_sources())


def test_no_column_hides_in_a_table_of_pairs() -> None:
    assert not [(model, column) for model in tables() for column in model._meta.local_many_to_many]


def test_every_table_stands_in_the_policy_and_the_other_way_round() -> None:
    assert {model._meta.db_table for model in tables()} == set(policies())


def test_foreign_keys_point_down_the_floors() -> None:
    wrong = [
        f"{model._meta.db_table}.{column.name} → {column.related_model._meta.db_table}"
        for model in tables()
        for column in columns(model)
        if column.remote_field is not None and not may_know(subject_of(model), subject_of(column.related_model))
    ]
    assert not wrong


def subject_of(model: Any) -> str:
    """The folder of `domain` a table belongs to."""
    return str(model.__module__).split(".")[2]


def floors() -> dict[str, int]:
    """Subject → its floor in the contract of subjects, counted from the ground."""
    contracts = configparser.ConfigParser()
    contracts.read(ROOT / ".importlinter")
    layers = contracts["importlinter:contract:subjects"]["layers"].split("\n")
    lines = [re.findall(r"\w+", line) for line in layers if line.strip()]
    return {subject: height for height, line in enumerate(reversed(lines)) for subject in line}


def may_know(above: str, below: str) -> bool:
    """Whether tables of a subject may point to tables of another one."""
    return above == below or floors()[above] > floors()[below]


def test_pointing_up_or_sideways_would_be_seen() -> None:
    assert may_know("vehicles", "population")
    assert may_know("audit", "audit")
    assert not may_know("population", "vehicles")
    assert not may_know("vehicles", "licences")


@pytest.mark.parametrize("file", MIGRATIONS, ids=shown)
def test_a_migration_depends_on_no_code_of_ours(file: Path) -> None:
    tree = ast.parse(file.read_text("utf-8"))
    names = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert not [name for name in names if name.split(".")[0] == "sosach"], "give columns plain values: `.value`"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_the_registers_is_todays(name: str) -> None:
    assert (REFERENCE / name).read_text("utf-8") == PAGES[name](), "run `make docs`"


def test_roles_territories_and_classes_are_explained() -> None:
    assert set(ROLES) == set(Role)
    assert set(TERRITORIES) == set(Territory)
    assert set(CLASSES) == set(Sensitivity)


def test_time_limits_are_those_of_the_verbs_that_keep_one() -> None:
    keeping = {named(verb) for verb in verbs() if DUE.search(code_of(verb))}
    assert keeping == set(LIMITS)


def code_of(verb: Verb) -> str:
    """Source of a verb and of the functions beside it that it calls by name."""
    function = inspect.unwrap(verb.function)
    module = inspect.getmodule(function)
    own = inspect.getsource(function)
    called = set(re.findall(r"\b(_\w+|hand_over)\(", own))
    return own + "".join(
        inspect.getsource(getattr(module, name)) for name in called if inspect.isfunction(getattr(module, name, None))
    )
