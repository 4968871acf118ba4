"""Driving licences, classes under both laws, points, and their procedures."""
