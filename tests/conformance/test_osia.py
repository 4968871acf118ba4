"""Every operation of four of OSIA's interfaces against their own files: what they allow, what they forbid, what comes back."""

from collections.abc import Mapping
from typing import Any

import pytest
from tests.conformance import frame
from tests.conformance.conftest import Registry, order

from sosach.domain.access.queries import acting
from sosach.domain.exchange.models import FiledIdentity, FiledPerson

frame.require_specs()
PERSONS, IDENTITIES, GALLERIES = ["p-1", "p-2", "p-3"], ["i-1", "i-2"], ["g-1", "ALL"]
FILED = {
    **dict.fromkeys(("personId", "personIdTarget", "personIdSource"), PERSONS),
    "identityId": IDENTITIES,
    "galleryId": GALLERIES,
}
OPERATIONS = {"uin": 1, "dataaccess": 5, "pr": 19, "3rdparty": 5}


def _filed(here: Registry) -> None:
    """Let there be what cases mean: earlier ones may have taken it out."""
    actor, at, act = here.actor, order().at, order().act
    with acting(actor):
        told = {"status": "ACTIVE", "physical_status": "ALIVE", "filed_at": at, "act": act}
        for place, key in enumerate(PERSONS):
            person, _ = FiledPerson.objects.get_or_create(actor_key=actor.key, person_key=key, defaults=told)
            for identity in IDENTITIES[place:]:
                columns = {
                    "actor_key": actor.key,
                    "kind": "CIVIL",
                    "status": "CLAIMED",
                    "galleries": ["g-1"],
                    "act": act,
                }
                biographic = {"pin": here.pins[0], "full_name": "Nguyễn Văn Ân", "age": 30}
                FiledIdentity.objects.get_or_create(
                    filed=person,
                    identity_key=identity,
                    defaults=columns | {"biographic": biographic, "created_at": at, "updated_at": at},
                )


def _known(name: str, here: Registry) -> Mapping[str, list[str]]:
    if name == "pr":
        _filed(here)
        return FILED
    return {"uin": here.pins, "identifier": here.pins, "attributeSetName": ["DEFAULT_SET_01", "SET_LIFE_01"]}


def _asked(name: str, case: Any, here: Registry) -> None:
    frame.ask(name, case, token=here.token(), known=_known(name, here))


@pytest.mark.parametrize(("name", "count"), OPERATIONS.items())
def test_every_operation_of_the_files_is_asked(name: str, count: int) -> None:
    assert len(frame.operations(frame.document(name))) == count


uin, dataaccess = frame.schema("uin"), frame.schema("dataaccess")
pr, third_party = frame.schema("pr"), frame.schema("3rdparty")


@uin.parametrize()
@frame.same_cases
@frame.SHORT
def test_uin_briefly(case: Any, registry: Registry) -> None:
    _asked("uin", case, registry)


@dataaccess.parametrize()
@frame.same_cases
@frame.SHORT
def test_dataaccess_briefly(case: Any, registry: Registry) -> None:
    _asked("dataaccess", case, registry)


@pr.parametrize()
@frame.same_cases
@frame.SHORT
def test_pr_briefly(case: Any, registry: Registry) -> None:
    _asked("pr", case, registry)


@third_party.parametrize()
@frame.same_cases
@frame.SHORT
def test_third_party_briefly(case: Any, registry: Registry) -> None:
    _asked("3rdparty", case, registry)


@pytest.mark.heavy
@pytest.mark.conformance
@uin.parametrize()
@frame.same_cases
@frame.LONG
def test_uin(case: Any, registry: Registry) -> None:
    _asked("uin", case, registry)


@pytest.mark.heavy
@pytest.mark.conformance
@dataaccess.parametrize()
@frame.same_cases
@frame.LONG
def test_dataaccess(case: Any, registry: Registry) -> None:
    _asked("dataaccess", case, registry)


@pytest.mark.heavy
@pytest.mark.conformance
@pr.parametrize()
@frame.same_cases
@frame.LONG
def test_pr(case: Any, registry: Registry) -> None:
    _asked("pr", case, registry)


@pytest.mark.heavy
@pytest.mark.conformance
@third_party.parametrize()
@frame.same_cases
@frame.LONG
def test_third_party(case: Any, registry: Registry) -> None:
    _asked("3rdparty", case, registry)
