"""The sealer's own process: closes a batch every second, for as long as it is let."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from django.db import InterfaceError, OperationalError, connection

from sosach.domain.audit.operations.sealing import Witness, seal
from sosach.domain.audit.rules.sealing import Signer

EVERY_SECONDS = 1.0
LATE_SECONDS = 60.0
_LOG = logging.getLogger("sosach.sealing")


def seal_forever(
    signer: Signer,
    witnesses: Sequence[Witness],
    stop: threading.Event,
    *,
    every: float = EVERY_SECONDS,
    sealed: Callable[[int], None] = lambda _: None,
) -> None:
    """Seal until told to stop; a database that is away is waited for, what it held is sealed afterwards.

    Args:
        signer: holds the key.
        witnesses: who keep the checkpoints.
        stop: set it to end.
        every: seconds between two looks.
        sealed: told how many events each seal closed.
    """
    away_since: float | None = None
    while not stop.is_set():
        started = time.monotonic()
        try:
            made = seal(datetime.now(UTC), signer, witnesses)
        except (OperationalError, InterfaceError):
            connection.close()
            away_since = away_since if away_since is not None else started
            if started - away_since > LATE_SECONDS:
                _LOG.warning("nothing sealed for %.0f s: the database does not answer", started - away_since)
                away_since = started
        else:
            away_since = None
            if made is not None:
                sealed(made.count)
        stop.wait(max(0.0, every - (time.monotonic() - started)))
