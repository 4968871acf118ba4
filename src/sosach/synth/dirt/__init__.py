"""Dirt: what clerks, spreadsheets, scanners and time do to a register, planted on purpose and written down."""
