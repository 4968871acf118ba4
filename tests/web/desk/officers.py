"""Officers at the desk, for the tests of its pages: they open pages and send forms as a browser without scripts does."""

import re

from django.test import Client
from tests.domain.campaign.ground import HERE, cases
from tests.web.frame.people import browser, officer

from sosach.domain.access.rules import Role
from sosach.domain.campaign.models import Case

DESK = "/ban-lam-viec/"
TOKEN = re.compile(r'name="_once" value="([^"]+)"')
PHONE = {"field": "owner_phone", "value": "91234567", "proposed_value": "0912345678"}


def signed_in(*roles: Role, unit: str = HERE, name: str = "Nguyễn Thị Thử") -> Client:
    """A browser of an officer of the commune."""
    client = browser()
    number, _ = officer(*roles, unit=unit, name=name)
    assert client.post("/dung-thu/", {"officer": number}).status_code == 302
    return client


def sent(client: Client, address: str, **told: str) -> str:
    """A form of a page, sent; where it leads, or what the page says instead."""
    page = client.get(address).content.decode()
    token = TOKEN.search(page)
    assert token
    response = client.post(address, {"_once": token[1], **told})
    return response.headers.get("Location", "") or response.content.decode()


def address(case: Case) -> str:
    return f"{DESK}vu-viec/{case.pk}/"


def again(case: Case) -> Case:
    [found] = cases(pk=case.pk)
    return found


def text(client: Client, where: str) -> str:
    response = client.get(where)
    assert response.status_code == 200, where
    return response.content.decode()
