"""The panels of the pages that teach, one file a lesson or panel."""
