"""Does one input find its partner? Recall, ranks, the modality gap."""
