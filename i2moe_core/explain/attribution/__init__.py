"""What in each input moved an expert, the gate or the answer: attributions and the evidence for them."""
