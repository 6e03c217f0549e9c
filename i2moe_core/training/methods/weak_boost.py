"""Push the encoder of the modality that is behind; leave the strong one alone."""

from torch import Tensor

from i2moe_core.losses.modulation import boosting
from i2moe_core.training.methods.modulation import Modulation


class WeakBoost(Modulation):
    """Strengthen the gradients of the modality that is behind, instead of damping the one ahead.

        k_u = 1 + tanh(alpha / rho_u) where rho_u < 1, else 1

    with the scores' ratio rho as in ``ogm_ge``; factors lie in 1 to 2. ``alpha``: strength; 0 leaves the
    gradients as they are.

    Reference: ours, the mirror image of Peng et al., CVPR 2022, equation 10.

    The gradients' norm is clipped after it, and AdamW's steps do not depend on a factor that stays the same:
    it acts while it changes. Silent where the encoders are frozen.
    """

    name = "weak_boost"

    def coefficients(self, ratios: Tensor) -> Tensor:
        """Return the factor of each modality, (M,)."""
        return boosting(ratios, self.alpha)
