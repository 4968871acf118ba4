"""The registers of record: one folder per subject, the same rooms in each; Django models live only here."""
