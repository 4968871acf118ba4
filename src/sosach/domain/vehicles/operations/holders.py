"""Owners and second persons as procedures need them: who they are, where their records lie, who may approve."""

from typing import Any

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Order, require_other
from sosach.domain.access.queries import require
from sosach.domain.access.rules import Role, reaches
from sosach.domain.audit.rules import Actor
from sosach.domain.population.models import Person
from sosach.domain.vehicles.models import Vehicle
from sosach.domain.vehicles.operations.refusals import incomplete, not_found
from sosach.domain.vehicles.rules import OWNERSHIP_PAPERS, Holder, OwnerKind, day_of

REGISTRARS = frozenset({Role.VEHICLES})
APPROVERS = frozenset({Role.VERIFIER, Role.CHIEF})
DESK = frozenset({Role.CLERK, Role.VERIFIER, Role.CHIEF, Role.VEHICLES})

_GONE = frozenset({"deceased"})


def columns_of(order: Order, holder: Holder) -> dict[str, Any]:
    """Columns of the owner and of the territory, from the population register for persons.

    Raises:
        SosachError: STATE-01 no such person; STATE-04 the owner is dead, merged, or has no name or place.
    """
    told: dict[str, Any] = {
        "owner_kind": str(holder.owner.kind),
        "owner_person_id": holder.owner.person,
        "owner_since": day_of(order.at),
        "owner_address": holder.address,
        "owner_phone": holder.phone,
        "owner_old_papers": holder.old_papers,
        "user_person_id": None,
    }
    if holder.owner.kind is OwnerKind.PERSON:
        person = living_person(holder.owner.person)
        told |= {"owner_name": person.full_name, "owner_id_number": person.pin or ""}
        return told | {"commune_code": person.commune_code, "province_code": person.province_code}
    told |= {"owner_name": holder.name, "owner_id_number": holder.owner.code}
    if not holder.owner.is_known or not holder.owner.code or not holder.name or not holder.province_code:
        raise incomplete(
            "Cần tên, mã định danh hoặc mã số thuế và nơi đặt trụ sở của chủ xe.",
            "An owner needs a name, an e-ID or tax code and a seat.",
        )
    return told | {"commune_code": holder.commune_code, "province_code": holder.province_code}


def living_person(key: int | None) -> Person:
    """A person who can own something.

    Raises:
        SosachError: STATE-01 no such person; STATE-04 dead, or merged into another record.
    """
    person = Person.objects.filter(pk=key).first()
    if person is None:
        raise not_found("Không có người này trong cơ sở dữ liệu.", "The register has no such person.")
    if person.life_status in _GONE or person.merged_into_id is not None:
        raise incomplete(
            "Người này đã mất hoặc bản ghi đã được gộp, không thể đứng tên chủ xe.",
            "The person is dead or merged into another record and cannot become an owner.",
        )
    return person


def require_reach(actor: Actor, columns: dict[str, Any]) -> None:
    """See that the new owner's record lies where the actor may register.

    Raises:
        SosachError: ACCESS-02.
    """
    if not reaches(actor, commune_code=columns["commune_code"], province_code=columns["province_code"]):
        raise SosachError(
            ErrorCode.ACCESS_OUTSIDE,
            vi="Nơi cư trú của chủ xe không thuộc phạm vi quản lý.",
            en="The owner lives outside the territory of this unit.",
        )


def require_second(order: Order, approver: Actor, columns: dict[str, Any]) -> None:
    """See that a second person of the right place and role approves.

    Raises:
        SosachError: STATE-04 the same person; ACCESS-01 no role that approves, or the own vehicle; ACCESS-02 another territory.
    """
    if approver.is_also(order.actor.key) or order.actor.is_also(approver.key):
        raise incomplete(
            "Thay đổi chủ xe cần người thứ hai phê duyệt, khác người thực hiện.",
            "A change of owner needs a second person, other than the one who enters it.",
        )
    require(approver, APPROVERS)
    require_other(approver, columns["owner_person_id"])
    require_reach(approver, columns)


def require_ownership_paper(order: Order) -> None:
    """See that the order names a paper that shows who owns the vehicle (Circular 79/2024 art. 12).

    Raises:
        SosachError: STATE-04.
    """
    if OWNERSHIP_PAPERS.isdisjoint(order.evidence):
        raise incomplete(
            "Thiếu giấy tờ chứng minh quyền sở hữu xe.",
            "A paper that shows who owns the vehicle is missing.",
        )


def territory_of(vehicle: Vehicle) -> dict[str, Any]:
    """Whose a vehicle is and where its record lies, as `require_second` asks for it."""
    return {
        "commune_code": vehicle.commune_code,
        "province_code": vehicle.province_code,
        "owner_person_id": vehicle.owner_person_id,
    }
