"""Reads of campaigns: work lists, cases, figures and the lists behind them."""
