"""Keys the desk works with: the signer of cards and the sender of packages, and whom the quality station believes.

They lie in the authority's house (`sosach card pki`), or in the token. An installation of its own embedded server holds
synthetic people only; there a house nobody else trusts is founded at the first use.
"""

from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings

from sosach.chip.content import CardContent
from sosach.chip.pki import SYNTHETIC
from sosach.chip.pki.ceremony import SHOWN, Present
from sosach.chip.pki.house import CSCA, SIGNER, House
from sosach.chip.pki.steps import add_signer, current_revocations, found_authority, issue_revocations
from sosach.chip.signing.keeping import FileKeys, Keys, TokenKeys
from sosach.chip.signing.ports import KeyKind, Signer
from sosach.chip.signing.token import opened_token
from sosach.chip.verifying.evidence import Trust
from sosach.domain.access.operations import Order
from sosach.domain.access.queries import Look
from sosach.domain.idcards.models import Application
from sosach.domain.idcards.operations.jobs import Press
from sosach.domain.idcards.queries.pictures import PURPOSE, content_of
from sosach.domain.population.rules.days import day_of

SENDER: Final = "card-sender"
_PLAYERS: Final = Present(
    leader="demo leader", custodian="demo custodian", witnesses=("demo witness one", "demo witness two")
)


def house(at: datetime) -> House:
    """The house of this installation.

    Raises:
        SosachError: KEY-01 its keys cannot be reached.
    """
    found = House(Path(settings.SOSACH_CARD_PKI), _keys())
    if settings.SOSACH_DEMO and not found.labels(CSCA):
        _found(found, at)
    return found


def certificate(at: datetime) -> bytes:
    """The newest document signer's certificate, as the register takes it.

    Raises:
        SosachError: STATE-01 there is none yet; KEY-01.
    """
    there = house(at)
    return there.certificate(there.newest(SIGNER))


def press(at: datetime) -> Press:
    """With what the data of cards are made and sent.

    Raises:
        SosachError: STATE-01 no signer yet; KEY-01.
    """
    there = house(at)
    return Press(_content, there.keys.open(there.newest(SIGNER)), sender(at))


def sender(at: datetime) -> Signer:
    """Who signs packages; its public key is told to the machine.

    Raises:
        SosachError: KEY-01.
    """
    there = house(at)
    with there.locked():
        return there.keys.open(SENDER) if there.keys.holds(SENDER) else there.keys.make(SENDER, KeyKind.P256)


def trust(at: datetime) -> Trust:
    """Authorities and revocation lists of the house.

    Raises:
        SosachError: KEY-01.
    """
    there = house(at)
    certificates = [file.read_bytes() for file in sorted(there.folder.glob(f"{CSCA}-*.cer"))]
    return Trust(tuple(certificates), tuple(current_revocations(there)), at)


def _content(order: Order, application: Application, serial: str) -> CardContent:
    """What a card says; the serial is the ticket under which its pictures are opened."""
    asked = Look(order.actor, PURPOSE, order.at, f"card-{serial}")
    return content_of(asked, application_id=application.pk, issued=day_of(order.at), reference=serial)


def _keys() -> Keys:
    token = settings.SOSACH_CARD_TOKEN
    if token["module"]:
        return TokenKeys(opened_token(Path(token["module"]), token["label"], token["pin"]))
    passphrase = str(settings.SOSACH_CARD_PASSPHRASE).encode()
    return FileKeys(Path(settings.SOSACH_CARD_PKI) / "keys", passphrase=passphrase)


def _found(there: House, at: datetime) -> None:
    """A synthetic authority with one signer, its people invented: for demonstrations alone."""

    def confirm(name: str, fingerprint: str) -> str:
        del name
        return fingerprint[:SHOWN]

    found_authority(there, _PLAYERS, kind=KeyKind.P384, issuer=SYNTHETIC, at=at, confirm=confirm)
    add_signer(there, _PLAYERS, kind=KeyKind.P256, at=at)
    issue_revocations(there, _PLAYERS, at=at)
