"""What the Attributions page is made of."""
