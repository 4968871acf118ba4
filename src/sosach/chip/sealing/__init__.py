"""Pictures of people at rest: sealed under keys of their own."""
