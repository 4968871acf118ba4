"""Columns of campaigns: what is to be cleaned by when, cases and what was done with them, previews, daily figures."""

from sosach.domain.campaign.models.campaigns import Campaign, Duty, Grouping, MassPlan
from sosach.domain.campaign.models.cases import Case, CaseStep, Visit
from sosach.domain.campaign.models.solving import Batch, SecondOpinion, Solution
from sosach.domain.campaign.models.statistics import DailyFigures

__all__ = [
    "Batch",
    "Campaign",
    "Case",
    "CaseStep",
    "DailyFigures",
    "Duty",
    "Grouping",
    "MassPlan",
    "SecondOpinion",
    "Solution",
    "Visit",
]
