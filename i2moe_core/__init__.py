"""I²MoE Explorer: train, open, audit and explain multimodal mixtures of interaction experts."""

__version__ = "0.1.0"
