"""What the issuer says of itself (OpenID4VCI § 12.2) and its token endpoint of itself (RFC 8414)."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse

from sosach.chip.twins.content import DOCTYPES, TYPES, Form, Kind, names
from sosach.domain.idcards.rules.twins import COPIES
from sosach.web.wallet.answering import wallet_view
from sosach.web.wallet.press import issuer

GRANT = "urn:ietf:params:oauth:grant-type:pre-authorized_code"
# Names of what can be had: they stay, wallets keep them.
CONFIGURATIONS: dict[str, tuple[Kind, Form]] = {
    "identity-mdoc": (Kind.IDENTITY, Form.MDOC),
    "identity-sd-jwt": (Kind.IDENTITY, Form.SD_JWT),
    "driving-licence-mdoc": (Kind.LICENCE, Form.MDOC),
    "driving-licence-sd-jwt": (Kind.LICENCE, Form.SD_JWT),
}
NAMES: dict[Kind, tuple[str, str]] = {
    Kind.IDENTITY: ("Căn cước (bản điện tử)", "Identity card (digital copy)"),
    Kind.LICENCE: ("Giấy phép lái xe (bản điện tử)", "Driving licence (digital copy)"),
}
_LOCALES = ("vi-VN", "en-US")


@wallet_view("GET")
def issuer_metadata(request: HttpRequest) -> HttpResponse:
    """`/.well-known/openid-credential-issuer`."""
    del request
    return JsonResponse(
        {
            "credential_issuer": identifier(),
            "credential_endpoint": address("credential"),
            "nonce_endpoint": address("nonce"),
            "notification_endpoint": address("notification"),
            "batch_credential_issuance": {"batch_size": COPIES},
            "display": _display("Bộ Công an", "Ministry of Public Security"),
            "credential_configurations_supported": {
                name: _configuration(kind, form) for name, (kind, form) in CONFIGURATIONS.items()
            },
        }
    )


@wallet_view("GET")
def server_metadata(request: HttpRequest) -> HttpResponse:
    """`/.well-known/oauth-authorization-server`."""
    del request
    return JsonResponse(
        {
            "issuer": identifier(),
            "token_endpoint": address("token"),
            "grant_types_supported": [GRANT],
            "response_types_supported": [],
            "token_endpoint_auth_methods_supported": ["none"],
            "pre-authorized_grant_anonymous_access_supported": True,
        }
    )


def identifier() -> str:
    """The credential issuer: the installation's own address."""
    return str(settings.SOSACH_URL).rstrip("/")


def address(name: str, **named: Any) -> str:
    """Full address of an endpoint."""
    return identifier() + reverse(f"wallet:{name}", kwargs=named)


def _configuration(kind: Kind, form: Form) -> dict[str, Any]:
    algorithm = issuer().algorithm
    told: dict[str, Any] = {
        "format": form.value,
        "cryptographic_binding_methods_supported": ["cose_key" if form is Form.MDOC else "jwk"],
        "proof_types_supported": {"jwt": {"proof_signing_alg_values_supported": ["ES256"]}},
        "credential_metadata": {
            "display": _display(*NAMES[kind]),
            "claims": [{"path": list(path)} for path in names(kind, form)],
        },
    }
    if form is Form.MDOC:
        return told | {"doctype": DOCTYPES[kind], "credential_signing_alg_values_supported": [algorithm.cose]}
    return told | {"vct": TYPES[kind], "credential_signing_alg_values_supported": [algorithm.jose]}


def _display(*texts: str) -> list[dict[str, str]]:
    return [{"name": text, "locale": locale} for text, locale in zip(texts, _LOCALES, strict=True)]
