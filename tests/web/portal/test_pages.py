"""Every page of the portal for one's own data: what it says, and that it is there."""

import re

import pytest
from tests.domain.declarations.ward import citizen, order, sent
from tests.web.portal.people import PINS, Town, answered, as_person, begun, seen

from sosach.domain.declarations.operations import object_to
from sosach.web.portal import claims, home, things

OWN = (
    "/cong-dan/",
    "/cong-dan/xe/",
    "/cong-dan/phan-doi/",
    "/cong-dan/thong-tin/",
    "/cong-dan/luot-xem/",
    "/cong-dan/khai/",
    "/cong-dan/to-khai/",
)


def test_first_pages(town: Town) -> None:
    vehicle = town.registered(town.an)
    client = as_person(PINS["an"])
    for address in OWN:
        seen(client, address)
    first = seen(client, "/cong-dan/")
    assert vehicle.plate_display in first
    page = seen(client, f"/cong-dan/xe/{vehicle.pk}/")
    assert vehicle.chassis_number in page
    for group in ("xe-cua-toi", "xe-nguoi-khac", "giay-phep", "thong-tin"):
        seen(client, f"/cong-dan/khai/{group}/")


def test_declared_and_followed(town: Town) -> None:
    vehicle = town.registered(town.an)
    client = as_person(PINS["an"])
    first = begun(client, "vehicle_in_use", xe=str(vehicle.pk))
    after = answered(client, first, phone="0912345678", commitment="on")
    seen(client, after)


def test_who_owns_more_than_a_page_finds_every_vehicle_once(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(things, "MOST", 2)
    monkeypatch.setattr(things, "PAGE", 2)
    owned = [town.registered(town.an).pk for _ in range(5)]
    town.registered(town.binh)
    client = as_person(PINS["an"])
    first = seen(client, "/cong-dan/")
    assert _vehicles(first) == owned[:2]
    assert "Xem tất cả 5 xe" in first
    found, address = [], "/cong-dan/xe/"
    for rows in (2, 2, 1):
        page = seen(client, address)
        assert len(_vehicles(page)) == rows
        found += _vehicles(page)
        address = f"/cong-dan/xe/?sau={found[-1]}"
    assert found == owned
    assert "?sau=" not in page
    assert "Không có xe nào ở trang này." in seen(client, address)


def test_every_claim_of_others_is_found_however_many_came_after_it(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "PAGE", 2)
    monkeypatch.setattr(home, "CLAIMS", 2)
    told = [sent(town.binh, "vehicle_bought_with_papers", town.registered(town.an)).pk for _ in range(3)]
    client = as_person(PINS["an"])
    first = seen(client, "/cong-dan/")
    assert _claims(first) == [told[2], told[1]]
    assert "/cong-dan/phan-doi/" in first
    assert _claims(seen(client, "/cong-dan/phan-doi/")) == [told[2], told[1]]
    assert _claims(seen(client, f"/cong-dan/phan-doi/?truoc={told[1]}")) == [told[0]]
    object_to(order(citizen(town.an)), declaration_id=told[2], statement="Tôi chưa bán")
    assert _claims(seen(client, "/cong-dan/")) == [told[1], told[0]], "what one objected to is no task any more"
    assert "bạn đã phản đối" in seen(client, "/cong-dan/phan-doi/")
    assert "Chưa có ai khai" in seen(as_person(PINS["chi"]), "/cong-dan/phan-doi/")
    seen(as_person(PINS["chi"]), f"/cong-dan/phan-doi/{told[0]}/", status=404)


def _vehicles(page: str) -> list[int]:
    """Vehicles a page leads to, each once."""
    return list(dict.fromkeys(int(key) for key in re.findall(r'href="/cong-dan/xe/(\d+)/"', page)))


def _claims(page: str) -> list[int]:
    """Declarations of others a page leads to."""
    return [int(key) for key in re.findall(r'href="/cong-dan/phan-doi/(\d+)/"', page)]
