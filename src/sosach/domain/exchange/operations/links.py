"""Opens, suspends and resumes links between two levels, and takes in the other side's new key."""

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.exchange.models.links import OPEN, SUSPENDED, Link
from sosach.domain.exchange.rules.batches import FIRST, HASH

KEEPERS = frozenset({Role.STEWARD, Role.ADMIN, Role.SYSTEM})
NATION = "nation"  # name of the link at a province
NATION_HERE = "vn"  # how the nation names itself


@operation("exchange.link_opened", roles=KEEPERS)
def open_link(order: Order, *, province: str, upward: bool, peer_key: str) -> Done[Link]:
    """Open the link between a province and the nation; what the log tells from its beginning is told to the other side.

    Args:
        order: who, when.
        province: its code.
        upward: whether this installation is the province.
        peer_key: public key of the other side, hexadecimal, as its keepers told it.

    Raises:
        SosachError: STATE-03 there is such a link; STATE-04 no code of a province, or no key.
    """
    name = NATION if upward else province
    if len(province) != 2 or not province.isdecimal():
        raise _incomplete("Mã tỉnh gồm 2 chữ số.", "The code of a province has two digits.")
    _require_key(peer_key)
    if Link.objects.filter(name=name).exists():
        raise SosachError(ErrorCode.CONFLICT, vi="Kết nối này đã có.", en="There is such a link already.")
    here, there = (province, NATION_HERE) if upward else (NATION_HERE, province)
    link = Link.objects.create(
        name=name,
        here=here,
        there=there,
        province_code=province,
        peer_key=peer_key,
        opened_at=order.at,
        act=order.act,
        sent_chain=FIRST,
        received_chain=FIRST,
    )
    return Done(link, [_subject(link)])


@operation("exchange.link_suspended", roles=KEEPERS)
def suspend_link(order: Order, *, link: str) -> Done[None]:
    """Let nothing more go over a link; what changes meanwhile is collected when it is resumed.

    Raises:
        SosachError: STATE-01 no such link; STATE-04 no reason.
    """
    if not order.reason.strip():
        raise _incomplete("Cần nêu lý do.", "A reason is missing.")
    found = locked(link)
    found.state = SUSPENDED
    found.save(update_fields=["state"])
    return Done(None, [_subject(found)])


@operation("exchange.link_resumed", roles=KEEPERS)
def resume_link(order: Order, *, link: str) -> Done[None]:
    """Let a suspended link go on where it stopped.

    Raises:
        SosachError: STATE-01 no such link.
    """
    del order
    found = locked(link)
    found.state = OPEN
    found.save(update_fields=["state"])
    return Done(None, [_subject(found)])


@operation("exchange.link_key_renewed", roles=KEEPERS)
def renew_key(order: Order, *, link: str, peer_key: str) -> Done[None]:
    """Take in the other side's new public key; what it signs with the old one is believed no more.

    Raises:
        SosachError: STATE-01 no such link; STATE-04 no key.
    """
    del order
    _require_key(peer_key)
    found = locked(link)
    found.peer_key = peer_key
    found.save(update_fields=["peer_key"])
    return Done(None, [_subject(found)])


def locked(name: str) -> Link:
    """A link, open or not, locked until the transaction ends.

    Raises:
        SosachError: STATE-01 no such link.
    """
    found = Link.objects.select_for_update().filter(name=name).first()
    if found is None:
        raise SosachError(ErrorCode.NOT_FOUND, vi="Chưa có kết nối này.", en="There is no such link.")
    return found


def _require_key(key: str) -> None:
    if len(key) != HASH or set(key) - set("0123456789abcdef"):
        raise _incomplete("Khóa công khai là 64 chữ số hex.", "A public key is 64 hexadecimal digits.")


def _incomplete(vi: str, en: str) -> SosachError:
    return SosachError(ErrorCode.INPUT_INCOMPLETE, vi=vi, en=en)


def _subject(link: Link) -> Subject:
    return Subject("link", link.name)
