"""Match: whom a record belongs to, how likely, and why."""
