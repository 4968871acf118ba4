"""Pure rules of the exchange: agreements, batches, codes of other standards."""
