"""Addresses wallets ask at, below /exchange/wallet/; `WELL_KNOWN` stands where the standards want it."""

from django.urls import URLPattern, URLResolver, path

from sosach.web.wallet import credentials, door, metadata, statuses

app_name = "wallet"
urlpatterns: list[URLPattern | URLResolver] = [
    path("token", door.token, name="token"),
    path("nonce", door.nonce, name="nonce"),
    path("credential", credentials.credential, name="credential"),
    path("notification", credentials.notification, name="notification"),
    path("status/<int:number>", statuses.status, name="status"),
]
WELL_KNOWN: list[URLPattern | URLResolver] = [
    path("openid-credential-issuer", metadata.issuer_metadata),
    path("oauth-authorization-server", metadata.server_metadata),
]
