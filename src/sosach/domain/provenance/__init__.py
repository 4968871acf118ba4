"""Where every value comes from: sources, procedures, corrections, and their retraction."""
