"""Synthetic registers of people, vehicles and driving licences, with planted errors and the truth beside them.

Nobody in them exists: names, numbers and homes are drawn by lot from word lists and from the table of communes.
"""

from sosach.synth.generate import Summary, generate
from sosach.synth.plan import FORMATS, SynthPlan

__all__ = ["FORMATS", "Summary", "SynthPlan", "generate"]
