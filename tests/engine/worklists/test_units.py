"""Units and how rows find them: one file name and one way each, the same books however the rows arrive."""

from datetime import date
from pathlib import Path

import pytest
from tests.engine.fixture_run import connection, tiny_run

from sosach.engine.report.units import communes, provinces, slug
from sosach.engine.worklists import stream, write_worklists
from sosach.engine.worklists.units import Unit, route_table


def test_many_small_batches_give_the_same_books(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    books = []
    for size in (stream.BATCH, 2):
        monkeypatch.setattr(stream, "BATCH", size)
        run = tiny_run(tmp_path / str(size))
        write_worklists(connection(), run, as_of=date(2026, 11, 22))
        folder = run / "worklists"
        books.append({path.relative_to(folder): path.read_bytes() for path in folder.rglob("*.xlsx")})
    assert books[0] == books[1]


def test_every_commune_has_a_file_name_of_its_own() -> None:
    names = {f"{commune.province}/{code}-{slug(commune.name)}" for code, commune in communes().items()}
    assert len(names) == len(communes()) == 3321
    assert all(name.isascii() and " " not in name for name in names)
    assert len(provinces()) == 34


def test_a_plate_or_licence_leads_to_one_province_only() -> None:
    whole = [Unit(number, code, "", Path(), (1, 0, 0)) for number, code in enumerate(provinces())]
    routes = route_table(whole)
    keys = [(kind, code) for kind, code, _ in routes]
    assert len(keys) == len(set(keys))
    assert {("vehicles", "29"), ("vehicles", "36"), ("licences", "01"), ("province", "01")} <= set(keys)
