"""What campaigns go by, in plain Python: risk, split of work, visits, targets, forecast, ranking, protection of small numbers."""
