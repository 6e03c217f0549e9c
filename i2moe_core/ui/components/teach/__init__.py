"""The parts of the teaching pages."""
