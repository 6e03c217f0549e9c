"""What the Runs page is made of."""
