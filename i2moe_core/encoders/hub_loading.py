"""Read a Hugging Face model directory: the network, its picture normalisation, its tokeniser's size.

Weights come from safetensors only, and every weight the network needs must be in the file: a head that is not
there would be drawn at random, differently each time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from torch import Tensor, nn

from i2moe_core.errors import InputError
from i2moe_core.hub_files import INSTALL, read_hub_json

# Family of networks -> the transformers class that holds the wanted half.
IMAGE_CLASSES = {"clip": "CLIPVisionModel", "siglip": "SiglipVisionModel", "vit": "ViTModel"}
TEXT_CLASSES = {"clip": "CLIPTextModel", "siglip": "SiglipTextModel", "bert": "BertModel"}


@dataclass(frozen=True)
class Backbone:
    """A loaded network: its family decides how its output is read; ``config`` is its own part's."""

    network: nn.Module
    family: str
    config: Any


@dataclass(frozen=True)
class Normalisation:
    """What the model was trained on: (pixel * scale - mean) / std, per channel."""

    scale: float
    mean: tuple[float, float, float]
    std: tuple[float, float, float]


def load_backbone(directory: Path, classes: Mapping[str, str], encoder: str) -> Backbone:
    """Load the network of one of the families in ``classes``, in evaluation mode and float32.

    Raises:
        InputError: transformers is not installed, or the directory is damaged, incomplete or of another kind.
    """
    config = read_hub_json(directory, "config.json")
    if config is None:
        raise InputError(f"{directory} has no config.json; give the folder of a Hugging Face model.")
    kind = str(config.get("model_type"))
    family = kind.split("_")[0]
    if family not in classes:
        raise InputError(f"{directory} is a '{kind}' model; {encoder} takes {', '.join(classes)}.")
    options = {"add_pooling_layer": False} if family in ("vit", "bert") else {}
    network = _from_pretrained(classes[family], directory, options)
    return Backbone(network.eval(), family, network.config)


def _from_pretrained(name: str, directory: Path, options: dict[str, Any]) -> Any:
    try:
        import transformers
    except ImportError as error:
        raise InputError(f"Hub encoders need the package transformers; {INSTALL}") from error
    try:
        with _quiet(transformers.utils.logging):
            network, loading = getattr(transformers, name).from_pretrained(
                directory, dtype=torch.float32, use_safetensors=True, local_files_only=True,
                output_loading_info=True, **options,
            )  # fmt: skip
    except (OSError, ValueError, RuntimeError, SafetensorError) as error:
        reason = str(error).strip().splitlines()[0]
        raise InputError(
            f"{directory} cannot be loaded ({reason}); it needs an undamaged model.safetensors."
        ) from error
    absent = sorted(loading["missing_keys"])
    if absent:
        raise InputError(f"{directory} lacks {len(absent)} weights of {name}, for example '{absent[0]}'.")
    return network


@contextmanager
def _quiet(logging: Any) -> Iterator[None]:
    """Silence progress bars and the list of the other half's weights, which are left out on purpose."""
    verbosity, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(verbosity)
        if bars:
            logging.enable_progress_bar()


def read_normalisation(directory: Path) -> Normalisation:
    """Read the picture normalisation from preprocessor_config.json or processor_config.json.

    Raises:
        InputError: neither is there, or it does not say mean and deviation of three channels.
    """
    values = read_hub_json(directory, "preprocessor_config.json")
    if values is None:
        values = (read_hub_json(directory, "processor_config.json") or {}).get("image_processor")
    if not isinstance(values, dict):
        raise InputError(f"{directory} has no preprocessor_config.json; copy it from the model's source.")
    scale = float(values.get("rescale_factor", 1 / 255)) if values.get("do_rescale", True) else 1.0
    if not values.get("do_normalize", True):
        return Normalisation(scale, (0.0, 0.0, 0.0), (1.0, 1.0, 1.0))
    mean, std = (_triple(values.get(key)) for key in ("image_mean", "image_std"))
    if mean is None or std is None or min(std) <= 0:
        raise InputError(f"The picture settings in {directory} need image_mean and image_std of 3 numbers.")
    return Normalisation(scale, mean, std)


def _triple(values: Any) -> tuple[float, float, float] | None:
    if not isinstance(values, list) or len(values) != 3:
        return None
    if not all(isinstance(v, (int, float)) for v in values):
        return None
    return float(values[0]), float(values[1]), float(values[2])


def tokenizer_size(directory: Path) -> int:
    """Return the number of pieces of the directory's tokenizer.json.

    Raises:
        InputError: it is missing or damaged.
    """
    from tokenizers import Tokenizer

    path = directory / "tokenizer.json"
    if not path.is_file():
        raise InputError(f"{directory} has no tokenizer.json; copy it from the model's source.")
    try:
        return int(Tokenizer.from_file(str(path)).get_vocab_size())
    # The library raises bare exceptions for every fault in the file.
    except Exception as error:
        raise InputError(f"{path} cannot be read ({error}); copy the model's files again.") from error


def fingerprint(network: nn.Module) -> Tensor:
    """Return the sha256 of all weights, (32,) uint8: tells whether two directories hold the same network."""
    digest = hashlib.sha256()
    for name, value in sorted(network.state_dict().items()):
        digest.update(name.encode())
        digest.update(value.detach().cpu().contiguous().view(torch.uint8).numpy().data)
    return torch.frombuffer(bytearray(digest.digest()), dtype=torch.uint8)
