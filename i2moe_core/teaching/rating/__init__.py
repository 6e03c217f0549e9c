"""Rating studies with a placebo arm: made, kept safe, and evaluated."""
