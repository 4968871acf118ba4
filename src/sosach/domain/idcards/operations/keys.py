"""Machines that make cards, and document signers with what they may still sign."""

from datetime import datetime

from cryptography import x509

from sosach.chip.line.packing import require_machine_keys
from sosach.chip.pki import MOST_DOCUMENTS, require_room, signs_until
from sosach.chip.pki.periods import signs_from
from sosach.chip.signing.ports import Signer
from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.idcards.models import DocumentSigner, Machine
from sosach.domain.idcards.operations.stepping import conflict, forbidden, incomplete, not_found

KEEPERS = frozenset({Role.CARD_STOCK})


@operation("idcards.machine_registered", roles=KEEPERS)
def register_machine(order: Order, /, *, name: str, transport_key: bytes, report_key: bytes) -> Done[Machine]:
    """Register a personalisation machine by the keys (SubjectPublicKeyInfo, DER) packages are encrypted to and reports signed with.

    Raises:
        SosachError: STATE-03, another machine has the name; STATE-04, a key is none, or of no use.
    """
    require_machine_keys(transport=transport_key, report=report_key)
    there = Machine.objects.filter(name=name).first()
    if there is not None and (bytes(there.transport_key), bytes(there.report_key)) != (transport_key, report_key):
        raise conflict("Đã có máy khác mang tên này.", "Another machine has this name.")
    made = there or Machine.objects.create(
        name=name, transport_key=transport_key, report_key=report_key, registered_at=order.at, act=order.act
    )
    return Done(made, [Subject("card_machine", str(made.pk))], {"replayed": there is not None})


@operation("idcards.machine_retired", roles=KEEPERS)
def retire_machine(order: Order, /, *, machine_id: int) -> Done[None]:
    """Plan no more jobs for a machine; those under way are finished.

    Raises:
        SosachError: STATE-01.
    """
    found = Machine.objects.select_for_update().filter(pk=machine_id).first()
    if found is None:
        raise not_found("Không tìm thấy máy.", "There is no such machine.")
    found.retired_at = found.retired_at or order.at
    found.save()
    return Done(None, [Subject("card_machine", str(found.pk))])


@operation("idcards.signer_registered", roles=KEEPERS)
def register_signer(order: Order, /, *, certificate: bytes) -> Done[DocumentSigner]:
    """Register a document signer by its certificate (DER); from then on its use is counted.

    Raises:
        SosachError: STATE-03, another certificate stands for its key; STATE-04, it is no certificate of a document signer.
    """
    try:
        read = x509.load_der_x509_certificate(certificate)
        key_id = read.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest.hex()
        use_from, use_until = signs_from(certificate), signs_until(certificate)
    except (ValueError, x509.ExtensionNotFound) as wrong:
        raise incomplete(
            "Không phải chứng thư của khóa ký thẻ.", "It is no certificate of a document signer."
        ) from wrong
    there = DocumentSigner.objects.filter(key_id=key_id).first()
    if there is not None and bytes(there.certificate) != certificate:
        raise conflict("Khóa này đã có chứng thư khác.", "Another certificate stands for this key.")
    made = there or DocumentSigner.objects.create(
        key_id=key_id,
        certificate=certificate,
        use_from=use_from,
        use_until=use_until,
        most=MOST_DOCUMENTS,
        act=order.act,
    )
    return Done(made, [Subject("card_signer", str(made.pk))], {"replayed": there is not None})


@operation("idcards.signer_retired", roles=KEEPERS | {Role.CARD_APPROVER})
def retire_signer(order: Order, /, *, signer_id: int) -> Done[None]:
    """Let a document signer sign no more: spent, or its key may be in other hands.

    Raises:
        SosachError: STATE-01.
    """
    found = DocumentSigner.objects.select_for_update().filter(pk=signer_id).first()
    if found is None:
        raise not_found("Không tìm thấy khóa ký.", "There is no such signer.")
    found.retired_at = found.retired_at or order.at
    found.save()
    return Done(None, [Subject("card_signer", str(found.pk))])


def spend(signer: Signer, wanted: int, at: datetime) -> DocumentSigner:
    """Count documents of a signer as used, under its lock, in the transaction in which they are signed.

    Raises:
        SosachError: STATE-01, it is not registered; STATE-02, retired; KEY-03, not on that day, or not so many.
    """
    found = DocumentSigner.objects.select_for_update().filter(key_id=signer.key_id).first()
    if found is None:
        raise not_found("Khóa ký chưa được đăng ký.", "The signer is not registered.")
    if found.retired_at is not None:
        raise forbidden("Khóa ký đã ngừng dùng.", "The signer was retired.")
    require_room(bytes(found.certificate), used=found.used, wanted=wanted, at=at)
    found.used += wanted
    found.save(update_fields=["used"])
    return found
