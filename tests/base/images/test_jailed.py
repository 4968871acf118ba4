"""Pictures of strangers: good ones come out clean, bad ones are refused in words, hostile ones reach nothing."""

import gc
import io
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image
from tests.base.images.hostile import MAKERS, MARK, hostile
from tests.base.images.real import CARD, drawn, samples, written

from sosach.base.errors import ErrorCode, SosachError
from sosach.base.images import (
    MAX_BYTES,
    MEMORY,
    SECONDS,
    CleanPhoto,
    PhotoJail,
    PhotoRefusedError,
    Refusal,
    Wall,
    kind_of,
)
from sosach.base.images import jailed as jailed_module
from sosach.base.images.jail import bits_of, walls_of
from sosach.base.images.wire import Ended, answer, read_answer

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="prctl and seccomp are Linux's")
MIB = 1 << 20


@pytest.fixture(scope="module")
def jail() -> Iterator[PhotoJail]:
    """A jail of this file's own."""
    own = PhotoJail(2)
    yield own
    own.close()


@pytest.mark.parametrize("number", range(len(samples())))
def test_what_phones_and_scanners_send_is_taken(jail: PhotoJail, number: int) -> None:
    photo = jail.clean(samples()[number])
    with Image.open(io.BytesIO(photo.content)) as picture:
        assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", (photo.width, photo.height))
        assert not picture.getexif()
        assert not {"exif", "icc_profile", "comment", "mp", "xmp"} & set(picture.info)
        picture.load()
        paper = picture.convert("L").getpixel((photo.width // 2, photo.height // 8))
    assert isinstance(paper, int)
    assert paper > 150, "the paper is light in every mode"
    assert b"Camera" not in photo.content


def test_a_photo_is_turned_upright(jail: PhotoJail) -> None:
    picture = Image.new("RGB", (400, 200), "white")
    picture.paste("red", (0, 0, 100, 200))
    for orientation, size, red in ((1, (400, 200), (20, 100)), (6, (200, 400), (100, 20)), (3, (400, 200), (380, 100))):
        exif = Image.Exif()
        exif[0x0112] = orientation
        photo = jail.clean(written(picture, "JPEG", exif=exif))
        assert (photo.width, photo.height) == size
        with Image.open(io.BytesIO(photo.content)) as turned:
            colour = turned.getpixel(red)
        assert isinstance(colour, tuple)
        assert colour[0] > 200
        assert colour[1] < 80


def test_a_large_photo_is_bounded_and_its_code_read(jail: PhotoJail) -> None:
    photo = jail.clean(written(drawn(4000, 3000, code=CARD), "JPEG", quality=85), codes=True)
    assert (photo.width, photo.height, photo.codes) == (2000, 1500, (CARD,))
    assert jail.clean(samples()[0], edge=100).width <= 100
    assert jail.clean(samples()[0]).codes == (), "only when asked"


def test_a_small_code_in_a_large_photo_is_read(jail: PhotoJail) -> None:
    far = Image.new("RGB", (4000, 3000), (90, 80, 70))
    far.paste(drawn(1000, 750, code=CARD).resize((320, 240)), (1700, 1200))
    assert jail.clean(written(far, "JPEG", quality=92), codes=True).codes == (CARD,)
    assert jail.clean(written(far.resize((2000, 1500)), "JPEG", quality=92), codes=True).codes == (), "too few pixels"


@pytest.mark.parametrize("turn", [0, 90, 180, 270, 8])
def test_a_code_is_read_however_the_paper_lies(jail: PhotoJail, turn: int) -> None:
    picture = drawn(1600, 1200, code=CARD).rotate(turn, expand=True, fillcolor=(70, 60, 50))
    assert jail.clean(written(picture, "JPEG", quality=70), codes=True).codes == (CARD,)


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", Refusal.EMPTY),
        (bytes(MAX_BYTES + 1), Refusal.TOO_LONG),
        (b"%PDF-1.7 ...", Refusal.PDF),
        (bytes(4) + b"ftypheic", Refusal.PHONE_FORMAT),
        (b"GIF89a", Refusal.OTHER_KIND),
        (samples()[4][:-400], Refusal.DAMAGED),
        (written(Image.new("RGB", (15, 400)), "PNG"), Refusal.TOO_SMALL),
        (written(Image.new("1", (6000, 6000)), "PNG"), Refusal.TOO_LARGE),
    ],
)
def test_a_refusal_says_why_and_what_to_do(jail: PhotoJail, content: bytes, refusal: Refusal) -> None:
    with pytest.raises(PhotoRefusedError) as refused:
        jail.clean(content)
    error = refused.value
    assert (error.refusal, error.code) == (refusal, ErrorCode.PICTURE_REFUSED)
    assert all((error.vi, error.en, error.hint_vi, error.hint_en))


def test_an_edge_out_of_bounds_is_a_mistake_of_the_caller(jail: PhotoJail) -> None:
    for edge in (0, 100_000):
        with pytest.raises(ValueError, match="edge"):
            jail.clean(samples()[0], edge=edge)


def _harmless(result: CleanPhoto | Refusal, ended: Ended | None, name: str) -> None:
    assert ended is None or ended.memory <= MEMORY <= 512 * MIB, name
    assert ended is None or ended.cpu_seconds <= SECONDS + 1, name
    assert isinstance(result, Refusal) or (MARK not in result.content and b"%PDF" not in result.content), name


def _survive(jail: PhotoJail, numbers: range) -> str:
    """Both children busy with hostile files; afterwards a good one is taken as if nothing had been. Gives the figures."""
    resident = _resident()

    def one(number: int) -> tuple[str, CleanPhoto | Refusal, Ended | None, float]:
        name, content = hostile(number)
        start = time.monotonic()
        result, ended = jail.clean_and_measure(content, codes=True)
        return name, result, ended, time.monotonic() - start

    with ThreadPoolExecutor(2) as threads:
        lives = list(threads.map(one, numbers))
    for name, result, ended, _ in lives:
        _harmless(result, ended, name)
    assert jail.clean(samples()[0]).width == 480
    # making the files takes 200 MiB at a time here too, of which the allocator keeps some; they hold gigabytes
    assert _resident() - resident < 512 * MIB, "what the files hold never comes to be in this process"
    children = [ended for _, _, ended, _ in lives if ended is not None]
    answers = Counter(result.value if isinstance(result, Refusal) else "taken" for _, result, _, _ in lives)
    return (
        f"{len(lives)} files, {len(children)} children: at most {max(child.memory for child in children) // MIB} MiB, "
        f"{max(child.cpu_seconds for child in children):.2f} s of processor, {max(life[3] for life in lives):.2f} s by the wall; "
        f"{sum(child.status < 0 for child in children)} ended by the kernel; {dict(answers.most_common())}"
    )


def _resident() -> int:
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1]) if sys.platform == "linux" else 0
    return pages * os.sysconf("SC_PAGESIZE")


@pytest.mark.slow
def test_hostile_files_reach_nothing(jail: PhotoJail) -> None:
    _survive(jail, range(2 * len(MAKERS)))


@pytest.mark.heavy
def test_two_thousand_hostile_files_reach_nothing(jail: PhotoJail, capsys: pytest.CaptureFixture[str]) -> None:
    figures = _survive(jail, range(2_000))
    with capsys.disabled():
        sys.stdout.write(f"\n{figures}\n")


TRIES = """
import mmap, os, resource, socket, threading
from sosach.base.images.jail import close_the_jail, leave_the_world, bits_of
os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
walls = leave_the_world() | close_the_jail()
def file(): open("/etc/passwd").read()
def write(): open("/dev/shm/written", "w").write("x")
def network(): socket.socket()
def process(): os.fork()
def program(): os.execv("/bin/true", ["true"])
def thread(): threading.Thread(target=print).start()
def signal(): os.kill(os.getppid(), 0)
def memory(): bytearray(600 << 20)
def descriptor(): os.dup(1)
def code():
    mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_EXEC)
def longer():
    resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
open_doors = []
for name in ("file", "write", "network", "process", "program", "thread", "signal", "memory", "descriptor", "code", "longer"):
    try:
        globals()[name]()
        open_doors.append(name)
    except (OSError, MemoryError, ImportError, RuntimeError, ValueError):
        pass
os.write(1, (",".join(open_doors) + "|%d|" % bits_of(walls)).encode())
while True: pass
"""


@LINUX
@pytest.mark.slow
def test_inside_every_door_is_locked_and_the_time_short() -> None:
    child = subprocess.run([sys.executable, "-c", TRIES], stdout=subprocess.PIPE, check=False, timeout=240)
    doors, bits, _ = child.stdout.decode().split("|")
    assert doors == ""
    assert {Wall.LIMITS, Wall.CALLS, Wall.USER, Wall.NO_NEW_RIGHTS} <= walls_of(int(bits))
    assert child.returncode < 0, "ended by the kernel"


@LINUX
def test_all_walls_stand_and_nothing_of_ours_is_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOSACH_SECRET_KEY", "not for strangers")
    own = PhotoJail(1)
    own.clean(samples()[0])
    assert {Wall.LIMITS, Wall.CALLS, Wall.USER, Wall.NO_NEW_RIGHTS} <= own.walls()
    waiting = own._free.queue[0]
    assert waiting is not None
    environ = Path(f"/proc/{waiting._process.pid}/environ")
    if os.access(environ, os.R_OK):
        assert b"SECRET" not in environ.read_bytes()
    own.close()
    assert waiting._process.returncode is not None


def test_a_waiting_process_that_is_gone_is_replaced() -> None:
    own = PhotoJail(1)
    own.clean(samples()[0])
    waiting = own._free.queue[0]
    assert waiting is not None
    waiting._process.kill()
    waiting._process.wait()
    assert own.clean(samples()[0]).width == 480
    own.close()


def test_too_many_at_once_are_asked_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    own = PhotoJail(1)
    own.clean(samples()[0])
    monkeypatch.setattr(jailed_module, "PATIENCE", 0.05)
    taken = own._taken()
    with pytest.raises(SosachError) as refused:
        own.clean(samples()[0])
    assert refused.value.code is ErrorCode.SERVER_BUSY
    own._free.put(taken)
    assert own.clean(samples()[0])
    own.close()


def test_many_threads_share_the_jail(jail: PhotoJail) -> None:
    widths: list[int] = []
    threads = [threading.Thread(target=lambda: widths.append(jail.clean(samples()[0]).width)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert widths == [480] * 8


def test_a_forked_copy_starts_its_own() -> None:
    own = PhotoJail(1)
    own.clean(samples()[0])
    own._owner += 1  # as a forked copy finds it
    stranger = own._free.queue[0]
    assert own.clean(samples()[0]).width == 480
    assert own._free.queue[0] is not stranger
    assert stranger is not None
    stranger.end()
    own.close()


def test_answers_are_read_and_anything_else_is_none() -> None:
    good = jailed_module.CleanPhoto(b"\xff\xd8\xff..\xff\xd9", 20, 10, ("a",))
    assert read_answer(answer(good)) == good
    assert read_answer(answer(Refusal.DAMAGED)) is Refusal.DAMAGED
    wrong = [
        CleanPhoto(b"<html>", 20, 10),
        CleanPhoto(good.content, 0, 10),
        CleanPhoto(good.content, 20, 10**6),
        CleanPhoto(good.content, 20, 10, ("a" * 5_000,)),
        CleanPhoto(good.content, 20, 10, ("a",) * 100),
    ]
    assert not [photo for photo in wrong if read_answer(answer(photo))]
    for nonsense in (b"", b"\0\0", b"\xff" * 90, b"\0\0\0\2[]", b"\0\0\0\1{", b"\0\0\0\x0f" + b'{"refusal":"x"}'):
        assert read_answer(nonsense) is None


def test_walls_survive_the_way_as_bits() -> None:
    assert walls_of(bits_of({Wall.USER, Wall.CALLS})) == {Wall.USER, Wall.CALLS}
    assert kind_of(b"") == "other"
