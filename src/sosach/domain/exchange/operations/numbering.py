"""A number for somebody without one, asked for by a partner that carries out civil status: once per transaction."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.operations.idempotency import Asked, once
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.exchange.queries.partners import Caller, PartnerRefusedError
from sosach.domain.exchange.rules.agreements import Refused
from sosach.domain.population.models import Person
from sosach.domain.population.operations.births import Birth, ParentTold, register_birth
from sosach.domain.population.operations.numbers import issue_pin
from sosach.domain.population.rules.words import Kin
from sosach.vn.names import keys

# Decree 70/2024 art. 11(2), as amended by Decree 58/2026: what a number is made of.
NEEDED = (
    *("full_name", "birth_date", "sex", "birth_registration_code"),
    *("birth_place", "hometown", "ethnicity", "nationality"),
)
PARENTS = (Kin.FATHER, Kin.MOTHER, Kin.REPRESENTATIVE)
_OF_PARENT = ("full_name", "nationality", "pin")
_KNOWN = frozenset({*NEEDED, *(f"{kin}_{name}" for kin in PARENTS for name in _OF_PARENT)})


def generate_number(order: Order, *, caller: Caller, transaction: str, attributes: Mapping[str, Any]) -> str:
    """Establish a number: of a birth that is registered by it, or of a citizen the register has without one.

    The same transaction is answered with the same number.

    Args:
        order: who, when.
        caller: on the strength of which agreement.
        transaction: id of the partner's own.
        attributes: what the law needs (`NEEDED`), and who the parents or the representative are.

    Raises:
        PartnerRefusedError: ACCESS-01, the agreement does not let the partner carry out civil status.
        SosachError: STATE-04 something is missing, unknown or wrong; STATE-03 the register has such a person with a number, or
            several without; REQUEST-02 the transaction told something else.
    """
    if Role.CIVIL_STATUS not in caller.agreement.roles:
        raise PartnerRefusedError(
            Refused.SCOPE,
            vi="Thỏa thuận không giao việc xác lập số định danh.",
            en="The agreement does not let the partner establish numbers.",
        )
    told = json.dumps(attributes, sort_keys=True, ensure_ascii=False)
    key = _digest(f"{order.actor.key}\x1f{transaction}")
    asked = Asked(order.actor, key, _digest(told), order.at, order.act)
    return str(once(asked, lambda: number_generated(order, key=key, birth=_birth(key, attributes))).answer)


@operation("exchange.number_generated", roles=frozenset({Role.CIVIL_STATUS}))
def number_generated(order: Order, *, key: str, birth: Birth) -> Done[str]:
    """Establish a number under the transaction of a partner; see `generate_number`.

    Raises:
        SosachError: STATE-03, STATE-04.
    """
    known = list(_standing(birth)[:2])
    if any(person.pin for person in known) or len(known) > 1:
        raise SosachError(
            ErrorCode.CONFLICT,
            vi="Sổ dân cư đã có người trùng họ tên, ngày sinh, giới tính và nơi đăng ký khai sinh.",
            en="The register has somebody of this name, birth, sex and place of registration.",
            hint_vi="Gửi qua đường đăng ký khai sinh kèm giấy tờ.",
            hint_en="Register the birth with its papers instead.",
        )
    inner = Order(order.actor, order.at, {"transaction": key[:16]}, order.reason)
    if known:  # Decree 70/2024 art. 11(4): registered before there were numbers
        person_id, found = known[0].pk, issue_pin(inner, person_id=known[0].pk)
    else:
        made = register_birth(inner, birth=birth)
        person_id, found = made.person_id, made.pin
    return Done(found, [Subject("person", str(person_id), birth.commune_code)], {"known": bool(known)})


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _standing(birth: Birth) -> Any:
    """People of the register the message could be about."""
    wanted = keys(birth.full_name)
    return Person.objects.select_for_update(no_key=True).filter(
        name_k2=wanted.k2,
        name_k1=wanted.k1,
        birth_date=birth.birth_date,
        sex=birth.sex,
        birth_registration_code=birth.commune_code,
        merged_into__isnull=True,
    )


def _birth(key: str, told: Mapping[str, Any]) -> Birth:
    """The message to the register.

    Raises:
        SosachError: STATE-04.
    """
    unknown = sorted(set(told) - _KNOWN)
    missing = [name for name in NEEDED if not told.get(name)]
    wrong = [name for name, value in told.items() if name in _KNOWN and not isinstance(value, str)]
    parents = tuple(
        ParentTold(kin, told[f"{kin}_full_name"], told.get(f"{kin}_nationality", "VNM"), told.get(f"{kin}_pin", ""))
        for kin in PARENTS
        if told.get(f"{kin}_full_name")
    )
    if unknown or missing or wrong or not parents:
        raise _unfit(unknown, [*missing, *([] if parents else ["father_full_name"])], wrong)
    return Birth(
        message_id=key,
        full_name=told["full_name"],
        birth_date=told["birth_date"],
        sex=told["sex"],
        commune_code=told["birth_registration_code"],
        birth_place=told["birth_place"],
        hometown=told["hometown"],
        ethnicity=told["ethnicity"],
        nationality=told["nationality"],
        parents=parents,
    )


def _unfit(unknown: list[str], missing: list[str], wrong: list[str]) -> SosachError:
    """What is wrong, by name; names that are none of ours are counted only, for they are what somebody sent."""
    vi = [f"còn thiếu {', '.join(missing)}"] if missing else []
    en = [f"missing: {', '.join(missing)}"] if missing else []
    if wrong:
        vi.append(f"phải là chữ: {', '.join(sorted(wrong))}")
        en.append(f"must be text: {', '.join(sorted(wrong))}")
    if unknown:
        vi.append(f"{len(unknown)} mục không có trong danh mục")
        en.append(f"{len(unknown)} attributes are not known")
    law = "Nghị định 70/2024 Điều 11"
    return SosachError(
        ErrorCode.INPUT_INCOMPLETE,
        vi=f"Chưa đủ thông tin để xác lập số định danh ({law}): {'; '.join(vi)}.",
        en=f"A number cannot be established (Decree 70/2024 art. 11): {'; '.join(en)}.",
    )
