"""An accepted declaration on its way into a register: who stands for it, with which papers, and the acts it led to."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid5

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Order
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor
from sosach.domain.declarations.models import Declaration
from sosach.domain.declarations.operations.refusals import forbidden
from sosach.domain.declarations.rules import Kind, check
from sosach.domain.population.rules.days import day_of


@dataclass(slots=True)
class Accepted:
    """An accepted declaration.

    Attributes:
        order: of whoever approves.
        declaration: locked.
        kind: its kind.
        verifier: who verified it, with the rights held then.
        terms: as `TERMS` names them.
        acts: what was written: verb, id of the act, register, record; filled while it is applied.
    """

    order: Order
    declaration: Declaration
    kind: Kind
    verifier: Actor
    terms: dict[str, Any]
    acts: list[dict[str, Any]] = field(default_factory=list)

    @property
    def answers(self) -> dict[str, str]:
        """Answers as typed."""
        return self.declaration.answers

    @property
    def keys(self) -> dict[str, str]:
        """Answers as read."""
        return check(self.kind, self.answers, today=day_of(self.order.at)).keys

    @property
    def record(self) -> int:
        """The record it is about.

        Raises:
            SosachError: STATE-02 nobody said which one.
        """
        if self.declaration.record_id is None:
            raise forbidden(
                "Chưa xác định bản ghi trong sổ; chọn bản ghi khi kiểm tra.",
                "It is not known which record it is about: choose one when verifying.",
            )
        return int(self.declaration.record_id)

    def keeper(self, roles: Iterable[Role]) -> Actor:
        """Whoever of the two holds one of the roles a verb of the register needs; whoever approves first.

        Raises:
            SosachError: ACCESS-01.
        """
        wanted = frozenset(roles)
        for actor in (self.order.actor, self.verifier):
            if not actor.roles.isdisjoint(wanted):
                return actor
        names = ", ".join(sorted(wanted))
        raise SosachError(
            ErrorCode.ACCESS_DENIED,
            vi=f"Người kiểm tra hoặc người phê duyệt phải có vai trò: {names}.",
            en=f"Whoever verifies or approves needs one of the roles: {names}.",
        )

    def second(self, keeper: Actor) -> Actor:
        """The other one of the two."""
        return self.order.actor if keeper == self.verifier else self.verifier

    def order_of(self, verb: str, actor: Actor, *, reason: str = "", **evidence: str) -> Order:
        """An order to a verb of a register, in the name of whoever stands for it, with an act of its own."""
        number = self.declaration.number
        act = uuid5(self.order.act, f"{verb} {len(self.acts)}")
        told = {"declaration": number, "case": number, **{name: text for name, text in evidence.items() if text}}
        return replace(self.order, actor=actor, evidence=told, reason=reason or f"Tờ khai {number}", act=act)

    def did(self, verb: str, order: Order, record: int) -> None:
        """Note an act that was written."""
        self.acts.append({"verb": verb, "act": str(order.act), "register": verb.split(".")[0], "record": record})
