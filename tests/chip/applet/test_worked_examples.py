"""The exchanges worked out in ICAO Doc 9303 part 11, appendices D and G, byte by byte: chip and reader, each against the text."""

from collections.abc import Callable

import pytest

from sosach.chip.applet.chip import Chip
from sosach.chip.applet.ciphers import AES_128, AUTHENTICATION, ENCRYPTION, TRIPLE_DES, password_key
from sosach.chip.applet.memory import ElementaryFile, Life
from sosach.chip.applet.pace import NONCE
from sosach.chip.applet.passwords import Password
from sosach.chip.applet.points import BRAINPOOL_P256R1
from sosach.chip.applet.reader import Reader
from sosach.chip.applet.reader_pace import open_by_pace

COM = bytes.fromhex("60145f0104303130365f36063034303030305c026175")
CARD_ACCESS = bytes.fromhex("31143012060a04007f0007020204020202010202010d")
BAC_EXCHANGE = (
    ("0084000008", "4608f919887022129000"),
    (
        "008200002872c29c2371cc9bdb65b779b8e8d37b29ecc154aa56a8799fae2f498f76ed92f25f1448eea8ad90a728",
        "46b9342a41396cd7386bf5803104d7cedc122b9132139baf2eedc94ee178534f2f2d235d074d74499000",
    ),
    ("0ca4020c158709016375432908c044f68e08bf8b92d635ff24f800", "990290008e08fa855a5d4c50a8ed9000"),
    ("0cb000000d9701048e08ed6705417e96ba5500", "8709019ff0ec34f9922651990290008e08ad55cc17140b2ded9000"),
    (
        "0cb000040d9701128e082ea28a70f3c7b53500",
        "871901fb9235f4e4037f2327dcc8964f1f9b8c30f42c8e2fff224a990290008e08c8b2787eaea07d749000",
    ),
)
NUMBER = bytes.fromhex("3f00c4d39d153f2b2a214a078d899b22")
MAP_READER = 0x7F4EF07B9EA82FD78AD689B38D0BC78CF21F249D953BC46F4C6E19259C010F99
MAP_CHIP = 0x498FF49756F2DC1587840041839A85982BE7761D14715FB091EFA7BCE9058560
KEY_READER = 0xA73FB703AC1436A18E0CFA5ABB3F7BEC7A070E7A6788486BEE230C4A22762595
KEY_CHIP = 0x107CF58696EF6155053340FD633392BA81909DF7B9706F226F32086C7AFF974A
TOKENS = ("c2b0bd78d94ba866", "3abb9674bce93c08")


def in_turn(*values: bytes) -> Callable[[int], bytes]:
    """A source of "random" bytes that gives these, in their order, and minds their sizes."""
    left = list(values)

    def draw(count: int) -> bytes:
        value = left.pop(0)
        assert len(value) == count
        return value

    return draw


def scalar(number: int) -> bytes:
    """What a side must draw so that its private key is this number."""
    return (number - 1).to_bytes(BRAINPOOL_P256R1.size + 8)


def locked(mrz: str, draw: Callable[[int], bytes]) -> Chip:
    """A personalised chip holding the files of the examples."""
    chip = Chip(bytes(8), bytes(32), draw=draw)
    memory = chip._memory
    memory.life = Life.LOCKED
    memory.passwords[1] = password_key(mrz)
    for identifier, content in ((0x011E, COM), (0x011C, CARD_ACCESS)):
        memory.files[identifier] = ElementaryFile(len(content), bytearray(content))
    return chip


def test_keys_of_appendix_d() -> None:
    seed = password_key("L898902C<369080619406236")[:16]
    assert seed.hex() == "239ab9cb282daf66231dc5a4df6bfbae"
    for purpose, adjusted in (
        (ENCRYPTION, "ab94fdecf2674fdfb9b391f85d7f76f2"),
        (AUTHENTICATION, "7962d9ece03d1acd4c76089dce131543"),
    ):
        # the text shows keys with adjusted parity bits, which DES does not look at
        assert bytes(b & 0xFE for b in TRIPLE_DES.derive(seed, purpose)) == bytes(
            b & 0xFE for b in bytes.fromhex(adjusted)
        )


def test_chip_answers_as_appendix_d() -> None:
    draw = in_turn(bytes.fromhex("4608f91988702212"), bytes.fromhex("0b4f80323eb3191cb04970cb4052790b"))
    chip = locked("L898902C<369080619406236", draw)
    assert chip.answer(bytes.fromhex("00a4040c07a0000002471001")).hex() == "9000"
    assert [chip.answer(bytes.fromhex(command)).hex() for command, _ in BAC_EXCHANGE] == [a for _, a in BAC_EXCHANGE]


def test_reader_asks_as_appendix_d() -> None:
    told = dict(BAC_EXCHANGE)
    asked: list[str] = []

    def transmit(command: bytes) -> bytes:
        asked.append(command.hex())
        return bytes.fromhex(told[command.hex()])

    reader = Reader(
        transmit, draw=in_turn(bytes.fromhex("781723860c06c226"), bytes.fromhex("0b795240cb7049b01c19b33e32804f0b"))
    )
    reader.open_by_mrz(Password(1, password_key("L898902C<369080619406236")))
    reader.ask(0xA4, 0x020C, bytes.fromhex("011e"))
    assert reader.ask(0xB0, 0, expected=4) + reader.ask(0xB0, 4, expected=18) == COM
    assert asked == [command for command, _ in BAC_EXCHANGE]


def test_both_sides_agree_as_appendix_g() -> None:
    chip = locked("T22000129364081251010318", in_turn(NUMBER, scalar(MAP_CHIP), scalar(KEY_CHIP)))
    seen: list[str] = []

    def transmit(command: bytes) -> bytes:
        answer = chip.answer(command)
        seen.append(command.hex() + " " + answer.hex())
        return answer

    reader = Reader(transmit, draw=in_turn(scalar(MAP_READER), scalar(KEY_READER)))
    assert open_by_pace(reader, Password(1, password_key("T22000129364081251010318")), CARD_ACCESS)
    assert "7c12801095a3a016522ee98d01e76cb6b98b42c39000" in seen[1]
    assert "7acf3efc982ec45565a4b155129efbc74650dcbfa6362d896fc70262e0c2cc5e" in seen[2]
    assert "824fba91c9cbe26bef53a0ebe7342a3bf178cea9f45de0b70aa601651fba3f57" in seen[2]
    assert "2db7a64c0355044ec9df190514c625cba2cea48754887122f3a5ef0d5edd301c" in seen[3]
    assert "9e880f842905b8b3181f7af7caa9f0efb743847f44a306d2d28c1d9ec65df6db" in seen[3]
    assert TOKENS[0] in seen[4].split()[0]
    assert TOKENS[1] in seen[4].split()[1]
    assert len(NUMBER) == NONCE


@pytest.mark.parametrize(
    ("purpose", "key"),
    [(ENCRYPTION, "f5f0e35c0d7161ee6724ee513a0d9a7f"), (AUTHENTICATION, "fe251c7858b356b24514b3bd5f4297d1")],
)
def test_keys_of_appendix_g(purpose: int, key: str) -> None:
    shared = bytes.fromhex("28768d20701247dae81804c9e780ede582a9996db4a315020b2733197db84925")
    assert AES_128.derive(shared, purpose).hex() == key
