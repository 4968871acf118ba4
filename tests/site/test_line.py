"""A line to the database that is down is noticed before a request uses it, without asking the server each time."""

from typing import Any

import pytest
from django.db import OperationalError, connection


@pytest.mark.usefixtures("committed")
def test_a_line_the_server_ended_is_not_used_again() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    asked: list[str] = []

    def noted(run: Any, *told: Any) -> Any:
        asked.append(told[0])
        return run(*told)

    with connection.execute_wrapper(noted):
        assert connection.is_usable()
    assert asked == []
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    other.close()
    assert not connection.is_usable()
    with pytest.raises(OperationalError), connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    connection.close_if_unusable_or_obsolete()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        assert cursor.fetchone()[0] != pid
