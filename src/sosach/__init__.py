"""Sosach: registers of people, vehicles and driving licences that are correct, complete, clean and live."""

__version__ = "0.1.0"
