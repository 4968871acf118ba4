"""Campaigns from preparation to their end: days, hours and targets, cases made from runs, who works, who gets what."""
