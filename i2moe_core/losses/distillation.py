"""What a strong modality passes on to a weak one: its answers, or its features."""

from torch import Tensor
from torch.nn.functional import layer_norm

from i2moe_core.losses.task import divergence
from i2moe_core.types import Task


def answer_loss(
    task: Task, teacher: Tensor, student: Tensor, temperature: float = 1.0, scale: float = 1.0
) -> Tensor:
    """Return T² KL(softmax(teacher / T) || softmax(student / T)) of each sample, (B,).

    Of labels the mean binary KL; of a regression, which has no probabilities to soften, the squared distance
    in units of ``scale``². teacher, student: logits (B, C); a teacher that is not to learn comes detached.
    """
    if task == "regression":
        return divergence(task, teacher, student, scale)
    return temperature**2 * divergence(task, teacher / temperature, student / temperature)


def feature_loss(teacher: Tensor, student: Tensor) -> Tensor:
    """Return the mean squared difference of the standardised vectors of each sample, (B,).

    Each (B, D) vector has its mean taken away and is divided by its deviation: the size of the teacher's
    features is not taught.
    """
    size = teacher.shape[-1:]
    return (layer_norm(teacher, size) - layer_norm(student, size)).square().mean(-1)
