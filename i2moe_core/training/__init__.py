"""From a configuration and data to a trained model: recipes say what to minimise, ``fit`` does it."""
