"""Declarations: what citizens say about their vehicles, licences and data. A claim, never a change."""
