"""Names read many at once mean exactly what `names.explain` says of each."""

import unicodedata
from pathlib import Path
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sosach.base.registers import Register
from sosach.engine.standardise.kinds import KINDS
from sosach.synth import SynthPlan, generate
from sosach.vn import syllables
from sosach.vn.names import lexicon
from sosach.vn.tables import table

NAME = KINDS["name"]
ORDINARY = (
    *(
        "NGUYỄN",
        "TRẦN",
        "LÊ",
        "VŨ",
        "ĐẶNG",
        "BÙI",
        "ĐỖ",
        "HỒ",
        "NGÔ",
        "VĂN",
        "THỊ",
        "HỮU",
        "ĐỨC",
    ),
    *("MINH", "NGỌC", "THÚY", "THUÝ", "HOÀ", "HÒA", "LÝ", "NGUYEN", "TRAN", "VAN", "THI", "DUC"),
)
# Words that make something else of a name, or of which such words consist.
SPECIAL = sorted(
    {
        word
        for phrase in (
            *(row["phrase"].upper() for row in table("organisation_words")),
            *lexicon.PLACEHOLDER_PHRASES,
            *lexicon.BARE_PLACEHOLDER_PHRASES,
            *lexicon.PLACEHOLDER_WORDS,
            *lexicon.ALIAS_WORDS,
            *lexicon.LABELS,
            *lexicon.TITLES,
            *lexicon.BARE_TITLES,
            *lexicon.COMPOUND_SURNAME_KEYS,
            *lexicon.SURNAMES,
        )
        for word in phrase.split(" ")
    }
)
MINORITY = sorted({*lexicon.MINORITY_FIRST, *lexicon.MINORITY_PARTS})
ODD = (
    *("", "(Út)", "(TÈO", "B)", "A", "B", "Y", "H'", "K'", "H'HEN", "Y-BHƠN", "VÀ", "va", "&", "-", ",", "/", "1", "0", "?", "."),
    *("TTUẤN", "NGUYN", "KHPC", "HỪƠNG", "ĐUC", "NguyÔn", "V¨n", "THÞ", "Vaên", "NguyÃªn", "Nguyeenx", "NGUYE^~N", "AAAA", "ABC"),
    *("Ｎguyễn", "АNH", "Ðức", "ƉỖ", "ΑN", "н", "A\u200bN", "\u200b", "\n", "\u3000", "\u0301", "E\u0302\u0301", "ễ\u0301", "ß", "ſ", "ǆ"),
    *("KO", "CO", "CHU", "KHÔNG", "TEST", "DE", "F", "AA", "CONG", "TY", "TI", "BANK", "VIETINBANK", "CTY.", "C.TY", "Ê", "BAN`", "ﬁ"),
)  # fmt: skip


def assert_as_explained(given_names: list[str]) -> int:
    """Compare the two ways; returns how many names there are."""
    said = (
        {row.pop("raw"): row for row in NAME.many(pa.array(given_names, pa.string())).to_pylist()} if NAME.many else {}
    )
    assert set(said) == set(given_names)
    for text, meant in said.items():
        row = dict(zip((*NAME.columns, "findings"), NAME.read(text), strict=True))
        row["findings"] = [{"code": one.code, "proposed": one.proposed} for one in row["findings"]]  # type: ignore[attr-defined]
        assert meant == row, text
    return len(said)


def written(random: Random, word: str) -> str:
    """A word in one of the ways it gets written."""
    kind = random.randrange(14)
    if kind < 6 or not word:
        return word
    return (
        word.lower(),
        word.capitalize(),
        word.capitalize(),
        unicodedata.normalize("NFD", word),
        syllables.strip(word),
        syllables.normalise(word, style="new"),
        word.replace("Đ", "Ð"),
        word[0] + word,
    )[kind - 6]


def name(random: Random) -> str:
    """A name of one to eight words, some of them with a part of their own."""
    pools = [ORDINARY, *random.choices((ORDINARY, SPECIAL, MINORITY, ODD), (6, 3, 1, 2), k=2)]
    words = [
        written(random, random.choice(random.choice(pools)))
        for _ in range(random.choice((1, 2, 2, 3, 3, 3, 4, 5, 6, 7, 8)))
    ]
    if random.random() < 0.2:
        words = [word.capitalize() for word in words]
    blanks = (" ",) if random.random() < 0.8 else (" ", " ", "  ", "\t", "\u00a0", "\n")
    return "".join(word + random.choice(blanks) for word in words)[: None if random.random() < 0.05 else -1]


@settings(max_examples=60, deadline=None)
@given(st.randoms(use_true_random=False))
def test_names_of_all_sorts_of_words(random: Random) -> None:
    assert_as_explained(list(dict.fromkeys(name(random) for _ in range(60))))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.text(max_size=20) | st.text("NguyễnVăTrầ AaÐđ'’-(),;/&.?01  \t\u0323\u0301ÔÃ¡", max_size=24), min_size=1
    )
)
def test_any_text(texts: list[str]) -> None:
    assert_as_explained(list(dict.fromkeys(texts)))


def test_every_pair_of_words_that_lead_to_something_else() -> None:
    firsts = [*SPECIAL, *ODD]
    random = Random(1)
    assert_as_explained(
        list(dict.fromkeys(" ".join((one, random.choice(SPECIAL), random.choice(ORDINARY))) for one in firsts * 4))
    )
    phrases = [row["phrase"].upper() for row in table("organisation_words")]
    phrases += [*lexicon.PLACEHOLDER_PHRASES, *lexicon.ALIAS_WORDS]
    framed = [
        f"{before}{phrase}{behind}"
        for phrase in phrases
        for before in ("", "HỒNG ", "LÊ VĂN ", "Hồng ")
        for behind in ("", " AN", " an bình")
    ]
    assert_as_explained(list(dict.fromkeys(framed + list(map(syllables.strip, framed)))))


@pytest.mark.slow
def test_names_of_whole_registers(tmp_path: Path) -> None:
    generate(SynthPlan(3_000, tmp_path, seed=4, formats=("parquet",)))
    columns = {Register.POPULATION: "full_name", Register.VEHICLES: "owner_name", Register.LICENCES: "full_name"}
    values = [
        pq.read_table(tmp_path / f"{register}.parquet", columns=[column])[0] for register, column in columns.items()
    ]
    distinct = {text for column in values for text in column.to_pylist() if text}
    assert assert_as_explained(sorted(distinct)) > 3_000
