"""Captures: what is sealed, what is asked for, what is judged; and that nothing of a picture lies anywhere in the clear."""

import re
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command
from tests.domain.idcards.office import (
    APPROVER,
    BOTH,
    CLERK,
    FAR_CLERK,
    NO_CAMERA,
    SECOND,
    STOCK,
    SYSTEM,
    TODAY,
    applied,
    approved,
    captured,
    cleared,
    events,
    fresh,
    keys,
    look,
    opening,
    order,
    person,
    pictures,
    refused,
)

from sosach.base.errors import ErrorCode
from sosach.domain.access.queries import acting
from sosach.domain.idcards.models import Packet, SealedPicture
from sosach.domain.idcards.operations.applying import withdraw
from sosach.domain.idcards.operations.capturing import (
    add_picture,
    begin_packet,
    capture,
    describe_packet,
    drop_packet,
    finish_packet,
)
from sosach.domain.idcards.operations.deciding import approve
from sosach.domain.idcards.operations.preparing import Picture, prepare
from sosach.domain.idcards.operations.screening import screen
from sosach.domain.idcards.operations.sealing import erase_pictures, rewrap_pictures
from sosach.domain.idcards.queries.applications import application as look_at
from sosach.domain.idcards.queries.pictures import content_of, picture
from sosach.domain.idcards.queries.seals import capture_of, key_ring
from sosach.domain.idcards.rules.enrolment import FACE, Absence, Media, Shot
from sosach.domain.idcards.rules.quality import Fault
from sosach.domain.idcards.states.applications import State
from sosach.site.embedded import EmbeddedServer
from sosach.synth import faces

__all__ = ["keys"]
in_a_transaction = pytest.mark.usefixtures("db", "keys")
# the beginnings of JPEG, WSQ, ISO 19794-4 and 19794-5 records, and what our makers of pictures write into theirs
MARKERS = re.compile(
    rb"\xff\xd8\xff[\xdb\xe0-\xef]\x00|\xff\xa0\xff[\xa2-\xa8]\x00|FIR\x000|FAC\x000|SOSACH SYNTHETIC VECTOR"
)


def rows(**which: object) -> list[SealedPicture]:
    with acting(SYSTEM):
        return list(SealedPicture.objects.filter(**which).order_by("pk"))


@in_a_transaction
def test_a_capture_is_sealed_picture_by_picture() -> None:
    packet = captured(applied(person()), 1)
    found = rows(packet=packet)
    assert [row.slot for row in found if row.dropped_at is None] == [
        FACE,
        *(f"finger-{each}" for each in range(1, 11)),
        "template",
    ]
    assert {row.header for row in found} == {"sosach-sealed-1 pictures/1", "sosach-sealed-1 templates/1"}
    held = {bytes(row.wrapped_key or b"") for row in found if row.dropped_at is None}
    assert len(held) == 12  # every picture has a key of its own
    assert not [row for row in found if row.content and MARKERS.search(bytes(row.content))]


@in_a_transaction
def test_a_picture_is_opened_for_a_purpose_with_a_ticket_and_the_log_says_so() -> None:
    packet = captured(applied(person()), 1)
    face = rows(packet=packet, slot=FACE)[0]
    seen = picture(opening(CLERK, "HS-7"), picture_id=face.pk)
    assert (seen.content, seen.media) == (pictures(1)[0].content, Media.JPEG)
    (event,) = events("idcards.picture_opened")
    assert (event.purpose, event.reference, event.subject_key) == ("card-biometrics", "HS-7", str(packet.person_id))
    assert event.details == {"picture": face.pk, "slot": FACE, "packet": packet.pk}
    for told in (look(CLERK, ticket="HS-7"), opening(CLERK, " ")):
        refused(ErrorCode.INPUT_INCOMPLETE, lambda told=told: picture(told, picture_id=face.pk))
    refused(ErrorCode.NOT_FOUND, lambda: picture(opening(FAR_CLERK), picture_id=face.pk))
    refused(ErrorCode.ACCESS_DENIED, lambda: picture(opening(STOCK), picture_id=face.pk))


@in_a_transaction
@pytest.mark.parametrize("change", ["person", "slot", "version", "key", "content", "nonce"])
def test_a_row_that_was_moved_or_altered_does_not_open(change: str) -> None:
    packet, other = captured(applied(person()), 1), captured(applied(person()), 2)
    row, foreign = rows(packet=packet, slot=FACE)[0], rows(packet=other, slot=FACE)[0]
    with acting(SYSTEM):
        if change == "person":
            Packet.objects.filter(pk=packet.pk).update(person=other.person_id)
        else:
            finger = rows(packet=packet, slot="finger-2")[0]
            told = {
                "slot": {"nonce": finger.nonce, "content": finger.content, "wrapped_key": finger.wrapped_key},
                "version": {"version": row.version + 1},
                "key": {"wrapped_key": foreign.wrapped_key},
                "content": {"content": foreign.content},
                "nonce": {"nonce": foreign.nonce},
            }[change]
            SealedPicture.objects.filter(pk=row.pk).update(**told)
    refused(ErrorCode.SEAL_REFUSED, lambda: picture(opening(CLERK), picture_id=row.pk))


@in_a_transaction
def test_keys_are_wrapped_anew_in_portions_and_older_ones_may_go(keys: Path) -> None:
    packet = captured(applied(person()), 1)
    face = rows(packet=packet, slot=FACE)[0]
    assert rewrap_pictures(order(SYSTEM)) == 0
    key_ring().renew("pictures")
    key_ring().renew("templates")
    assert [rewrap_pictures(order(SYSTEM), portion=8) for _ in range(3)] == [8, 4, 0]
    after = rows(packet=packet, slot=FACE)[0]
    assert (after.header, bytes(after.content or b"")) == ("sosach-sealed-1 pictures/2", bytes(face.content or b""))
    (keys / "pictures-1.kek").unlink()
    assert picture(opening(CLERK), picture_id=face.pk).content == pictures(1)[0].content
    with acting(SYSTEM):  # a copy of before the rotation: its key is gone
        SealedPicture.objects.filter(pk=face.pk).update(header=face.header, wrapped_key=face.wrapped_key)
    refused(ErrorCode.SEAL_REFUSED, lambda: picture(opening(CLERK), picture_id=face.pk))
    assert len(events("idcards.pictures_rewrapped")) == 4


@in_a_transaction
def test_the_command_rotates_and_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    captured(applied(person()), 1)
    call_command("card_keys", renew=True, lang="en")
    call_command("card_keys", renew=False, lang="vi")
    told = capsys.readouterr().out.splitlines()
    assert told == [
        "New keys: pictures/2, templates/2, enrollments/1",
        "12 data keys were wrapped anew: pictures and templates.",
        "0 data keys were wrapped anew: files of partners' enrolments.",
        "Run it again with --resume in some minutes; destroy older wrapping keys only when nothing is left to wrap.",
        "Đã bọc lại 0 khóa dữ liệu: ảnh và mẫu sinh trắc học.",
        "Đã bọc lại 0 khóa dữ liệu: tệp hồ sơ thu nhận của đối tác.",
        "Khóa bọc cũ hơn không còn cần, có thể hủy.",
    ]
    assert {row.header.rpartition("/")[2] for row in rows(dropped_at=None)} == {"2"}


@in_a_transaction
def test_what_is_erased_opens_no_more() -> None:
    who = person()
    application = approved(who, 1)
    face = rows(packet__application=application, slot=FACE)[0]
    refused(ErrorCode.INPUT_INCOMPLETE, lambda: erase_pictures(order(APPROVER), person_id=who.pk))
    assert erase_pictures(order(APPROVER, decision="QĐ 3"), person_id=who.pk) == 12
    refused(ErrorCode.STATE_FORBIDS, lambda: picture(opening(CLERK), picture_id=face.pk))
    told = {"issued": TODAY, "reference": "A" * 16}
    refused(ErrorCode.STATE_FORBIDS, lambda: content_of(opening(STOCK), application_id=application.pk, **told))
    assert not [row for row in rows() if row.wrapped_key or row.content]
    refused(ErrorCode.NOT_FOUND, lambda: erase_pictures(order(APPROVER, decision="QĐ 3"), person_id=person().pk))


@in_a_transaction
def test_a_packet_is_filled_picture_by_picture() -> None:
    application = applied(person())
    packet = begin_packet(order(), application_id=application.pk, device="cam-2")
    told = pictures(1)
    for one in [*told[:-1], pictures(9)[0], told[0]]:
        add_picture(order(), packet_id=packet.pk, picture=one)
    refused(ErrorCode.INPUT_INCOMPLETE, lambda: finish_packet(order(), packet_id=packet.pk))
    absent = NO_CAMERA | {"finger-10": Absence.INJURED}
    describe_packet(order(), packet_id=packet.pk, features="sẹo ở trán", absent=absent)
    done = finish_packet(order(), packet_id=packet.pk)
    assert (done.state, fresh(application).state) == ("good", State.CAPTURED)
    seen = look_at(look(), application_id=application.pk).packets[0]
    assert [one.slot for one in seen.pictures][-1] == FACE  # the last one of a slot holds
    assert (len(seen.pictures), seen.absent["finger-10"], seen.features) == (10, "injured", "sẹo ở trán")
    refused(ErrorCode.STATE_FORBIDS, lambda: add_picture(order(), packet_id=packet.pk, picture=told[0]))
    refused(ErrorCode.STATE_FORBIDS, lambda: begin_packet(order(), application_id=application.pk))


@in_a_transaction
def test_one_capture_has_one_pair_of_hands() -> None:
    application = applied(person())
    packet = begin_packet(order(), application_id=application.pk)
    told = {"packet_id": packet.pk}
    refused(ErrorCode.STATE_FORBIDS, lambda: add_picture(order(BOTH), picture=pictures(1)[0], **told))
    refused(ErrorCode.STATE_FORBIDS, lambda: describe_packet(order(BOTH), features="", **told))
    refused(ErrorCode.STATE_FORBIDS, lambda: finish_packet(order(BOTH), **told))
    assert drop_packet(order(BOTH), **told).state == "dropped"


@in_a_transaction
def test_a_packet_given_up_leaves_nothing_that_opens() -> None:
    application = applied(person())
    packet = begin_packet(order(), application_id=application.pk)
    add_picture(order(), packet_id=packet.pk, picture=pictures(1)[0])
    drop_packet(order(), packet_id=packet.pk)
    assert not [row for row in rows(packet=packet) if row.wrapped_key or row.content]
    again = begin_packet(order(), application_id=application.pk)
    begin_packet(order(), application_id=application.pk)  # a station that started anew
    with acting(SYSTEM):
        assert Packet.objects.get(pk=again.pk).state == "dropped"
    withdraw(order(), application_id=application.pk)
    refused(ErrorCode.NOT_FOUND, lambda: drop_packet(order(FAR_CLERK), packet_id=again.pk))


@in_a_transaction
def test_a_poor_picture_is_taken_again() -> None:
    application = applied(person())
    dark = replace(pictures(1)[0], faults=(Fault.DARK,))
    packet = capture(
        order(),
        application_id=application.pk,
        pictures=[dark, *pictures(1)[1:]],
        absent=NO_CAMERA,
        features="",
        device="",
    )
    assert (packet.state, packet.quality[FACE]["faults"]) == ("poor", ["dark"])
    assert fresh(application).state == State.OPEN
    assert not [row for row in rows(packet=packet) if row.content]
    assert captured(application, 1).state == "good"


@in_a_transaction
def test_a_finger_that_stays_poor_is_told_as_worn_and_captured_after_all() -> None:
    application = applied(person())
    packet = begin_packet(order(), application_id=application.pk)
    poor = [replace(each, faults=(Fault.RESOLUTION,)) if each.slot == "finger-3" else each for each in pictures(1)]
    for each in poor:
        add_picture(order(), packet_id=packet.pk, picture=each)

    def told(**absent: Absence) -> Packet:
        noted = NO_CAMERA | {slot.replace("_", "-"): why for slot, why in absent.items()}
        return describe_packet(order(), packet_id=packet.pk, features="", absent=noted)

    def compared() -> set[str]:
        with acting(SYSTEM):
            seen = capture_of(Packet.objects.get(pk=packet.pk))
        return set(seen.vectors) if seen else set()

    refused(ErrorCode.INPUT_INCOMPLETE, lambda: told(finger_4=Absence.WORN))  # its picture is good
    assert told(finger_3=Absence.WORN).absent["finger-3"] == "worn"
    assert not [row for row in rows(packet=packet, slot="finger-3") if row.content]
    assert "finger-3" not in compared()  # what was poor compares with nobody
    assert told().absent == NO_CAMERA
    refused(ErrorCode.INPUT_INCOMPLETE, lambda: finish_packet(order(), packet_id=packet.pk))  # to be captured again
    told(finger_3=Absence.WORN)
    (good,) = [each for each in pictures(1) if each.slot == "finger-3"]
    assert add_picture(order(), packet_id=packet.pk, picture=good).absent == NO_CAMERA
    assert "finger-3" in compared()
    add_picture(order(), packet_id=packet.pk, picture=replace(good, faults=(Fault.FILE,), vector=b""))
    assert "finger-3" not in compared()
    told(finger_3=Absence.WORN)
    done = finish_packet(order(), packet_id=packet.pk)
    assert (done.state, done.absent["finger-3"], done.quality["finger-3"]["faults"]) == ("good", "worn", ["file"])
    refused(ErrorCode.STATE_FORBIDS, told)


@in_a_transaction
@pytest.mark.parametrize(
    "absent", [{FACE: Absence.MISSING}, {"finger-2": Absence.NO_DEVICE}, {"toe-1": Absence.MISSING}]
)
def test_only_fingers_and_irises_are_absent_for_a_reason(absent: dict[str, Absence]) -> None:
    application = applied(person())
    packet = begin_packet(order(), application_id=application.pk)
    refused(
        ErrorCode.INPUT_INCOMPLETE,
        lambda: describe_packet(order(), packet_id=packet.pk, features="", absent=absent),
    )
    refused(
        ErrorCode.INPUT_INCOMPLETE,
        lambda: describe_packet(order(), packet_id=packet.pk, features="x" * 121),
    )


@in_a_transaction
def test_nobody_captures_oneself() -> None:
    who = person()
    application = applied(who)
    own = replace(CLERK, person_id=who.pk)
    refused(ErrorCode.STATE_FORBIDS, lambda: begin_packet(order(own), application_id=application.pk))


def test_pictures_are_made_ready_in_the_jail() -> None:
    face = prepare(Shot(FACE, faces.face(1)))
    assert (face.faults, face.media, face.check, len(face.vector)) == ((), Media.JPEG, "sosach-simple", 256)
    assert face.content.startswith(b"\xff\xd8")
    iris = prepare(Shot("iris-left", faces.iris(1, "left")))
    assert (iris.faults, iris.vector) == ((), b"")
    finger = prepare(Shot("finger-2", faces.finger(1, 2)))
    assert (finger.faults, finger.vector) == ((), faces.vector(1, 2))
    assert prepare(Shot("finger-2", faces.finger(1, 2)[:-1])).faults == (Fault.FILE,)
    assert prepare(Shot(FACE, faces.iris(1, "left"))).faults[0] == Fault.SMALL


def test_nothing_of_a_picture_lies_on_the_disk_in_the_clear(
    committed: str, keys: Path, server: EmbeddedServer, owner: psycopg.Connection[tuple[object, ...]]
) -> None:
    """After captures, looks, a screening and a judged doubt: the data folder with its log, and the keys' folder."""
    del committed
    first, second = cleared(person(), 1), applied(person())
    captured(second, 1, shot=1)
    screen(order(BOTH), application_id=second.pk)
    picture(opening(CLERK), picture_id=rows(packet__application=first, slot=FACE)[0].pk)
    approve_and_open(first.pk)
    owner.autocommit = True
    folders = [Path(server.state), keys]
    assert not in_the_clear(owner, folders)
    # the search finds what it looks for: the same pictures, put into a table as they are
    owner.execute("CREATE TABLE plain (content bytea)")
    for content in (faces.face(1), faces.finger(1, 2), b"FAC\x00010\x00" * 9, b"FIR\x00010\x00" * 9):
        owner.execute("INSERT INTO plain VALUES (%s)", [content])
    assert {marker[:3] for marker in in_the_clear(owner, folders)} >= {b"\xff\xd8\xff", b"\xff\xa0\xff", b"FAC", b"FIR"}


def in_the_clear(owner: psycopg.Connection[tuple[object, ...]], folders: list[Path]) -> set[bytes]:
    """What looks like the beginning of a picture in any file; the database has written everything out."""
    owner.execute("CHECKPOINT")
    paths = [path for folder in folders for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    contents = [content for path in paths if (content := content_now(path)) is not None]
    assert sum(map(len, contents)) > 10_000_000
    return {marker for content in contents for marker in MARKERS.findall(content)}


def content_now(path: Path) -> bytes | None:
    """None for what a running server has taken away since it was listed: its caches and finished temporary files."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def approve_and_open(application_id: int) -> None:
    approve(order(SECOND), application_id=application_id)
    content = content_of(opening(STOCK), application_id=application_id, issued=TODAY, reference="C" * 16)
    assert [len(content.portrait) > 1000, len(content.fingers)] == [True, 2]


def test_a_picture_says_nothing_of_itself_in_an_error() -> None:
    told = Picture(FACE, b"\xff\xd8secret", Media.JPEG)
    assert "secret" not in repr(told)
