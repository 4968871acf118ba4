"""The scripted ceremonies: founding an authority or its next generation, certifying a signer, revoking, listing authorities.

Doc 9303-12 § 4: keys of authorities are made under the eyes of several people; every step leaves a line in the log.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sosach import __version__
from sosach.base.errors import ErrorCode, SosachError
from sosach.chip.pki.authority import Authority
from sosach.chip.pki.ceremony import Confirm, Present, confirmed
from sosach.chip.pki.certificates import csca, document_signer, link_certificate, master_list_signer, twin_signer
from sosach.chip.pki.house import BETWEEN, CSCA, LISTER, REVOCATION, SIGNER, TWINS, House, serial_of
from sosach.chip.pki.master_list import master_list
from sosach.chip.pki.names import Issuer
from sosach.chip.pki.periods import signs_until
from sosach.chip.pki.revocation import Revoked, crl, revoked_on
from sosach.chip.signing.keeping import Keys
from sosach.chip.signing.ports import KeyKind
from sosach.chip.signing.public_keys import authority_key_id, key_id_of_certificate

WITNESSES_OF_AUTHORITY = 2
WITNESSES_OF_SIGNER = 1


def found_authority(
    house: House, present: Present, *, kind: KeyKind, issuer: Issuer, at: datetime, confirm: Confirm
) -> str:
    """Make an authority, or its next generation with a link certificate from the one before; its label.

    Every witness types the beginning of the certificate's fingerprint; if one does not, the key is destroyed.

    Raises:
        SosachError: STATE-04 too few people; STATE-02 a witness did not confirm; KEY-01 the key cannot be made.
    """
    present.require(WITNESSES_OF_AUTHORITY)
    with house.locked():
        older = house.labels(CSCA)
        if older:
            house.authority().require(at)  # else it could not vouch for the next one
        label = house.next_label(CSCA)
        house.log.add("open", {"ceremony": "authority", "program": f"sosach {__version__}", **present.facts}, at=at)
        signer = house.keys.make(label, kind)
        house.log.add("key", {"label": label, "kind": kind, "key_id": signer.key_id}, at=at)
        certificate = csca(signer, house.issuer if older else issuer, at=at)
        fingerprint = hashlib.sha256(certificate).hexdigest()
        if not confirmed(present.witnesses, fingerprint, confirm):
            _break_off(house, label, fingerprint, at=at)
        house.log.add("confirm", {"sha256": fingerprint, "by": "; ".join(present.witnesses)}, at=at)
        if not older:
            house.settle(issuer)
        house.publish(f"{label}.cer", certificate, at=at)
        if older:
            link = link_certificate(house.authority(older[-1]), certificate, house.issuer, at=at)
            house.publish(f"{label}-link.cer", link, at=at)
        house.log.seal(signer, at=at)
    return label


def add_signer(house: House, present: Present, *, kind: KeyKind, at: datetime) -> str:
    """Make a document signer; its label. Several may sign side by side.

    Raises:
        SosachError: STATE-04 too few people; STATE-01 no authority; KEY-01, KEY-03 a key that cannot be made or may not sign.
    """
    present.require(WITNESSES_OF_SIGNER)
    with house.locked():
        authority = house.authority()
        authority.require(at)
        label = house.next_label(SIGNER)
        house.log.add("open", {"ceremony": "signer", "program": f"sosach {__version__}", **present.facts}, at=at)
        signer = house.keys.make(label, kind)
        house.log.add("key", {"label": label, "kind": kind, "key_id": signer.key_id}, at=at)
        certificate = document_signer(authority, signer, house.issuer, name=label.upper(), at=at)
        house.publish(f"{label}.cer", certificate, at=at)
        house.log.seal(authority.signer, at=at)
    return label


def add_twin_signer(house: House, present: Present, *, keys: Keys, label: str, at: datetime) -> tuple[bytes, bytes]:
    """Make who signs digital credentials, with a key kept elsewhere, under a label there; its certificate and the authority's.

    Raises:
        SosachError: STATE-04 too few people; STATE-01 no authority; KEY-01, KEY-03 a key that cannot be made or may not sign.
    """
    present.require(WITNESSES_OF_SIGNER)
    with house.locked():
        authority = house.authority()
        authority.require(at)
        name = house.next_label(TWINS)
        house.log.add("open", {"ceremony": "twin signer", "program": f"sosach {__version__}", **present.facts}, at=at)
        signer = keys.make(label, KeyKind.P256)
        house.log.add("key", {"label": name, "kind": signer.kind, "key_id": signer.key_id}, at=at)
        certificate = twin_signer(authority, signer, house.issuer, name=name.upper(), at=at)
        house.publish(f"{name}.cer", certificate, at=at)
        house.log.seal(authority.signer, at=at)
    return certificate, authority.certificate


def issue_revocations(house: House, present: Present, *, revoke: Sequence[str] = (), at: datetime) -> list[str]:
    """Issue the next revocation list of every authority, with some labels added; names of the files.

    Raises:
        SosachError: STATE-04 too few people; STATE-01 no such signer; KEY-01 a key that does not open.
    """
    present.require(WITNESSES_OF_SIGNER)
    with house.locked():
        condemned = [house.certificate(label) for label in dict.fromkeys((*house.condemned(), *revoke))]
        facts = {"ceremony": REVOCATION, "revoked": BETWEEN.join(revoke), **present.facts}
        labels = house.labels(CSCA)
        newest = house.authority()
        house.log.add("open", facts, at=at)
        names = []
        for label in labels:
            authority = house.authority(label)
            own = [one for one in condemned if authority_key_id(one) == key_id_of_certificate(authority.certificate)]
            names.append(_next_list(house, label, authority, own, at=at))
        house.log.seal(newest.signer, at=at)
    return names


def issue_master_list(house: House, present: Present, *, at: datetime) -> str:
    """Issue a master list of all authorities and links of the house; name of the file.

    Raises:
        SosachError: STATE-04 too few people; STATE-01 no authority; KEY-01 a key that does not open.
    """
    present.require(WITNESSES_OF_SIGNER)
    with house.locked():
        authority = house.authority()
        house.log.add("open", {"ceremony": "master list", **present.facts}, at=at)
        label = _lister(house, authority, at=at)
        certificates = [file.read_bytes() for file in sorted(house.folder.glob(f"{CSCA}-*.cer"))]
        signer = Authority(house.certificate(label), house.keys.open(label))
        name, _ = house.next_file("master-list", ".ml")
        house.publish(name, master_list(certificates, signer, authority.certificate, at=at), at=at)
        house.log.seal(authority.signer, at=at)
    return name


def current_revocations(house: House) -> list[bytes]:
    """The newest revocation list of every authority that has issued one."""
    found = (house.lists(f"{label}-crl", ".crl") for label in house.labels(CSCA))
    return [house.read(names[-1]) for names in found if names]


def _break_off(house: House, label: str, fingerprint: str, *, at: datetime) -> None:
    house.keys.destroy(label)
    house.log.add("broken off", {"label": label, "sha256": fingerprint}, at=at)
    raise SosachError(
        ErrorCode.STATE_FORBIDS,
        vi="Người chứng kiến không xác nhận đúng dấu vân tay của chứng thư: khóa đã hủy, nghi thức dừng",
        en="A witness did not confirm the fingerprint of the certificate: the key is destroyed, the ceremony ends",
        hint_vi="Họp lại từ đầu; mỗi người tự đọc và gõ 8 ký tự đầu.",
        hint_en="Begin anew; everyone reads and types the first 8 characters.",
    )


def _next_list(house: House, label: str, authority: Authority, condemned: Sequence[bytes], *, at: datetime) -> str:
    name, number = house.next_file(f"{label}-crl", ".crl")
    there = house.lists(f"{label}-crl", ".crl")
    before = revoked_on(house.read(there[-1])) if there else []
    listed = {entry.serial for entry in before}
    added = [Revoked(serial, at) for one in condemned if (serial := serial_of(one)) not in listed]
    house.publish(name, crl(authority, [*before, *added], number=number, at=at), at=at)
    return name


def _lister(house: House, authority: Authority, *, at: datetime) -> str:
    """The signer of master lists, made anew when the last one is past its period."""
    labels = house.labels(LISTER)
    if labels and signs_until(house.certificate(labels[-1])) >= at:
        return labels[-1]
    label = house.next_label(LISTER)
    key = house.keys.make(label, authority.signer.kind)
    house.log.add("key", {"label": label, "kind": key.kind, "key_id": key.key_id}, at=at)
    house.publish(f"{label}.cer", master_list_signer(authority, key, house.issuer, name=label.upper(), at=at), at=at)
    return label
