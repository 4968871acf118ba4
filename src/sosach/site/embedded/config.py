"""Settings of the embedded server, as a file of PostgreSQL."""

from collections.abc import Mapping

BASE = {
    "sosach.embedded": "on",  # tells whoever asks that this server holds no real data
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "shared_buffers": "256MB",
    "max_connections": "100",
    # a checkpoint in the midst of an import makes every page of every index go whole into the log once more
    "max_wal_size": "2GB",
    "checkpoint_timeout": "10min",
    "jit": "off",
    "restart_after_crash": "on",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "wal_level": "replica",
    "archive_mode": "on",
    # runs in the data folder; without the link nothing is kept, with a link to a disk that is away the log waits
    "archive_command": "test ! -L ../archive || cmp -s %p ../archive/%f || { test ! -e ../archive/%f && cp %p ../archive/.%f "
    "&& sync ../archive/.%f && mv ../archive/.%f ../archive/%f; }",
    "archive_timeout": "60s",
    "idle_in_transaction_session_timeout": "60s",
    "log_parameter_max_length_on_error": "0",
    "log_parameter_max_length": "0",
    "log_min_error_statement": "panic",  # statements hold values of people
    "log_error_verbosity": "terse",  # details name the value that was refused
    "logging_collector": "on",
    "log_rotation_age": "1d",
    "log_rotation_size": "10MB",
    "log_filename": "postgresql-%a.log",
    "log_truncate_on_rotation": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
FILE = "sosach.conf"


def config_text(settings: Mapping[str, str]) -> str:
    r"""Settings as PostgreSQL reads them from a file.

    >>> print(config_text({"log_line_prefix": "it's \\ so"}), end="")
    log_line_prefix = 'it''s \\ so'
    """
    return "".join(
        "{} = '{}'\n".format(name, value.replace("\\", "\\\\").replace("'", "''")) for name, value in settings.items()
    )
