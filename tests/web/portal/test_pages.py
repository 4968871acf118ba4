"""Every page of the portal for one's own data: what it says, and that it is there."""

from tests.web.portal.people import PINS, Town, answered, as_person, begun, seen

OWN = ("/cong-dan/", "/cong-dan/thong-tin/", "/cong-dan/luot-xem/", "/cong-dan/khai/", "/cong-dan/to-khai/")


def test_first_pages(town: Town) -> None:
    vehicle = town.registered(town.an)
    client = as_person(PINS["an"])
    for address in OWN:
        seen(client, address)
    home = seen(client, "/cong-dan/")
    assert vehicle.plate_display in home
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
