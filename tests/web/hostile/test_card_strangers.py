"""Officers of elsewhere, citizens, and nobody at all before the pages of ID cards, with numbers of records that are not theirs."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.test import Client, override_settings
from tests.domain.idcards.office import ELSEWHERE, person
from tests.web.cards.conftest import bureau
from tests.web.cards.story import CARDS, SYSTEM, Bureau, shots, stored, upload
from tests.web.figures.reading import officer
from tests.web.frame.people import browser
from tests.web.portal.people import as_person

from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.access.rules.budgets import USUAL, Bucket, Limits
from sosach.domain.audit.rules import Level
from sosach.domain.idcards.models import (
    Application,
    ApplicationStep,
    Card,
    CardEvent,
    Doubt,
    DoubtVerdict,
    Packet,
    Paper,
    SealedPicture,
)
from sosach.web.safety import LARGEST_FORM

__all__ = ["bureau"]
MINE = "/cong-dan/the/"
TABLES = (Application, ApplicationStep, Card, CardEvent, DoubtVerdict, Packet, Paper, SealedPicture)


def stranger(name: str, *roles: Role, unit: str = ELSEWHERE) -> Client:
    """The browser of an officer of another unit."""
    client = browser()
    level = Level.PROVINCE if len(unit) == 2 else Level.COMMUNE
    assert client.post("/dung-thu/", {"officer": officer(name, *roles, level=level, unit=unit)}).status_code == 302
    return client


def everything() -> list[list[tuple[Any, ...]]]:
    """All rows of the register of cards, to be compared."""
    with acting(SYSTEM):
        return [list(model.objects.order_by("pk").values_list()) for model in TABLES]


def forms(key: int, doubt: int) -> list[tuple[str, dict[str, Any]]]:
    """Every form about an application."""
    here = f"ho-so/{key}/"
    told: list[tuple[str, dict[str, Any]]] = [
        (here, {"lam": lam, f"{lam}-reason": "vì thế"}) for lam in ("approve", "screen", "recheck", "summon", "refuse")
    ]
    told += [
        (here, {"lam": "withdraw", "withdraw-reason": "vì thế"}),
        (here, {"lam": "change", "change-delivery": "counter", "change-priority": "9"}),
        (here, {"lam": "paper", "paper-kind": "CC01"}),
        (f"{here}thu-nhan/", {"lam": "drop"}),
        (f"nghi-trung/{doubt}/", {"lam": "judge", "judge-says": "different", "judge-reason": "vì thế"}),
    ]
    pictures = {name[1:]: content for name, content in shots(9).items()}
    return [*told, (f"{here}thu-nhan/", {"lam": "finish", **pictures})]


def test_nothing_of_an_application_is_shown_or_moved_from_elsewhere(bureau: Bureau) -> None:
    bureau.cleared(7)
    key = bureau.cleared(7, pin=person().pin or "")
    doubt, paper = stored(Doubt, outcome="").pk, stored(Paper, application_id=key, kind="CC01").pk
    shown = [f"ho-so/{key}/", f"ho-so/{key}/thu-nhan/", f"giay/{paper}/", f"nghi-trung/{doubt}/"]
    sent, before, wrong = forms(key, doubt), everything(), list[Any]()
    for unit in (ELSEWHERE, "79"):  # another commune here, another province
        client = stranger(f"xa.{unit}", Role.CARDS, Role.CARD_APPROVER, unit=unit)
        wrong += [(unit, each) for each in shown if client.get(CARDS + each).status_code != 404]
        wrong += [(unit, *each) for at, each in enumerate(sent) if refused(client, *each, token=f"{unit}-{at:016d}")]
        for address in ("ho-so/", "nghi-trung/", "so-lieu/", "vong-doi/", f"ho-so/?so={number_of(key)}"):
            page = client.get(CARDS + address).content.decode()
            wrong += [(unit, address, "told")] if "NGUYỄN VĂN AN" in page else []
    nobody = browser()
    wrong += [("nobody", each) for each in shown if nobody.get(CARDS + each).status_code != 302]
    wrong += [("nobody", *each) for each in sent if refused(nobody, *each, token="0" * 20, status=302)]
    assert wrong == []
    assert everything() == before
    for address in shown:  # whoever may see them keeps them nowhere: pictures of people are in some
        desk = bureau.clerk if "thu-nhan" in address else bureau.approver
        answer = desk.client.get(CARDS + address)
        assert (address, answer.status_code, "no-store" in answer.headers["Cache-Control"]) == (address, 200, True)


def refused(client: Client, address: str, told: dict[str, Any], *, token: str, status: int = 404) -> bool:
    """Whether a form was answered otherwise than it should be."""
    for each in told.values():
        if hasattr(each, "seek"):
            each.seek(0)
    return client.post(CARDS + address, {"_once": token, **told}).status_code != status


def number_of(key: int) -> str:
    return str(stored(Application, pk=key).number)


def test_citizens_see_and_move_their_own_alone_and_nobody_walks_through_the_cards_of_others(bureau: Bureau) -> None:
    key = bureau.approved()
    card = bureau.at_counter()
    bureau.clerk.send(f"vong-doi/{card}/", "hand-over", old_card="none", receipt="PN-1")
    client, before = as_person(person().pin or ""), everything()
    for address in (f"{MINE}{card}/", f"{MINE}{card}/bao-mat/", f"{MINE}{card}/rut-bao-mat/", f"{MINE}ho-so/{key}/"):
        assert (address, client.get(address).status_code) == (address, 404)
        assert (address, client.post(address, {"_once": "0" * 20}).status_code) == (address, 404)
    for address in (f"ho-so/{key}/", f"vong-doi/{card}/", "phoi/", "lenh/"):
        assert client.get(CARDS + address).status_code in {302, 403}
    assert everything() == before
    own = as_person(bureau.who.pin or "")
    assert (own.get(f"{MINE}{card}/").status_code, own.get(f"{MINE}ho-so/{key}/").status_code) == (200, 200)
    few = Limits(USUAL.requests, Bucket(size=5, refill=timedelta(minutes=1)))
    with override_settings(SOSACH_LIMITS=few):
        pages, serials = (stranger(name, Role.CARDS) for name in ("xa", "xa.hai"))
        seen = [pages.get(f"{CARDS}vong-doi/{card}/").status_code for _ in range(7)]
        tried = [serials.post(f"{CARDS}vong-doi/", {"wanted": f"VN{at:014d}"}).status_code for at in range(1, 8)]
        assert (seen[0], tried[0], seen[-1], tried[-1]) == (200, 200, 429, 429)
        here = {bureau.clerk.client.get(f"{CARDS}vong-doi/{card}/").status_code for _ in range(7)}
        assert here == {200}


@override_settings(FILE_UPLOAD_TEMP_DIR="/there/is/no/such/folder")
def test_no_picture_is_laid_down_in_a_file_on_its_way(bureau: Bureau) -> None:
    key, told = bureau.applied(), shots(7)
    face = told["_face"].read() + b"\0" * 12_000_000  # what cameras append behind the picture; phones send up to 12 MB
    bureau.clerk.send(f"ho-so/{key}/thu-nhan/", "finish", **told | {"_face": upload("face.jpg", face)})
    assert stored(Application, pk=key).state == "captured"
    assert settings.FILE_UPLOAD_MAX_MEMORY_SIZE >= LARGEST_FORM
