"""Numbers that identify people, vehicles and licences: one file per number, each with the same verbs.

`compact` drops what carries nothing, `explain` reads with findings and never raises, `validate` returns the key or
raises, `format` shows it, `PLAIN` matches raw values without anything to remark, whose key is `plain_key`.
"""

from sosach.vn.identifiers.id_number import IdNumber, read_id_number

__all__ = ["IdNumber", "read_id_number"]
