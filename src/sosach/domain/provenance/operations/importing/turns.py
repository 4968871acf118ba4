"""Whose turn it is: one import of a register at a time, so that later sources have later ids."""

from collections.abc import Iterable

from sosach.domain.provenance.operations.importing.staging import run

POPULATION = "population"
LOCK_KEY = 7309945  # of the advisory locks: not the sealer's
_BESIDE = " beside"


def wait_for_others(register: str, registers: Iterable[str]) -> None:
    """Begin when no import of this register runs; persons stay as they are while others are linked to them.

    A second connection may live a moment longer than the first, when that was ended by force: what it writes is waited for.

    Args:
        register: to take in.
        registers: all there are.
    """
    if register != POPULATION:
        run("SELECT pg_advisory_xact_lock_shared(%s, hashtext(%s))", [LOCK_KEY, POPULATION])
    run("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK_KEY, register])
    for name in registers if register == POPULATION else (register,):
        run("SELECT pg_advisory_lock(%s, hashtext(%s))", [LOCK_KEY, name + _BESIDE])
        run("SELECT pg_advisory_unlock(%s, hashtext(%s))", [LOCK_KEY, name + _BESIDE])


def work_beside(register: str) -> None:
    """The second connection of an import says that it is there, until its end."""
    run("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK_KEY, register + _BESIDE])
