"""One sample followed through the model, as numbers and as formulas filled in with them."""
