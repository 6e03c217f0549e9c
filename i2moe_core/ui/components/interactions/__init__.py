"""What the Interactions page is made of."""
