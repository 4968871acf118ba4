"""`sosach import` and the accounts of the demonstration, as they are typed: heads above the figures, the same run once."""

import re
from pathlib import Path

import pytest
from tests.domain.provenance.runs import person, vehicle, write_run
from tests.site.conftest import Run


@pytest.mark.slow
@pytest.mark.usefixtures("up")
def test_a_run_is_taken_in_for_a_province_then_for_the_country(sosach: Run, folder: Path) -> None:
    elsewhere = {"commune_code": "17011", "province_code": "40"}
    run = write_run(
        folder / "run",
        population=[person("038066583942", "TRẦN VĂN TRÍ"), person("040166871517", "TRẦN THỊ BƯỞI", **elsewhere)],
        vehicles=[vehicle("XE1", "RLHA1", "36B705895", decision="link", pin="038066583942")],
    )
    for told, rows in (
        (("--province", "38"), [("Population", 2, 1, 0, 1), ("Vehicles", 1, 1, 0, 0)]),
        ((), [("Population", 2, 1, 1, 0), ("Vehicles", 1, 0, 1, 0)]),
    ):
        taken = sosach("import", str(run), "--origin", "test", "--lang", "en", *told)
        head, *lines = taken.stdout.splitlines()
        assert head.split() == ["Register", "Rows", "New", "Known", "Refused"]
        assert [tuple(line.split()) for line in lines] == [tuple(map(str, row)) for row in rows]
        assert "Vehicles: writing records: 1, " in taken.stderr
    again = sosach("import", str(run), "--origin", "test", "--lang", "en")
    assert again.stdout.count("taken in before") == 2
    refused = sosach("import", str(run), "--province", "7", check=False)
    assert (refused.returncode, refused.stderr[:8]) == (2, "STATE-04")
    both = sosach("import", str(run), "--province", "38", "--officer", "somebody", check=False)
    assert both.returncode == 2


@pytest.mark.slow
@pytest.mark.usefixtures("up")
def test_the_demonstration_has_an_account_for_each_role(sosach: Run) -> None:
    first = sosach("demo-accounts", "38", "--lang", "en").stdout
    assert re.search(r"^API key: \S+$", first, re.MULTILINE)
    named = {line.split()[0] for line in first.splitlines()[2:]}
    assert {"demo.38", "demo.38.steward", "demo.admin", "demo.auditor"} <= named
    assert sum(name.endswith((".clerk", ".verifier", ".chief", ".civil_status")) for name in named) == 4
    assert sosach("demo-accounts", "38", "--lang", "en").stdout.count("as before") == len(named)
