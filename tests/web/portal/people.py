"""Citizens of the town who come in by the door of the demo, and photos of papers as phones take them."""

import io
import re
from typing import Any

import segno
from django.test import Client
from PIL import Image
from tests.domain.vehicles.town import Town
from tests.web.frame.people import browser

PINS = {"an": "001099000001", "binh": "001099000002", "chi": "001099000003"}
_TOKEN = re.compile(r'name="_once" value="([^"]+)"')
_VERSION = re.compile(r'name="version" value="(\d+)"')


def as_person(pin: str) -> Client:
    """A browser somebody came in with."""
    client = browser()
    assert client.post("/dung-thu/", {"pin": pin}).status_code == 302
    return client


def token(page: str) -> str:
    """The token of a form, by which it is done once."""
    found = _TOKEN.search(page)
    assert found is not None, page
    return found[1]


def version(page: str) -> str:
    """Version of the draft a page shows."""
    found = _VERSION.search(page)
    assert found is not None, page
    return found[1]


def seen(client: Client, address: str, *, status: int = 200) -> str:
    """A page."""
    response = client.get(address)
    assert response.status_code == status, (address, response.status_code, response.headers.get("Location"))
    return str(response.content.decode())


def begun(client: Client, kind: str, **told: Any) -> str:
    """Address of a fresh draft: where it goes on."""
    page = seen(client, "/cong-dan/thong-tin/")
    response = client.post("/cong-dan/khai/bat-dau/", {"kind": kind, "_once": token(page), **told})
    assert response.status_code == 303, response.content.decode()
    return str(client.get(response.headers["Location"]).headers["Location"])


def answered(client: Client, address: str, **told: str) -> str:
    """Answer a page of questions; address of the next one."""
    response = client.post(address, {"version": version(seen(client, address)), **told})
    assert response.status_code == 303, response.content.decode()
    return str(response.headers["Location"])


def picture(text: str = "", *, width: int = 900, height: int = 600) -> io.BytesIO:
    """A photo of a paper, with a code on it where one is given."""
    paper = Image.new("RGB", (width, height), (236, 232, 220))
    if text:
        code = io.BytesIO()
        segno.make(text, error="m").save(code, kind="png", scale=5, border=4)
        paper.paste(Image.open(code).convert("RGB"), (40, 40))
    sent = io.BytesIO()
    paper.save(sent, "JPEG", quality=88)
    sent.seek(0)
    sent.name = "giay-to.jpg"
    return sent


__all__ = ["PINS", "Town", "answered", "as_person", "begun", "browser", "picture", "seen", "token", "version"]
