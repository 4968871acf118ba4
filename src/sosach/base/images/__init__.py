"""Pictures of papers from strangers: checked, decoded in a jailed child, written anew; QR codes read on the way.

What a stranger sends is never decoded in the process that serves requests. `clean_photo` looks at length and first bytes, then
hands the file to a child made for it alone: no network, no files, 480 MB, five seconds, only the system calls decoding needs
(`jail`). What comes back is a JPEG of the pixels: no metadata, no second picture, no script, no text behind the end.
"""

from sosach.base.images.jail import Wall
from sosach.base.images.jailed import JAIL, PhotoJail, clean_photo
from sosach.base.images.kinds import FileKind, kind_of
from sosach.base.images.limits import EDGE, MAX_BYTES, MEMORY, SECONDS, CleanPhoto, Measures
from sosach.base.images.refusals import PhotoRefusedError, Refusal

__all__ = [
    "EDGE",
    "JAIL",
    "MAX_BYTES",
    "MEMORY",
    "SECONDS",
    "CleanPhoto",
    "FileKind",
    "Measures",
    "PhotoJail",
    "PhotoRefusedError",
    "Refusal",
    "Wall",
    "clean_photo",
    "kind_of",
]
