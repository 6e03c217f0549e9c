"""Tiny features, data and models that several tests build on."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from i2moe_core.config import DataConfig, DataInfo, EncoderConfig, ModelConfig, RunConfig, TrainingConfig
from i2moe_core.data.batching import TensorData, prepare
from i2moe_core.encoders.base import as_features
from i2moe_core.model.build import Model, build_model
from i2moe_core.training.info import describe_data
from i2moe_core.types import SPLITS, Features, Modality, Samples

TASKS = ("multiclass", "multilabel", "regression")
WIDTH = 8


def random_features(
    batch: int, lengths: Sequence[int] = (3, 5), width: int = WIDTH, seed: int = 0, padded: bool = False
) -> list[Features]:
    """One ``Features`` per length, gradients on; with ``padded`` the last token of odd rows is padding."""
    generator = torch.Generator().manual_seed(seed)
    result = []
    for length in lengths:
        tokens = torch.randn(batch, length, width, generator=generator).requires_grad_()
        mask = torch.ones(batch, length, dtype=torch.bool)
        if padded:
            mask[1::2, -1] = False
        result.append(as_features(tokens, mask))
    return result


def rows(features: Sequence[Features], index: slice | Tensor) -> list[Features]:
    """The same rows of every modality."""
    return [f[index] for f in features]


def tiny_samples(
    task: str = "multiclass", modalities: int = 2, size: int = 96, missing: float = 0.0, seed: int = 0
) -> Samples:
    """Vectors of 4 numbers per modality; the targets follow from the sum of all, so that a step helps."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((modalities, size, 4)).astype(np.float32)
    signal = x.sum(0)  # (N, 4)
    targets = {
        "multiclass": signal[:, :3].argmax(1).astype(np.int64),
        "multilabel": (signal[:, :3] > 0).astype(np.float32),
        "regression": (50 + 10 * signal[:, 0]).astype(np.float32),
    }[task]
    names = [f"x{m + 1}" for m in range(modalities)]
    raw = {name: list(x[m]) for m, name in enumerate(names)}
    for row in np.flatnonzero(rng.random(size) < missing):
        raw[names[row % modalities]][row] = None
    return Samples(
        name="tiny",
        task=task,
        modalities=tuple(Modality(name, "array") for name in names),
        classes=("amount",) if task == "regression" else ("a", "b", "c"),
        ids=tuple(f"s{n}" for n in range(size)),
        raw=raw,
        targets=targets,
        splits=np.array([SPLITS[0] if n % 3 else SPLITS[1] for n in range(size)]),
    )


def tiny_data(task: str = "multiclass", **options: int | float) -> TensorData:
    """``tiny_samples`` as tensors."""
    return prepare(tiny_samples(task, **options), DataConfig(), None)


def tiny_model_config(fusion: str = "concat", **options: object) -> ModelConfig:
    """A mixture of width 8 without dropout."""
    return ModelConfig(**({"width": WIDTH, "fusion": fusion, "hidden": 8, "dropout": 0.0} | options))


def tiny_config(recipe: str = "faithful", model: ModelConfig | None = None, **training: object) -> RunConfig:
    """A run of 2 + 2 epochs in fp32."""
    settings = {
        "recipe": recipe, "epochs": 2, "expert_epochs": 2, "batch_size": 16, "expert_batch_size": 16,
        "learning_rate": 1e-2, "precision": "fp32", "device": "cpu", "patience": 0, "missing_rate": 0.0,
    }  # fmt: skip
    return RunConfig(model=model or tiny_model_config(), training=TrainingConfig(**(settings | training)))


def tiny_model(config: RunConfig, data: TensorData, vanilla: bool | None = None, seed: int = 0) -> Model:
    """The configured model with weights drawn from ``seed``."""
    torch.manual_seed(seed)
    single = config.training.recipe == "vanilla" if vanilla is None else vanilla
    return build_model(config.model, describe_data(data, None), single)


def array_info(task: str = "multiclass", modalities: int = 2) -> DataInfo:
    """What a model must know of ``tiny_samples``."""
    prior = {"multiclass": [0.5, 0.3, 0.2], "multilabel": [0.5, 0.3, 0.2], "regression": [50.0]}[task]
    names = [f"x{m + 1}" for m in range(modalities)]
    return DataInfo(
        name="tiny",
        task=task,
        modalities=dict.fromkeys(names, "array"),
        classes=["amount"] if task == "regression" else ["a", "b", "c"],
        shapes={name: [4] for name in names},
        vocabulary_size=0,
        prior=prior,
        scale=10.0 if task == "regression" else 1.0,
    )


def save_hub_model(kind: str, directory: Path, seed: int = 0, image_size: int = 16) -> Path:
    """Save a tiny randomly drawn CLIP, SigLIP, ViT or BERT with its picture settings and tokeniser."""
    import json

    import transformers as t

    torch.manual_seed(seed)
    size = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2}
    vision = size | {"image_size": image_size, "patch_size": 8}
    text = size | {"vocab_size": 40, "max_position_embeddings": 12, "pad_token_id": 1}
    model = {
        "clip": lambda: t.CLIPModel(
            t.CLIPConfig(vision_config=vision, text_config=text | {"eos_token_id": 3})
        ),
        "siglip": lambda: t.SiglipModel(t.SiglipConfig(vision_config=vision, text_config=text)),
        "vit": lambda: t.ViTModel(t.ViTConfig(**vision)),
        "bert": lambda: t.BertModel(t.BertConfig(**text)),
    }[kind]()
    model.save_pretrained(directory)
    settings = {"rescale_factor": 1 / 255, "image_mean": [0.4, 0.5, 0.6], "image_std": [0.2, 0.3, 0.4]}
    (directory / "preprocessor_config.json").write_text(json.dumps(settings))
    _tokenizer().save(str(directory / "tokenizer.json"))
    return directory


def _tokenizer() -> object:
    """Words of a small list, framed by [CLS] (2) and [SEP] (3), as BERT frames its texts."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    words = ["[UNK]", "[PAD]", "[CLS]", "[SEP]", *(f"w{n}" for n in range(36))]
    tokenizer = Tokenizer(models.WordLevel({w: n for n, w in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    tokenizer.enable_padding(length=7)  # must not reach our batches
    return tokenizer


def array_encoder(**options: object) -> EncoderConfig:
    """The encoder of a vector."""
    return EncoderConfig("array_mlp", dict(options))


def picture_data(size=24, side=8, modalities=("image", "array")):
    """Noise with a bright corner that moves with the class, and a vector."""
    rng = np.random.default_rng(0)
    targets = rng.integers(0, 2, size)
    images = rng.integers(0, 100, (size, side, side, 3), dtype=np.uint8)
    images[targets == 1, : side // 2, : side // 2] += 100
    return prepare(
        Samples(
            name="pictures",
            task="multiclass",
            modalities=tuple(Modality(kind, kind) for kind in modalities),
            classes=("a", "b"),
            ids=tuple(f"s{n}" for n in range(size)),
            raw={"image": list(images), "array": list(rng.standard_normal((size, 4)).astype(np.float32))},
            targets=targets.astype(np.int64),
            splits=np.array([SPLITS[0] if n % 3 else SPLITS[1] for n in range(size)]),
        ),
        DataConfig(image_size=side),
        None,
    )
