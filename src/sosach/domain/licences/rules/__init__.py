"""Rules of driving licences, plain Python: classes in their groups, points, exchange, limits of time and age."""
