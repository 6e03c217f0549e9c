"""The method's known weak points, each with a run's own number."""
