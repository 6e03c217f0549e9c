"""From one sample to a split: the audit, and the table of all samples."""
