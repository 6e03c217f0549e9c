"""Hold back the encoder of the modality that is ahead, and add noise in place of what is lost."""

import torch
from torch import Tensor

from i2moe_core.losses.modulation import damping
from i2moe_core.training.methods.modulation import Modulation


class OgmGe(Modulation):
    """On-the-fly gradient modulation: damp the encoder of the modality that is ahead (OGM-GE).

        s_u = mean over the batch of the probability that modality u alone gives the true class
        rho_u = s_u / mean of the others' s
        k_u = 1 - tanh(alpha rho_u) where rho_u > 1, else 1
        gradient of encoder u: k_u g + h, h ~ N(0, std(g)²)

    ``alpha``: strength; 0 leaves the gradients as they are. ``noise``: the Gaussian term h, the
    generalisation enhancement.

    Reference: Peng et al., CVPR 2022, equation 10 (k) and the noise of OGM-GE.

    Deviations: the scores come from own linear heads on the detached pooled features, so that any fusion
    will do, instead of slices of a linear classifier over the concatenation; more than two modalities are
    compared with the mean of the others; of labels the score is the geometric mean of the probabilities of
    their true values, of a regression exp(-squared error / variance); std(g) is over the numbers of each
    weight. The optimiser here is AdamW, whose steps do not depend on a factor that stays the same: the
    modulation acts while it changes. Silent where the encoders are frozen.
    """

    name = "ogm_ge"

    def __init__(self, alpha: float = 0.5, noise: bool = True) -> None:
        super().__init__(alpha)
        self.noise = noise

    def coefficients(self, ratios: Tensor) -> Tensor:
        """Return equation 10, (M,)."""
        return damping(ratios, self.alpha)

    def change(self, gradient: Tensor, factor: Tensor) -> Tensor:
        """Return the damped gradient, with noise of the undamped one's deviation."""
        damped = factor * gradient
        if not self.noise or gradient.numel() < 2:
            return damped
        return damped + gradient.std() * torch.randn_like(gradient)
