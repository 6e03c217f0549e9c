"""Guess first: which samples are asked, how the guesses score, and why the answer is what it is."""
