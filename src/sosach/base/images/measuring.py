"""Plain measures of a decoded picture, taken inside the jail: light, contrast, sharpness, background, and a coarse copy in grey."""

from typing import Final

from PIL import Image, ImageFilter, ImageStat

from sosach.base.images.limits import COARSE, Measures

_SIDE = 480
_BLACK, _WHITE = 16, 240
_CORNER = 0.22  # of the width: what lies beside a head
_LAPLACE: Final = ImageFilter.Kernel((3, 3), (0, 1, 0, 1, -4, 1, 0, 1, 0), scale=1, offset=128)


def measured(picture: Image.Image) -> Measures:
    """Measures of a picture as it stands upright."""
    width, height = picture.size
    grey = picture.convert("L")
    grey.thumbnail((_SIDE, _SIDE), Image.Resampling.BOX)
    all_of_it = ImageStat.Stat(grey)
    shades = grey.histogram()
    pixels = grey.width * grey.height
    edges = grey.filter(_LAPLACE).crop((1, 1, max(2, grey.width - 1), max(2, grey.height - 1)))
    return Measures(
        width=width,
        height=height,
        light=round(all_of_it.mean[0], 2),
        contrast=round(all_of_it.stddev[0], 2),
        black=round(sum(shades[:_BLACK]) / pixels, 4),
        white=round(sum(shades[_WHITE:]) / pixels, 4),
        sharpness=round(ImageStat.Stat(edges).stddev[0], 2),
        background=round(_unevenness(grey), 2),
        coarse=_coarse(grey),
    )


def _unevenness(grey: Image.Image) -> float:
    """The greater spread of shades in the two upper corners."""
    side = max(1, int(grey.width * _CORNER))
    corners = ((0, 0, side, side), (grey.width - side, 0, grey.width, side))
    return max(float(ImageStat.Stat(grey.crop(corner)).stddev[0]) for corner in corners)


def _coarse(grey: Image.Image) -> bytes:
    """The middle of the picture, where a face is, in 16 × 16 shades."""
    width, height = grey.size
    middle = grey.crop(
        (width // 5, height // 8, max(width // 5 + 1, width - width // 5), max(height // 8 + 1, height * 4 // 5))
    )
    return middle.resize((COARSE, COARSE), Image.Resampling.BOX).tobytes()
