"""Files of enrolments at rest: wrapped anew with the other keys, dropped when nobody makes the enrolment final, and the partner's alone."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.apps import apps
from django.core.management import call_command
from tests.domain.idcards.office import TODAY, keys, moment

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Order
from sosach.domain.access.queries import Look, acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, ActorKind, Level
from sosach.domain.exchange.models import EnrollmentFile
from sosach.domain.exchange.operations.enrollments import (
    Desk,
    add_file,
    bring_enrollment,
    drop_overdue_files,
    rewrap_files,
)
from sosach.domain.exchange.queries.enrollments import enrollment_file
from sosach.domain.idcards.queries.seals import key_ring
from sosach.site.management.sealed import SEALED

pytestmark = pytest.mark.usefixtures("db", "keys")
__all__ = ["keys"]
SYSTEM = Actor(ActorKind.SYSTEM, "calendar", Level.NATION, roles=frozenset({Role.SYSTEM}))


def partner(number: int) -> Actor:
    return Actor(ActorKind.PARTNER, f"partner-{number}", Level.NATION, roles=frozenset({Role.PARTNER}))


def brought(number: int = 1, *, days: int = 0) -> UUID:
    """A file of a partner's enrolment that is still being collected."""
    order = Order(partner(number), moment(TODAY + timedelta(days=days)))
    desk = Desk(key_ring(), "https://sosach.example")
    bring_enrollment(order, key=f"E-{days}", sent={}, desk=desk)
    content = f"phiếu {number}".encode()
    return UUID(add_file(order, key=f"E-{days}", media="image/jpeg", content=content, desk=desk))


def opened(uuid: UUID, number: int = 1) -> bytes:
    look = Look(partner(number), "enrolment", moment(), "E-0")
    return enrollment_file(look, key="E-0", uuid=uuid, ring=key_ring()).content


def test_every_table_that_holds_wrapped_keys_is_one_the_rotation_goes_through() -> None:
    holding = {
        model for model in apps.get_models() if "wrapped_key" in {each.name for each in model._meta.get_fields()}
    }
    assert {table.model for table in SEALED} == holding
    assert len({name for table in SEALED for name in table.purposes}) == sum(len(table.purposes) for table in SEALED)


def test_files_of_every_partner_are_wrapped_anew_and_open_with_the_new_key_alone(
    keys: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, other = brought(1), brought(2)
    assert rewrap_files(Order(SYSTEM, moment())) == 0
    call_command("card_keys", renew=True, lang="en")
    told = capsys.readouterr().out.splitlines()
    assert "New keys: pictures/1, templates/1, enrollments/2" in told
    assert "2 data keys were wrapped anew: files of partners' enrolments." in told
    (keys / "enrollments-1.kek").unlink()
    assert (opened(one, 1), opened(other, 2)) == ("phiếu 1".encode(), "phiếu 2".encode())
    key_ring().renew("enrollments")
    assert [rewrap_files(Order(SYSTEM, moment()), portion=1) for _ in range(3)] == [1, 1, 0]


def test_a_file_whose_enrolment_is_never_made_final_is_dropped() -> None:
    early, late = brought(), brought(days=5)
    at = moment(TODAY + timedelta(days=31))
    assert drop_overdue_files(Order(SYSTEM, at)) == 1
    assert drop_overdue_files(Order(SYSTEM, at)) == 0
    with pytest.raises(SosachError) as told:
        opened(early)
    assert told.value.code is ErrorCode.NOT_FOUND
    with acting(SYSTEM):
        left = EnrollmentFile.objects.filter(wrapped_key__isnull=False, ciphertext__isnull=False)
        assert [row.uuid for row in left] == [late]


def test_what_a_partner_collects_no_other_partner_sees() -> None:
    brought(1)
    with acting(partner(2)):
        assert not EnrollmentFile.objects.exists()
    with acting(partner(1)):
        assert EnrollmentFile.objects.count() == 1
