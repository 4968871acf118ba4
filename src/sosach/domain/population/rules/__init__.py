"""Rules of the population register in plain Python: words, partial dates, numbers, what a person holds item by item."""
