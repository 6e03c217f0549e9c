"""What a mixture did with one sample, and whether its experts react as they are called."""
