"""Two runs and more on the same samples: where they differ, and why."""
