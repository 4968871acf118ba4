"""One card over all its pages, in the order of its life."""

from tests.web.cards.story import Application, Bureau, stored

from sosach.domain.idcards.models import Blank, Card


def test_a_card_from_application_to_destruction(bureau: Bureau) -> None:
    key = bureau.approved()
    assert stored(Application, pk=key).state == "approved"
    card = bureau.at_counter()
    page = bureau.clerk.page(f"vong-doi/{card}/")
    assert "Chờ công dân nhận" in page
    bureau.clerk.send(f"vong-doi/{card}/", "hand-over", old_card="none", receipt="PN-1")
    assert stored(Card, pk=card).state == "active"
    assert stored(Application, pk=key).state == "done"
    bureau.clerk.send(f"vong-doi/{card}/", "hold", ground="prison", decision="QĐ 1")
    bureau.clerk.send(f"vong-doi/{card}/", "give-back")
    bureau.approver.send(f"vong-doi/{card}/", "revoke", ground="altered", decision="QĐ 2")
    bureau.clerk.send(f"vong-doi/{card}/", "recover")
    serial = stored(Card, pk=card).blank_id
    bureau.stock.send("phoi/", "list", serials=serial)
    listed = stored(Blank, serial=serial).destruction_id
    bureau.release.send("phoi/", f"destroy-{listed}")
    assert (stored(Card, pk=card).state, stored(Blank, serial=serial).state) == ("destroyed", "destroyed")
