"""Makes ``tests/parts.py`` importable for every test and keeps small tensors on one thread."""

import torch

torch.set_num_threads(1)
