"""Viet Nam itself: numbers, names, addresses, places, dates, encodings, licence classes, each meaning stated once."""
