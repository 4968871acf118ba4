"""Officers: queues, cases, campaigns, figures."""
