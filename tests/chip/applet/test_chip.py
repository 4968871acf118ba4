"""What a chip tells whom, at which time of its life."""

from dataclasses import replace

import pytest
from tests.chip.applet.cards import APPLICATION, MASTER, RECORD, by_mrz, empty, opened, personalised, refused
from tests.chip.line.made import record

from sosach.base.errors import ErrorCode, SosachError
from sosach.chip.applet.ciphers import AES_256, password_key
from sosach.chip.applet.commands import Command
from sosach.chip.applet.inspection import Reading, inspect
from sosach.chip.applet.memory import MOST_TRIES, Life
from sosach.chip.applet.passwords import Password
from sosach.chip.applet.reader import Reader
from sosach.chip.applet.reader_channel import UnprovedAnswerError, encode
from sosach.chip.line.chip_keys import make_chip_keys
from sosach.chip.line.encoding import personalisation_key
from sosach.chip.profiles import PROFILES, Profile

OK = b"\x90\x00"


def plain(chip_answer: bytes) -> str:
    return chip_answer[-2:].hex()


@pytest.mark.parametrize("profile", PROFILES.values(), ids=lambda profile: profile.name)
@pytest.mark.parametrize("infant", [False, True], ids=["adult", "infant"])
def test_every_profile_is_read_back_equal(profile: Profile, *, infant: bool) -> None:
    card = record(3, profile, infant=infant)
    chip = personalised(card)
    wanted = {identifier: content for identifier, content in card.files.items() if identifier != 0x0103}
    for password, pace in ((by_mrz(card), True), (Password.of_can(card.secrets.can), True), (by_mrz(card), False)):
        chip.reset()
        reading = inspect(chip.answer, password, pace=pace)
        read = {identifier: content for identifier, content in reading.files.by_identifier().items() if content}
        assert read == wanted
        assert reading.opened_by == ("PACE" if pace else "BAC")
        assert reading.refused == ({} if infant else {3: 0x6982})
        assert reading.active is (True if profile.active else None)
        assert reading.agreement is (True if profile.agreement else None)
        assert reading.chip_authentic is True


def test_a_file_beyond_what_parameters_count_is_written_and_read() -> None:
    card = record(4, PROFILES["VN-CC-2024"], face=60_000)
    reading = inspect(personalised(card).answer, by_mrz(card))
    assert reading.files.groups[2] == card.files[0x0102]
    assert len(reading.files.groups[2]) > 60_000


def test_fingerprints_are_kept_and_absent_files_are_absent() -> None:
    reader = opened(personalised())
    with refused(0x6982):
        reader.read(0x0103)
    with refused(0x6982):
        reader.ask(0xB0, 0x8300, expected=4)
    with refused(0x6A82):
        reader.read(0x010B)
    assert reader.read(0x0101) == RECORD.files[0x0101]


def test_a_stranger_reads_card_access_and_nothing_else() -> None:
    chip = personalised()
    reader = Reader(chip.answer)
    assert reader.read(0x011C) == RECORD.files[0x011C]
    with refused(0x6A82):
        reader.read(0x0101)
    reader.select_application()
    for identifier in (0x0101, 0x0103, 0x010B, 0x011D, 0x011E):
        with refused(0x6982):
            reader.read(identifier)
    with refused(0x6982):
        reader.ask(0xB0, 0x8100, expected=4)
    with refused(0x6982):
        reader.ask(0xCA, 0x9F7F, expected=256)
    with refused(0x6982):
        reader.ask(0x88, 0, bytes(8), expected=256)


def test_a_wrong_mrz_and_a_wrong_can_are_refused() -> None:
    chip = personalised()
    wrong = Password(1, password_key("000000000000000000000000"))
    reader = Reader(chip.answer)
    reader.select_application()
    with refused(0x6300):
        reader.open_by_mrz(wrong)
    other = f"{(int(RECORD.secrets.can) + 1) % 1_000_000:06d}"
    for password, pace in ((wrong, True), (wrong, False), (Password.of_can(other), True)):
        chip.reset()
        with pytest.raises(SosachError) as caught:
            inspect(chip.answer, password, pace=pace)
        assert caught.value.code is ErrorCode.CARD_UNREADABLE
        assert "6300" in str(caught.value)


def test_a_challenge_is_good_once() -> None:
    chip = personalised()
    reader = Reader(chip.answer)
    reader.select_application()
    reader.ask(0x84, 0, expected=8)
    with refused(0x6300):
        reader.ask(0x82, 0, bytes(40), expected=40)
    with refused(0x6985):
        reader.ask(0x82, 0, bytes(40), expected=40)


def test_a_wrong_mac_ends_the_session() -> None:
    chip = personalised()
    reader = opened(chip)
    assert reader.channel is not None
    command = reader.channel.protect(Command(0, 0xA4, 0x02, 0x0C, b"\x01\x01"))
    assert plain(chip.answer(command[:-2] + bytes([command[-2] ^ 1]) + command[-1:])) == "6988"
    assert plain(chip.answer(command)) == "6988"
    with pytest.raises(UnprovedAnswerError):
        reader.read(0x0101)


def test_a_replayed_command_is_refused() -> None:
    chip = personalised()
    reader = opened(chip)
    assert reader.channel is not None
    command = reader.channel.protect(Command(0, 0xA4, 0x02, 0x0C, b"\x01\x01"))
    assert plain(chip.answer(command)) == "9000"
    assert plain(chip.answer(command)) == "6988"


def test_a_plain_command_ends_the_session() -> None:
    chip = personalised()
    reader = opened(chip)
    assert plain(chip.answer(bytes.fromhex("00b0810004"))) == "6982"
    with pytest.raises(UnprovedAnswerError):
        reader.read(0x0101)


def test_the_power_ends_the_session() -> None:
    chip = personalised()
    reader = opened(chip)
    chip.reset()
    with pytest.raises(UnprovedAnswerError):
        reader.read(0x0101)


def test_a_protected_command_without_mac_is_refused() -> None:
    chip = personalised()
    opened(chip)
    assert plain(chip.answer(bytes.fromhex("0cb000000397010400"))) == "6987"


def test_files_are_read_in_pieces_of_every_kind() -> None:
    reader = opened(personalised())
    face = RECORD.files[0x0102]
    assert reader.ask(0xB0, 0x8210, expected=16) == face[16:32]
    assert reader.ask(0xB0, 0, expected=65_536) == face
    assert reader.ask(0xB0, 100, expected=256) == face[100:356]
    assert reader.ask(0xB0, len(face) - 3, expected=10) == face[-3:]
    with refused(0x6B00):
        reader.ask(0xB0, len(face), expected=1)
    odd = reader.ask(0xB1, 0x0102, b"\x54\x02\x01\x00", expected=200)
    assert odd[:3] == b"\x53\x81\xc5"
    assert odd[3:] == face[256 : 256 + 197]
    with refused(0x6A80):
        reader.ask(0xB1, 0x0102, b"\x55\x01\x00", expected=8)


def test_nothing_is_read_before_personalisation_and_nothing_written_after() -> None:
    chip = empty()
    reader = Reader(chip.answer)
    with refused(0x6982):
        reader.ask(0xE0, 0, bytes.fromhex("62088002001083020101"))
    number = reader.ask(0xCA, 0x9F7F, expected=256)
    reader.prove(AES_256, personalisation_key(MASTER, number))
    reader.ask(0xE0, 0, bytes.fromhex("62088002001083020101"))
    reader.ask(0xD6, 0, bytes(8))
    with refused(0x6985):
        reader.ask(0xB0, 0, expected=4)
    with refused(0x6985):
        reader.ask(0x44, 0)
    assert chip.life is Life.EMPTY
    done = opened(personalised())
    for ins, parameters, content in (
        (0xE0, 0, b"\x62\x00"),
        (0xD6, 0, b"a"),
        (0xD7, 0, b""),
        (0xDA, 0x0202, b"123456"),
        (0x44, 0, b""),
    ):
        with refused(0x6D00):
            done.ask(ins, parameters, content)


def test_a_file_is_written_once_from_its_start_to_its_end() -> None:
    chip = empty()
    reader = Reader(chip.answer)
    reader.prove(AES_256, personalisation_key(MASTER, b"CHIP0001"))
    reader.ask(0xE0, 0, bytes.fromhex("62088002000483020101"))
    with refused(0x6A89):
        reader.ask(0xE0, 0, bytes.fromhex("62088002000483020101"))
    with refused(0x6B00):
        reader.ask(0xD6, 2, b"cd")
    reader.ask(0xD6, 0, b"ab")
    with refused(0x6A84):
        reader.ask(0xD6, 2, b"cde")
    reader.ask(0xD7, 0, b"\x54\x01\x02\x53\x02cd")
    reader.ask(0xDA, 0x0202, b"123456")
    with refused(0x6A89):
        reader.ask(0xDA, 0x0202, b"654321")
    with refused(0x6A80):
        reader.ask(0xDA, 0x0203, b"no key")


def test_too_many_wrong_personalisation_keys_block_the_chip() -> None:
    chip = empty()
    reader = Reader(chip.answer)
    for _ in range(MOST_TRIES):
        with refused(0x6300):
            reader.prove(AES_256, bytes(32))
    assert chip.life is Life.BLOCKED
    with refused(0x6983):
        reader.prove(AES_256, personalisation_key(MASTER, b"CHIP0001"))


def cloned(*, active: bytes | None = None, agreement: bytes | None = None) -> Reading:
    """The reading of a chip that has all files of another and keys of its own."""
    secrets = RECORD.secrets
    own = replace(secrets, active=active or secrets.active, agreement=agreement or secrets.agreement)
    return inspect(personalised(replace(RECORD, secrets=own)).answer, by_mrz())


def test_a_clone_does_not_prove_itself() -> None:
    keys, _ = make_chip_keys(PROFILES["VN-CC-2024"])
    assert (cloned(active=keys.active).active, cloned(active=keys.active).chip_authentic) == (False, False)
    assert (cloned(agreement=keys.agreement).agreement, cloned(agreement=keys.agreement).chip_authentic) == (
        False,
        False,
    )


def test_a_reader_does_not_take_an_answer_somebody_changed() -> None:
    chip = personalised()

    def changed(command: bytes) -> bytes:
        answer = chip.answer(command)
        return answer[:5] + bytes([answer[5] ^ 1]) + answer[6:] if len(answer) > 30 and command[0] == 0x0C else answer

    with pytest.raises(SosachError, match="CARD-01"):
        inspect(changed, by_mrz())


def test_a_reader_does_not_take_a_chip_that_ignores_the_password() -> None:
    """Somebody in the middle answers EXTERNAL AUTHENTICATE with 9000 and noise."""

    def liar(command: bytes) -> bytes:
        if command[1] == 0x84:
            return bytes(8) + OK
        return bytes(40) + OK if command[1] == 0x82 else OK

    reader = Reader(liar)
    with pytest.raises(UnprovedAnswerError):
        reader.open_by_mrz(by_mrz())


def test_other_classes_and_unknown_instructions_are_refused() -> None:
    chip = personalised()
    assert plain(chip.answer(bytes.fromhex("80a4040c07a0000002471001"))) == "6e00"
    assert plain(chip.answer(bytes.fromhex("00200001"))) == "6d00"
    assert plain(chip.answer(bytes.fromhex("10a4040c07a0000002471001"))) == "6883"
    assert plain(chip.answer(APPLICATION[:-1])) == "6700"
    assert plain(chip.answer(b"")) == "6700"
    assert plain(chip.answer(encode(Command(0, 0xA4, 4, 12, b"other")))) == "6a82"
