"""The offer as a wallet takes it: a link, which is also what the QR code holds (OpenID4VCI § 4.1)."""

import json
from urllib.parse import urlencode

from sosach.domain.idcards.queries.twins import OfferSeen
from sosach.domain.idcards.rules.twins import DIGITS, code_of, transaction_code_of
from sosach.web.wallet.metadata import CONFIGURATIONS, GRANT, identifier
from sosach.web.wallet.press import secret

SCHEME = "openid-credential-offer://"


def link_of(offer: OfferSeen) -> str:
    """The link; whoever opens it has the code, and still needs the transaction code on the citizen's screen."""
    told = {
        "credential_issuer": identifier(),
        "credential_configuration_ids": [name for name, (kind, _) in CONFIGURATIONS.items() if kind is offer.kind],
        "grants": {
            GRANT: {
                "pre-authorized_code": code_of(secret(), offer.key),
                "tx_code": {"input_mode": "numeric", "length": DIGITS},
            }
        },
    }
    return f"{SCHEME}?{urlencode({'credential_offer': json.dumps(told, separators=(',', ':'))})}"


def digits_of(offer: OfferSeen) -> str:
    """The transaction code, to be typed into the wallet."""
    return transaction_code_of(secret(), offer.key)
