"""Workers that only send notices: begun by a line on standard input, their ids told on standard output, made to be killed.

A process of its own forks them, so that two hundred of them do not each pay for their imports.
"""

import os
import sys
import time
from datetime import UTC, datetime

import django
from django.db import connection


def main(database: str) -> None:
    """Begin a worker for every line; each works until it is killed."""
    django.setup()
    from sosach.domain.audit.operations.keys import FileKey  # noqa: PLC0415 - models exist only once Django is set up
    from sosach.jobs.deliveries import Sender, deliver, note_new  # noqa: PLC0415
    from sosach.site.databases import state_folder  # noqa: PLC0415

    sender = Sender(FileKey(state_folder() / "notice.key"), "http://127.0.0.1:8000", loopback=True)
    connection.settings_dict["NAME"] = database
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            while True:
                note_new(datetime.now(UTC))
                if not deliver(sender, clock=lambda: datetime.now(UTC)):
                    time.sleep(0.01)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
        os.waitpid(child, 0)


if __name__ == "__main__":
    main(sys.argv[1])
