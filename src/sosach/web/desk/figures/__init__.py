"""Dashboards of a campaign: figures that lead to their lists, charts with tables, and all of it to take along."""
