"""Rules about whole records, sets of records and registers against each other, and the runner that applies them."""
