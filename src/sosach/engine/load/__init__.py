"""Reading registers from CSV, workbooks and Parquet: any headings, any damage, every row kept."""

from sosach.engine.load.loaded import HeadingMatch, LoadedRegister, Note, SourceFile
from sosach.engine.load.mapping import Mapping, read_mapping
from sosach.engine.load.register import load_register
from sosach.engine.load.sources import input_fingerprint

__all__ = [
    "HeadingMatch",
    "LoadedRegister",
    "Mapping",
    "Note",
    "SourceFile",
    "input_fingerprint",
    "load_register",
    "read_mapping",
]
