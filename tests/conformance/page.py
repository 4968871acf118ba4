"""The page `docs/reference/standards.md`: what each standard asks, line by line, and what is answered."""

from pathlib import Path
from typing import Any

from tests.conformance import test_dci, test_dci_refusals, test_govstack, test_xroad
from tests.conformance.scenarios import Table

FILE = Path(__file__).parents[2] / "docs" / "reference" / "standards.md"
HEAD = """# Standards spoken, line by line

What other systems may expect of X-Road, DCI, GovStack and the data tracker here. Each line is a test; `make conformance` runs them all,
with the files of the standards from the folder named by `SOSACH_SPECS`. OSIA has [a page of its own](osia.md). Of OpenID4VCI 1.0,
issued by pre-authorized codes, the optional parts (encrypted answers, DPoP, the high-assurance profile) are not there:
[which and why](../howto/digital-credentials.md#as-a-wallet-or-a-verifier). This page is written anew by
`SOSACH_WRITE_PAGES=1 .venv/bin/python -m pytest tests/conformance/test_page.py`.

| Standard | Operations | Answered as asked | Answered otherwise, for a reason |
|---|---|---|---|
| Estonian personal-data usage monitor 2.1.0 (data tracker) | 3 | its file, unmodified, by every check of schemathesis: 0 failures | |
"""
TRACKER = """## Estonian personal-data usage monitor 2.1.0

Addresses below `/exchange/tracker/`: `v2/findUsage`, `v2/usagePeriod`, `v2/heartbeat`. Held against the file as it is, by schemathesis with
every check (`tests/conformance/test_data_tracker.py`), and:

* the latest look comes first; pages do not overlap; the period may have any time zone;
* a look of an officer or of an agency is there to be seen at once, since it is read from the evidence log itself;
* whoever asks in `X-Road-UserId` is the person, that person's representative on record, or a parent while the person is not of age; anybody
  else learns as little as about a number nobody has: an empty list, since the file documents neither 403 nor 404;
* officers are told by their office, agencies by their name; the log knows no covert looks, so none are left out or delayed;
* a portal asks with a token, with its certificate, or as a member of X-Road through our own security server;
* the token has the scope `tracker.read` and a case (`ref`), since the purpose `data-subject` needs one.
"""


def page() -> str:
    """The page."""
    tables: list[Table[Any]] = [test_xroad.TABLE, test_dci.TABLE, test_dci_refusals.REFUSALS, test_govstack.TABLE]
    operations = ["any", "11", "11", "10"]
    rows = [
        f"| {table.title} | {count} | {len(table.checks) - len(table.reasons)} of {len(table.checks)} lines | {len(table.reasons)} |"
        for table, count in zip(tables, operations, strict=True)
    ]
    return "\n".join([HEAD + "\n".join(rows), "", *(table.rendered() for table in tables), TRACKER])
