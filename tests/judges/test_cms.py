"""Cards over all profiles and kinds of signers are accepted by five judges nobody here wrote, and forged ones by none."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.judges import programs
from tests.judges.laid_out import lay_out
from tests.judges.programs import Verdicts

ALL = 1_000
SAMPLE = ALL if os.environ.get("CI") else 64
"""Continuous integration judges a thousand; elsewhere `-m heavy` does."""

JUDGES = {
    "OpenSSL": (programs.openssl, shutil.which("openssl")),
    "GnuTLS": (programs.gnutls, shutil.which("certtool")),
    "NSS": (programs.nss, shutil.which("cmsutil") and shutil.which("certutil")),
    "Bouncy Castle": (programs.bouncy_castle, shutil.which("java") and all(jar.exists() for jar in programs.JARS)),
    "PKI.js": (programs.pkijs, shutil.which("node") and (programs.HERE / "js" / "node_modules" / "pkijs").exists()),
}
Judge = Callable[[Path], Verdicts]
EVERY = pytest.mark.parametrize(
    "judge",
    [
        pytest.param(judge, marks=pytest.mark.skipif(not there, reason=f"{name} is not installed"), id=name)
        for name, (judge, there) in JUDGES.items()
    ],
)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    lay_out(folder, SAMPLE)
    return folder


@pytest.fixture(scope="module")
def thousand(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("thousand")
    lay_out(folder, ALL)
    return folder


def assert_right(folder: Path, judge: Judge, count: int) -> None:
    """Every good card is accepted in so many words, every forged one is not."""
    verdicts = judge(folder)
    assert set(verdicts) == {card.name for card in (folder / "cards").iterdir()}
    good = {name: verdict for name, verdict in verdicts.items() if name.startswith("good-")}
    assert len(good) == count
    assert {name: verdict for name, verdict in good.items() if verdict != "yes"} == {}
    assert [name for name in verdicts.keys() - good.keys() if verdicts[name] == "yes"] == []


@EVERY
def test_a_judge_accepts_every_good_card_and_no_forged_one(sample: Path, judge: Judge) -> None:
    assert_right(sample, judge, SAMPLE)


@pytest.mark.heavy
@EVERY
def test_a_judge_accepts_a_thousand_cards_and_no_forged_one(thousand: Path, judge: Judge) -> None:
    assert_right(thousand, judge, ALL)
