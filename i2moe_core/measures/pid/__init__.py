"""Partial information decompositions."""
