"""Whoever holds the database, and even the signing key, leaves a trace: every kind of change is found and named."""

import random
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from django.db import connection

from sosach.domain.access.queries import acting
from sosach.domain.audit.operations import Act, record
from sosach.domain.audit.operations.keys import FileKey, FileWitness
from sosach.domain.audit.operations.sealing import seal
from sosach.domain.audit.queries.export import export_log
from sosach.domain.audit.queries.keys import PublicKeys, witnessed
from sosach.domain.audit.queries.verification import Verified, verify
from sosach.domain.audit.rules import Actor, ActorKind, Level, Subject
from sosach.domain.audit.rules.merkle import GrowingTree, root_of
from sosach.domain.audit.rules.sealing import SEALED_WITHIN, Fault, batch_leaf, checkpoint_text, cut

CLERK = Actor(ActorKind.OFFICER, "7", Level.COMMUNE, "00004", frozenset({"clerk"}))
BATCHES, EVENTS = 6, 9
VERIFIER = Path(__file__).parents[3] / "deploy" / "verify-log.mjs"
Owner = psycopg.Connection[tuple[object, ...]]


@dataclass(frozen=True)
class Log:
    """A sealed log, who guards it, and a connection with all rights to do harm with."""

    owner: Owner
    key: FileKey
    witness: Path
    name: str

    def verify(self) -> Verified:
        """As an auditor would, with the keys and witnesses he has."""
        return self.verify_at(datetime.now(UTC))

    def verify_at(self, at: datetime) -> Verified:
        """The same at another moment."""
        return verify(PublicKeys([self.key.public_key]), witnessed([self.witness]), at=at)


@pytest.fixture
def log(owner: Owner, committed: str, tmp_path: Path) -> Iterator[Log]:
    """Six batches of nine events, sealed and witnessed, in a database whose connection may do everything."""
    key, witness = FileKey(tmp_path / "seal.key"), tmp_path / "witness"
    before = {name: connection.settings_dict[name] for name in ("USER", "PASSWORD")}
    info = owner.info
    connection.close()
    connection.settings_dict.update(USER=info.user, PASSWORD=info.password)
    for batch in range(BATCHES):
        for number in range(EVENTS):
            with acting(CLERK):
                act = Act("population.person_read", CLERK, datetime.now(UTC), purpose="case", details={"n": number})
                record(act, [Subject("person", str(batch * EVENTS + number), "00004")], key=UUID(int=number))
        assert seal(datetime.now(UTC), key, [FileWitness(witness)]) is not None
    yield Log(owner, key, witness, committed)
    connection.close()
    connection.settings_dict.update(before)


def test_a_whole_log_is_whole(log: Log) -> None:
    seen = log.verify()
    prepared = 1  # the units were taken in when the database was made
    assert (seen.events, seen.batches, seen.findings, seen.unsealed) == (BATCHES * EVENTS + prepared, BATCHES, (), 0)


def test_what_is_not_sealed_yet_is_counted(log: Log) -> None:
    with acting(CLERK):
        record(Act("population.person_read", CLERK, datetime.now(UTC)), [], key=UUID(int=1))
    assert log.verify().unsealed == 1


def test_what_waits_too_long_for_its_seal_is_a_fault(log: Log) -> None:
    with acting(CLERK):
        record(Act("population.person_read", CLERK, datetime.now(UTC)), [], key=UUID(int=1))
    (newest,) = log.owner.execute("SELECT max(id) FROM audit_auditevent").fetchone() or (None,)
    now = datetime.now(UTC)
    assert log.verify_at(now + SEALED_WITHIN / 2).findings == ()
    late = log.verify_at(now + SEALED_WITHIN * 2)
    assert (late.unsealed, late.late) == (1, 1)
    assert [(finding.fault, finding.event_id) for finding in late.findings] == [(Fault.LATE, newest)]


def test_a_log_whose_seals_are_gone_is_not_taken_for_a_new_one(log: Log) -> None:
    log.owner.execute("DELETE FROM audit_seal")
    seen = verify(PublicKeys([]), {}, at=datetime.now(UTC) + SEALED_WITHIN * 2)
    assert {finding.fault for finding in seen.findings} == {Fault.LATE}
    assert Fault.TRUNCATED in {finding.fault for finding in log.verify().findings}


def test_a_running_transaction_is_waited_for(log: Log) -> None:
    with psycopg.connect(log.owner.info.dsn, password=log.owner.info.password) as slow:
        slow.execute(
            "INSERT INTO audit_auditevent (act, at, event, actor_kind, actor_key, actor_unit, purpose, reference, "
            "subject_kind, subject_key, subject_unit, details) VALUES (gen_random_uuid(), now(), 'x', '', '7', '', '', "
            "'', '', '', '', '{}')"
        )
        with acting(CLERK):
            record(Act("population.person_read", CLERK, datetime.now(UTC)), [], key=UUID(int=1))
        assert seal(datetime.now(UTC), log.key) is None, "an older transaction still runs: nothing newer is sealed"
        later = log.verify_at(datetime.now(UTC) + timedelta(hours=1))
        assert (later.unsealed, later.late, later.findings) == (1, 0, ()), "what cannot be sealed yet is not late"
    made = seal(datetime.now(UTC), log.key)
    assert made is not None
    assert made.count == 2
    assert log.verify().findings == ()


Mutation = Callable[[Log, random.Random], None]
COLUMNS = ("event", "actor_key", "actor_unit", "purpose", "reference", "subject_key", "subject_unit", "actor_kind")


def pick(log: Log, chance: random.Random, where: str = "true") -> int:
    keys = [
        key for (key,) in log.owner.execute(f"SELECT id FROM audit_auditevent WHERE {where} ORDER BY id").fetchall()
    ]
    found = chance.choice(keys)
    assert isinstance(found, int)
    return found


def change_text(log: Log, chance: random.Random) -> None:
    column = chance.choice(COLUMNS)
    log.owner.execute(f"UPDATE audit_auditevent SET {column} = 'x' WHERE id = %s", [pick(log, chance)])


def change_moment(log: Log, chance: random.Random) -> None:
    column = chance.choice(("at", "written_at"))
    statement = f"UPDATE audit_auditevent SET {column} = {column} + interval '1 microsecond' WHERE id = %s"
    log.owner.execute(statement, [pick(log, chance)])


def change_details(log: Log, chance: random.Random) -> None:
    log.owner.execute("""UPDATE audit_auditevent SET details = '{"n": -1}' WHERE id = %s""", [pick(log, chance)])


def change_act(log: Log, chance: random.Random) -> None:
    log.owner.execute("UPDATE audit_auditevent SET act = gen_random_uuid() WHERE id = %s", [pick(log, chance)])


def drop(log: Log, chance: random.Random) -> None:
    log.owner.execute("DELETE FROM audit_auditevent WHERE id = %s", [pick(log, chance)])


def drop_batch(log: Log, chance: random.Random) -> None:
    number = chance.randrange(BATCHES)
    log.owner.execute(
        "DELETE FROM audit_auditevent e USING audit_seal s WHERE s.number = %s AND e.xid >= s.from_xid AND e.xid < s.to_xid",
        [number],
    )


def insert(log: Log, chance: random.Random) -> None:
    log.owner.execute(
        "INSERT INTO audit_auditevent (xid, written_at, act, at, event, actor_kind, actor_key, actor_unit, purpose, "
        "reference, subject_kind, subject_key, subject_unit, details) SELECT xid, written_at, gen_random_uuid(), at, event, "
        "actor_kind, actor_key, actor_unit, purpose, reference, subject_kind, subject_key, subject_unit, details "
        "FROM audit_auditevent WHERE id = %s",
        [pick(log, chance)],
    )


def double(log: Log, chance: random.Random) -> None:
    insert(log, chance)
    insert(log, chance)


def swap(log: Log, chance: random.Random) -> None:
    """Two events of different batches change places (their transactions)."""
    first, last = pick(log, chance, "subject_key ~ '^[0-8]$'"), pick(log, chance, "subject_key ~ '^[234].$'")
    log.owner.execute(
        "UPDATE audit_auditevent e SET xid = o.xid FROM audit_auditevent o WHERE (e.id, o.id) IN ((%s, %s), (%s, %s))",
        [first, last, last, first],
    )


def renumber(log: Log, chance: random.Random) -> None:
    log.owner.execute("UPDATE audit_auditevent SET id = id + 100000 WHERE id = %s", [pick(log, chance)])


def before_the_beginning(log: Log, chance: random.Random) -> None:
    insert(log, chance)
    log.owner.execute("UPDATE audit_auditevent SET xid = 1 WHERE id = (SELECT max(id) FROM audit_auditevent)")


def change_leaves(log: Log, chance: random.Random) -> None:
    place = chance.randrange(EVENTS * 32)
    statement = (
        "UPDATE audit_seal SET leaves = set_byte(leaves, %s, (get_byte(leaves, %s) + 1) %% 256) WHERE number = %s"
    )
    log.owner.execute(statement, [place, place, chance.randrange(BATCHES)])


def change_root(log: Log, chance: random.Random) -> None:
    log.owner.execute(
        "UPDATE audit_seal SET root = md5(root) || md5(root) WHERE number = %s", [chance.randrange(BATCHES)]
    )


def change_count_of_batches(log: Log, chance: random.Random) -> None:
    log.owner.execute("DELETE FROM audit_seal WHERE number = %s", [chance.randrange(BATCHES - 1)])


def move_border(log: Log, chance: random.Random) -> None:
    log.owner.execute("UPDATE audit_seal SET from_xid = from_xid + 1 WHERE number = %s", [chance.randrange(1, BATCHES)])


def change_signature(log: Log, chance: random.Random) -> None:
    statement = "UPDATE audit_seal SET signature = translate(signature, '0123456789abcdef', '123456789abcdef0') WHERE number = %s"
    log.owner.execute(statement, [chance.randrange(BATCHES)])


def change_checkpoint(log: Log, chance: random.Random) -> None:
    statement = "UPDATE audit_seal SET checkpoint = checkpoint || 'x' WHERE number = %s"
    log.owner.execute(statement, [chance.randrange(BATCHES)])


def cut_the_end(log: Log, chance: random.Random) -> None:
    """The last batches and their events disappear together."""
    number = chance.randrange(1, BATCHES)
    log.owner.execute(
        "DELETE FROM audit_auditevent WHERE xid >= (SELECT from_xid FROM audit_seal WHERE number = %s)", [number]
    )
    log.owner.execute("DELETE FROM audit_seal WHERE number >= %s", [number])


def seal_again(log: Log, leaves_of: Callable[[int], Sequence[bytes]]) -> None:
    """Everything sealed anew with the stolen key, over whatever the log says now."""
    tree = GrowingTree()
    seals = log.owner.execute("SELECT number, from_xid, to_xid FROM audit_seal ORDER BY number").fetchall()
    for number, from_xid, to_xid in seals:
        assert isinstance(number, int)
        assert isinstance(from_xid, int)
        assert isinstance(to_xid, int)
        hashes = leaves_of(number)
        root = root_of(hashes).hex()
        tree.add(batch_leaf(number, from_xid, to_xid, len(hashes), root))
        text = checkpoint_text(tree.size, tree.root().hex())
        log.owner.execute(
            "UPDATE audit_seal SET leaves = %s, count = %s, root = %s, checkpoint = %s, signature = %s, peaks = %s WHERE number = %s",
            [
                b"".join(hashes),
                len(hashes),
                root,
                text,
                log.key.sign(text.encode()).hex(),
                "[" + ",".join(f'"{peak.hex()}"' for peak in tree.peaks) + "]",
                number,
            ],
        )


def with_the_stolen_key(log: Log, chance: random.Random) -> None:
    """One event is gone and every batch after it is sealed again, without a flaw."""
    number = chance.randrange(BATCHES)
    stored = dict(log.owner.execute("SELECT number, leaves FROM audit_seal").fetchall())
    place = chance.randrange(EVENTS)
    log.owner.execute(
        "DELETE FROM audit_auditevent WHERE id = (SELECT e.id FROM audit_auditevent e JOIN audit_seal s ON s.number = %s "
        "AND e.xid >= s.from_xid AND e.xid < s.to_xid ORDER BY e.xid, e.id OFFSET %s LIMIT 1)",
        [number, place],
    )

    def leaves_of(batch: int) -> Sequence[bytes]:
        blob = stored[batch]
        assert isinstance(blob, bytes)
        hashes = list(cut(blob))
        if batch == number:
            del hashes[place]
        return hashes

    seal_again(log, leaves_of)


KINDS: dict[Mutation, set[Fault]] = {
    change_text: {Fault.CHANGED},
    change_moment: {Fault.CHANGED},
    change_details: {Fault.CHANGED},
    change_act: {Fault.CHANGED},
    drop: {Fault.MISSING},
    drop_batch: {Fault.MISSING},
    insert: {Fault.ADDED},
    double: {Fault.ADDED},
    swap: {Fault.CHANGED},
    renumber: {Fault.CHANGED},
    before_the_beginning: {Fault.STRAY, Fault.ADDED},
    change_leaves: {Fault.LEAVES},
    change_root: {Fault.LEAVES, Fault.SEAL},
    change_count_of_batches: {Fault.GAP},
    move_border: {Fault.GAP},
    change_signature: {Fault.SIGNATURE},
    change_checkpoint: {Fault.SEAL, Fault.SIGNATURE},
    cut_the_end: {Fault.TRUNCATED},
    with_the_stolen_key: {Fault.WITNESS},
}


def found_after(
    log: Log, mutate: Mutation, chance: random.Random, *, also: Callable[[], set[Fault]] | None = None
) -> set[Fault]:
    """Faults after one mutation, by our own verifier or another one; the database is as before afterwards."""
    log.owner.execute("CREATE TEMP TABLE kept_events AS SELECT * FROM audit_auditevent")
    log.owner.execute("CREATE TEMP TABLE kept_seals AS SELECT * FROM audit_seal")
    try:
        mutate(log, chance)
        return also() if also is not None else {finding.fault for finding in log.verify().findings}
    finally:
        for table, kept in (("audit_auditevent", "kept_events"), ("audit_seal", "kept_seals")):
            log.owner.execute(f"DELETE FROM {table}")
            log.owner.execute(f"INSERT INTO {table} SELECT * FROM {kept}")
            log.owner.execute(f"DROP TABLE {kept}")


def by_the_other_verifier(log: Log, folder: Path) -> set[Fault]:
    """What the stand-alone program finds in an export of the log."""
    export_log(folder)
    command = ["node", str(VERIFIER), str(folder), "--key", log.key.public_key.hex(), "--witness", str(log.witness)]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    faults = {Fault(line.split(" ")[0]) for line in told.stdout.splitlines()[:-1]}
    assert told.returncode == bool(faults), told.stderr
    return faults


def test_every_kind_of_tampering_is_found_and_named(log: Log) -> None:
    missed = [
        (mutate.__name__, seed)
        for mutate, faults in KINDS.items()
        for seed in range(5)
        if not faults & found_after(log, mutate, random.Random(seed))
    ]
    assert not missed
    assert log.verify().findings == ()


@pytest.mark.skipif(shutil.which("node") is None, reason="the stand-alone verifier needs Node")
def test_the_other_verifier_finds_the_same(log: Log, tmp_path: Path) -> None:
    assert by_the_other_verifier(log, tmp_path / "whole") == set()
    for mutate, faults in KINDS.items():
        found = found_after(log, mutate, random.Random(1), also=lambda: by_the_other_verifier(log, tmp_path / "x"))
        assert faults & found, mutate.__name__


def test_the_other_verifier_is_small_and_needs_nothing() -> None:
    text = VERIFIER.read_text("utf-8")
    assert len(text.splitlines()) <= 200
    assert all(line.split('"')[1].startswith("node:") for line in text.splitlines() if line.startswith("import"))


@pytest.mark.heavy
def test_ten_thousand_mutations(log: Log) -> None:
    kinds, missed = list(KINDS), []
    for seed in range(10_000):
        mutate = kinds[seed % len(kinds)]
        if not KINDS[mutate] & found_after(log, mutate, random.Random(seed)):
            missed.append((mutate.__name__, seed))
    assert not missed
