"""What a machine is told to print: the fields of the layout, the QR text and the machine-readable zone of the same card."""

import pytest
from tests.chip.printed.test_faces import ADULT, CHILD

from sosach.chip.content import CardContent
from sosach.chip.printed.faces import printed_values
from sosach.chip.printed.layouts import FACES, Layout
from sosach.vn import mrz
from sosach.vn.card_text import parse_qr


@pytest.mark.parametrize("layout", list(Layout))
@pytest.mark.parametrize("content", [ADULT, CHILD], ids=["adult", "child"])
def test_a_machine_prints_what_the_face_says(layout: Layout, content: CardContent) -> None:
    told = printed_values(content, layout=layout)
    face = FACES[layout]
    fields = {each.name for side in (face.front, face.back) for each in side.fields}
    assert told.keys() == fields | {"qr", "mrz"}
    assert (parse_qr(told["qr"]).pin, parse_qr(told["qr"]).birth) == (content.pin, content.birth)
    read = mrz.parse(told["mrz"])
    assert (read.pin, read.birth, read.faults) == (content.pin, content.birth, ())
    assert told["full_name"] == content.full_name.upper()
    assert [len(line) for line in told["mrz"].splitlines()] == [30, 30, 30]
