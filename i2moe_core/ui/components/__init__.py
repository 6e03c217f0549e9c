"""The parts that pages are made of: each takes finished values and shows them."""
