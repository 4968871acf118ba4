"""What a picture is like: measures taken in the jail, and answers of a child that is somebody else's by now."""

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image, ImageFilter

from sosach.base.images import CleanPhoto, Measures, PhotoJail, Refusal
from sosach.base.images.wire import LENGTH, answer, read_answer

PHOTO = b"\xff\xd8\xff" + b"x" * 20 + b"\xff\xd9"
LIKE = Measures(300, 400, 120.0, 40.0, 0.1, 0.1, 9.0, 3.0, bytes(256))


@pytest.fixture(scope="module")
def jail() -> Iterator[PhotoJail]:
    own = PhotoJail(1)
    yield own
    own.close()


def written(picture: Image.Image, **more: Any) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=92, **more)
    return stream.getvalue()


def measures(jail: PhotoJail, picture: Image.Image, **more: Any) -> Measures:
    found = jail.clean(written(picture, **more), edge=200, measure=True).measures
    assert found is not None
    return found


def scene() -> Image.Image:
    """A plain wall with a face-like blot and fine stripes in the middle."""
    picture = Image.new("L", (480, 640), 190)
    middle = Image.effect_mandelbrot((240, 320), (-2, -1.5, 1, 1.5), 40)
    picture.paste(middle, (120, 220))
    return picture.convert("RGB")


def test_nothing_is_measured_unasked(jail: PhotoJail) -> None:
    assert jail.clean(written(scene())).measures is None


def test_size_is_that_of_the_picture_sent_upright(jail: PhotoJail) -> None:
    lying = Image.Exif()
    lying[0x0112] = 6
    found = measures(jail, scene(), exif=lying)
    assert (found.width, found.height, len(found.coarse)) == (640, 480, 256)


def test_light_contrast_and_sharpness_follow_the_picture(jail: PhotoJail) -> None:
    good = measures(jail, scene())
    dark = measures(jail, scene().point(lambda value: value // 12))
    bright = measures(jail, scene().point(lambda value: 245 + value // 26))
    blurred = measures(jail, scene().filter(ImageFilter.GaussianBlur(9)))
    assert dark.light < 20 < good.light < 240 < bright.light
    assert dark.black > 0.9
    assert bright.white > 0.9
    assert blurred.sharpness < good.sharpness / 3
    assert max(dark.contrast, bright.contrast) < good.contrast


def test_a_plain_background_is_told_from_another(jail: PhotoJail) -> None:
    papered = scene()
    for left in range(0, 480, 60):
        papered.paste((30, 30, 30), (left, 0, left + 30, 150))
    assert measures(jail, scene()).background < 5
    assert measures(jail, papered).background > 40


def test_measures_come_back_as_they_were_sent() -> None:
    told = CleanPhoto(PHOTO, 30, 40, (), LIKE)
    assert read_answer(answer(told)) == told
    assert read_answer(answer(Refusal.DAMAGED)) is Refusal.DAMAGED


@pytest.mark.parametrize(
    "change",
    [
        {"light": "120"},
        {"light": 120},
        {"width": 0},
        {"height": 10**9},
        {"width": True},
        {"coarse": "00"},
        {"coarse": "zz" * 256},
        {"coarse": 5},
        {"more": 1},
        {"light": None},
    ],
)
def test_what_a_strange_child_says_of_a_picture_is_no_answer(change: dict[str, Any]) -> None:
    sent = answer(CleanPhoto(PHOTO, 30, 40, (), LIKE))
    (length,) = LENGTH.unpack_from(sent)
    head = json.loads(sent[LENGTH.size : LENGTH.size + length])
    head["measures"] |= change
    told = json.dumps(head).encode()
    assert read_answer(LENGTH.pack(len(told)) + told + PHOTO) is None
    head["measures"] = [1]
    told = json.dumps(head).encode()
    assert read_answer(LENGTH.pack(len(told)) + told + PHOTO) is None
