"""Second factors of officers: enrolled, used once per code, taken away by an administrator when a device is lost."""

from collections.abc import Sequence

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.models import Officer, RecoveryCode, SecondFactor
from sosach.domain.access.operations.gate import Done, Order, operation
from sosach.domain.access.queries.gate import acting
from sosach.domain.access.queries.officers import DOOR
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject


@operation("access.second_factor_enrolled", roles=frozenset({Role.SYSTEM}))
def enrol_second_factor(
    order: Order, *, officer_id: int, sealed_secret: str, step: int, code_digests: Sequence[str]
) -> Done[None]:
    """Keep the secret a first code has confirmed, with its recovery codes.

    Args:
        order: of the door.
        officer_id: whose.
        sealed_secret: what codes are made of, sealed for this account.
        step: step of time of the code that confirmed it; it opens nothing again.
        code_digests: of the recovery codes.

    Raises:
        SosachError: STATE-01 no such account; STATE-03 it has a second factor already.
    """
    officer = Officer.objects.select_for_update().filter(pk=officer_id, is_active=True).first()
    if officer is None:
        raise SosachError(ErrorCode.NOT_FOUND, vi="Không có tài khoản như vậy.", en="There is no such account.")
    if SecondFactor.objects.filter(pk=officer_id).exists():
        raise SosachError(
            ErrorCode.CONFLICT,
            vi="Tài khoản đã có mã dùng một lần.",
            en="The account has one-time codes already.",
            hint_vi="Đăng nhập lại bằng mã của ứng dụng đã đăng ký.",
            hint_en="Sign in again with a code of the app that is enrolled.",
        )
    SecondFactor.objects.create(
        officer=officer, sealed_secret=sealed_secret, confirmed_at=order.at, last_step=step, act=order.act
    )
    RecoveryCode.objects.filter(officer=officer).delete()
    RecoveryCode.objects.bulk_create([RecoveryCode(officer=officer, code_hash=one) for one in code_digests])
    return Done(None, [Subject("officer", str(officer_id), officer.unit)], {"recovery_codes": len(code_digests)})


def take_step(officer_id: int, *, step: int) -> bool:
    """Use up a code; False when it, or a later one, was used already. Of two at once one gets in."""
    with acting(DOOR):
        return SecondFactor.objects.filter(pk=officer_id, last_step__lt=step).update(last_step=step) == 1


@operation("access.recovery_code_used", roles=frozenset({Role.SYSTEM}))
def take_recovery_code(order: Order, *, officer_id: int, unit: str, digest: str) -> Done[int]:
    """Use up a recovery code; how many are left.

    Raises:
        SosachError: ACCESS-03, the account has no such code, or it was used.
    """
    codes = RecoveryCode.objects.filter(officer_id=officer_id, used_at__isnull=True)
    if codes.filter(code_hash=digest).update(used_at=order.at) != 1:
        raise SosachError(
            ErrorCode.ACCESS_UNKNOWN, vi="Mã khôi phục không đúng.", en="This is no recovery code of the account."
        )
    left = codes.count()
    return Done(left, [Subject("officer", str(officer_id), unit)], {"left": left})


@operation("access.second_factor_reset", roles=frozenset({Role.SYSTEM}))
def reset_second_factor(order: Order, *, officer_id: int) -> Done[None]:
    """Take a second factor away: the next sign-in enrols a new one. For a lost device without recovery codes.

    Raises:
        SosachError: STATE-01, the account has none.
    """
    row = SecondFactor.objects.select_for_update().filter(pk=officer_id).select_related("officer").first()
    if row is None:
        raise SosachError(
            ErrorCode.NOT_FOUND, vi="Tài khoản chưa có mã dùng một lần.", en="The account has no one-time codes."
        )
    unit, since = row.officer.unit, row.confirmed_at
    RecoveryCode.objects.filter(officer_id=officer_id).delete()
    row.delete()
    days = (order.at - since).days
    return Done(None, [Subject("officer", str(officer_id), unit)], {"held_days": days})
