"""The whole log verified, by Sosach and by the stand-alone program: seconds for a million events.

    python benchmarks/registers/verifying.py [--events 1000000] [--batch 2000] [--state DIR]

Events are written by the database in transactions of 20, sealed in batches and verified by `sosach audit verify`, as an auditor
would, with start, keys and witnesses; then the log is exported and `deploy/verify-log.mjs` (Node) verifies the files. The log is
kept with the state folder: a second run adds what is missing only.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import bench_server
import psycopg

VERIFIER = bench_server.ROOT / "deploy" / "verify-log.mjs"
AT_ONCE = 20  # events of one transaction
_EVENTS = """
INSERT INTO audit_auditevent (act, at, event, actor_kind, actor_key, actor_unit, purpose, reference, subject_kind, subject_key,
    subject_unit, details)
SELECT gen_random_uuid(), clock_timestamp(), 'population.identity_checked', 'officer', 'officer-' || mod(number, 900), '00004',
    'identity-check', '', 'person', (10000000 + number)::text, '00004', '{}'
FROM generate_series(%s::int, %s::int) AS told(number)
"""


def write(owner: psycopg.Connection[object], count: int) -> None:
    """That many events, in transactions as small as those of a day's work."""
    owner.execute("SET synchronous_commit TO off")
    for begin in range(0, count, AT_ONCE):
        owner.execute(_EVENTS, [begin, min(begin + AT_ONCE, count) - 1])


def sosach(*arguments: str) -> tuple[float, str]:
    """A command of ours; seconds and what it said last."""
    begun = time.perf_counter()
    command = [sys.executable, "-m", "sosach.cli", *arguments]
    told = subprocess.run(command, check=True, capture_output=True, text=True)
    return time.perf_counter() - begun, told.stdout.strip().splitlines()[-1]


def seal_in_batches(state: Path, missing: int, batch: int) -> float:
    """Write and seal batch by batch, in one process as the sealer is one; seconds the seals took."""
    from datetime import UTC, datetime  # noqa: PLC0415 - Django must know its models first

    from sosach.domain.audit.operations.sealing import seal  # noqa: PLC0415
    from sosach.site.signing import signer, witnesses  # noqa: PLC0415

    key, keepers = signer(), witnesses([])
    spent = 0.0
    with psycopg.connect(**bench_server.owner_address(state), autocommit=True) as owner:
        for begin in range(0, missing, batch):
            write(owner, min(batch, missing - begin))
            begun = time.perf_counter()
            seal(datetime.now(UTC), key, keepers)
            spent += time.perf_counter() - begun
    seal(datetime.now(UTC), key, keepers)  # what other benchmarks left
    return spent


def main() -> None:
    """Write, seal, verify in both ways, print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--events", type=int, default=1_000_000)
    options.add_argument("--batch", type=int, default=2_000)
    options.add_argument("--state", type=Path, default=bench_server.STATE)
    told = options.parse_args()
    bench_server.prepare(told.state)
    os.environ["SOSACH_DB_ROLE"] = "sealer"
    with psycopg.connect(**bench_server.owner_address(told.state)) as owner:
        present = owner.execute("SELECT count(*) FROM audit_auditevent").fetchone()
    missing = max(0, told.events - (present[0] if present else 0))
    spent = seal_in_batches(told.state, missing, told.batch)
    if missing:
        print(f"{missing:,} events sealed in {spent:.1f} s: {1e6 * spent / missing:.1f} µs an event")
    seconds, said = sosach("audit", "verify", "--lang", "en")
    print(f"sosach audit verify: {seconds:.1f} s in all: {said}")
    with tempfile.TemporaryDirectory() as folder:
        seconds, said = sosach("audit", "export", folder, "--lang", "en")
        print(f"sosach audit export: {seconds:.1f} s: {said.partition(':')[0]}")
        key = (told.state / "seal.pub").read_text("ascii").split()[-1]
        node = shutil.which("node")
        if node is None:
            print("deploy/verify-log.mjs: no node here")
            return
        begun = time.perf_counter()
        run = subprocess.run(
            [node, VERIFIER, folder, "--key", key, "--witness", told.state / "witness.txt"],
            check=True,
            capture_output=True,
            text=True,
        )
        print(f"deploy/verify-log.mjs: {time.perf_counter() - begun:.1f} s: {run.stdout.strip()}")


if __name__ == "__main__":
    main()
