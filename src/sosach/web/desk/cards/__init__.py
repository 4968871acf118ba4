"""ID cards at the desk: applications, captures, doubts, approvals, blanks, jobs, quality, handover, the life of a card, figures."""
