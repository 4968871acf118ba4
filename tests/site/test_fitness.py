"""A server that can lose what it acknowledged writes nothing; one with known holes, or ours, holds no real data."""

from dataclasses import replace

import pytest

from sosach.base.errors import ErrorCode, SosachError
from sosach.site.fitness import (
    NEWEST_MINOR,
    DataKind,
    Facts,
    durability_faults,
    facts,
    real_data_faults,
    require_durable,
    require_fit_for,
)

GOOD = Facts(15, NEWEST_MINOR[15], "15.20", "on", "on", "on", "on", embedded=False, data_kind=DataKind.REAL)


@pytest.mark.parametrize(
    ("setting", "value"),
    [("fsync", "off"), ("synchronous_commit", "off"), ("full_page_writes", "off"), ("data_checksums", "off")],
)
def test_each_setting_counts(setting: str, value: str) -> None:
    unsafe = replace(GOOD, **{setting: value})
    assert not durability_faults(GOOD)
    assert [setting in fault.en for fault in durability_faults(unsafe)] == [True]
    with pytest.raises(SosachError, match=setting) as refused:
        require_durable(unsafe, {})
    assert refused.value.code is ErrorCode.DATABASE_UNFIT
    require_durable(unsafe, {"SOSACH_TESTS": "1"})
    assert real_data_faults(unsafe)


@pytest.mark.parametrize("value", ["remote_apply", "remote_write", "local", "on"])
def test_every_durable_way_to_commit_is_one(value: str) -> None:
    assert not durability_faults(replace(GOOD, synchronous_commit=value))


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"embedded": True}, "synthetic data only"),
        ({"minor": NEWEST_MINOR[15] - 1, "version": "15.19"}, "older than 15.20"),
        ({"major": 14, "version": "14.30"}, "older than"),
        ({"major": 19, "version": "19.0"}, "older than"),
        ({"data_kind": DataKind.SYNTHETIC}, "marked synthetic"),
        ({"fsync": "off"}, "fsync"),
    ],
)
def test_real_data_need_a_server_without_fault(change: dict[str, object], word: str) -> None:
    require_fit_for(DataKind.REAL, GOOD)
    server = replace(GOOD, **change)  # type: ignore[arg-type]
    require_fit_for(DataKind.SYNTHETIC, server)
    with pytest.raises(SosachError, match=word) as refused:
        require_fit_for(DataKind.REAL, server)
    assert refused.value.code is ErrorCode.DATABASE_UNFIT
    assert refused.value.vi != refused.value.en


@pytest.mark.usefixtures("db")
def test_the_server_of_the_tests_says_what_it_is() -> None:
    server = facts()
    assert server.embedded
    assert server.data_kind is DataKind.SYNTHETIC
    assert server.major in NEWEST_MINOR
    assert len(durability_faults(server)) == 3  # fast, not durable; checksums are on
