"""Progress of an import: a line per phase with its rate where no terminal is, for registers that report at once."""

from concurrent.futures import ThreadPoolExecutor
from io import StringIO

import pytest
from rich.console import Console

from sosach.cli.import_progress import ImportBars, register_name
from sosach.domain.provenance.rules import Phase


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_phase_has_a_line_in_both_languages(lang: str) -> None:
    told = StringIO()
    with ImportBars(Console(file=told, width=120), lang) as bars:
        for phase in Phase:
            bars.told("vehicles", phase, 0, 1500)
            bars.told("vehicles", phase, 1500, 1500)
    lines = told.getvalue().splitlines()
    assert len(lines) == len(Phase)
    grouped = {"vi": "1.500", "en": "1,500"}[lang]
    assert all(line.startswith(f"{register_name('vehicles', lang)}: ") and f": {grouped}, " in line for line in lines)
    assert all(line.endswith("/s") for line in lines)
    assert all(line.split(": ")[1] != phase for phase, line in zip(Phase, lines, strict=True))


def test_registers_report_at_once() -> None:
    told = StringIO()
    names = ("vehicles", "licences")
    with ImportBars(Console(file=told, width=120), "en") as bars, ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda name: [bars.told(name, Phase.RECORDS, done, 50) for done in range(51)], names))
    assert sorted(line.split(",")[0] for line in told.getvalue().splitlines()) == [
        "Licences: writing records: 50",
        "Vehicles: writing records: 50",
    ]
