"""`sosach audit seal`: closes what was written, once or every second."""

import signal
import threading
from datetime import UTC, datetime
from pathlib import Path

from sosach.domain.audit.operations.sealing import seal
from sosach.jobs.sealing import seal_forever
from sosach.site.fitness import facts, require_durable
from sosach.site.management.site_command import SiteCommand
from sosach.site.signing import signer
from sosach.site.signing import witnesses as files_of


class Command(SiteCommand):
    """The sealer's process."""

    def carry_out(self, *, lang: str, forever: bool, witnesses: list[Path]) -> None:
        """Seal once, or until a signal."""
        require_durable(facts())
        key, keepers = signer(), files_of(witnesses)
        if forever:
            stop = threading.Event()
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: stop.set())
            seal_forever(key, keepers, stop)
            return
        made = seal(datetime.now(UTC), key, keepers)
        if made is None:
            self.say(lang, vi="Không có gì mới để niêm phong.", en="There is nothing new to seal.")
        else:
            self.say(
                lang,
                vi=f"Lô {made.number}: {made.count} mục, khóa {made.key_id}",
                en=f"Batch {made.number}: {made.count} events, key {made.key_id}",
            )
