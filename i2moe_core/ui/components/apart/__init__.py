"""What the Disagreement page is made of."""
