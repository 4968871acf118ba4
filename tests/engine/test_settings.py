"""Settings of a run: limits that fit the machine, registers that may be left out."""

from pathlib import Path

from tests.engine.running import AS_OF

from sosach.base.registers import Register
from sosach.engine.settings import Settings


def test_the_machine_sets_the_limits() -> None:
    settings = Settings(inputs={}, out=Path("out"), as_of=AS_OF)
    assert 1_024 <= settings.memory_mb <= 2_560
    assert 1 <= settings.threads <= 8
    assert 0 < settings.review_at < settings.link_at < 1


def test_any_register_may_be_left_out() -> None:
    settings = Settings(inputs={Register.VEHICLES: Path("xe.csv")}, out=Path("out"), as_of=AS_OF)
    assert [register for register in Register if settings.has(register)] == [Register.VEHICLES]
