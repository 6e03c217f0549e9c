"""Hub encoders against the networks they wrap, on tiny randomly drawn models saved to disk; no network."""

import copy
import json
import sys

import pytest
import torch
from parts import save_hub_model

from i2moe_core import hub_files
from i2moe_core.encoders.hub import HubImage, HubText
from i2moe_core.encoders.hub_loading import Normalisation, read_normalisation
from i2moe_core.errors import InputError

IMAGES, TEXTS, WIDTH = ("clip", "siglip", "vit"), ("clip", "siglip", "bert"), 8


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    return {k: save_hub_model(k, tmp_path_factory.mktemp(k)) for k in ("clip", "siglip", "vit", "bert")}


def image_encoder(path, size=16, **options):
    torch.manual_seed(0)
    return HubImage([3, size, size], WIDTH, path=str(path), **options)


def text_encoder(path, length=6, **options):
    torch.manual_seed(0)
    return HubText([length], WIDTH, 43, path=str(path), **options)


def pictures(batch=3, size=16, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(0, 256, (batch, 3, size, size), generator=generator).to(torch.uint8)


def texts():
    """Our ids: [CLS] = 2 + 3, [SEP] = 3 + 3, words above; 0 is padding."""
    return torch.tensor([[5, 10, 11, 6, 0, 0], [5, 12, 13, 14, 15, 6]])


def plain_network(kind, path, role):
    import transformers as t

    name = {"clip": "CLIP", "siglip": "Siglip", "vit": "ViT", "bert": "Bert"}[kind]
    name += {"image": "VisionModel", "text": "TextModel"}[role] if kind in ("clip", "siglip") else "Model"
    return getattr(t, name).from_pretrained(path).eval()


@pytest.mark.parametrize("kind", IMAGES)
def test_picture_states_are_the_networks_own(kind, saved):
    x = pictures()
    mean, std = torch.tensor([0.4, 0.5, 0.6]), torch.tensor([0.2, 0.3, 0.4])
    pixels = (x / 255 - mean.view(3, 1, 1)) / std.view(3, 1, 1)
    with torch.no_grad():
        output = plain_network(kind, saved[kind], "image")(pixel_values=pixels)
    patches = output.last_hidden_state[:, -4:]  # 2 x 2 patches, no class token
    pooled = output.last_hidden_state[:, 0] if kind == "vit" else output.pooler_output
    states = image_encoder(saved[kind]).states(x)
    torch.testing.assert_close(states[:, 1:], patches, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(states[:, 0], pooled, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("kind", TEXTS)
def test_text_states_are_the_networks_own(kind, saved):
    x, network = texts(), plain_network(kind, saved[kind], "text")
    ids = torch.where(x > 0, x - 3, 1)
    with torch.no_grad():
        if kind == "siglip":  # padded to 12, padding seen
            full = torch.nn.functional.pad(ids, (0, 6), value=1)
            output = network(input_ids=full)
        else:
            output = network(input_ids=ids, attention_mask=(x > 0).long())
    pooled = output.last_hidden_state[:, 0] if kind == "bert" else output.pooler_output
    encoder = text_encoder(saved[kind])
    states = encoder.states(x)
    torch.testing.assert_close(states[:, 0], pooled, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(states[1, 1:], output.last_hidden_state[1, :6], atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(states[0, 1:5], output.last_hidden_state[0, :4], atol=1e-5, rtol=1e-5)


def test_other_sizes_are_resized(saved):
    flat = torch.full((1, 3, 40, 40), 77, dtype=torch.uint8)
    small = torch.full((1, 3, 16, 16), 77, dtype=torch.uint8)
    encoder = image_encoder(saved["vit"], 40)
    torch.testing.assert_close(encoder(flat).tokens, encoder(small).tokens, atol=1e-4, rtol=1e-4)


def test_the_network_sees_each_picture_once_over_two_epochs(saved):
    encoder, x, seen = image_encoder(saved["clip"]), pictures(8), []
    encoder._held[0].register_forward_hook(lambda module, given, output: seen.append(len(output[0])))
    encoder.train()
    for order in (torch.arange(8), torch.randperm(8)):
        for part in order.split(3):
            encoder(x[part]).pooled.sum().backward()
    assert sum(seen) == 8


def test_frozen_means_no_parameter_no_state_and_evaluation_mode(saved):
    encoder = image_encoder(saved["vit"]).train()
    names = {name.split(".")[0] for name in encoder.state_dict()}
    assert names == {"fingerprint", "project_tokens", "project_pooled"}
    assert {name.split(".")[0] for name, _ in encoder.named_parameters()} == names - {"fingerprint"}
    assert not encoder._held[0].training
    before = {k: v.clone() for k, v in encoder._held[0].state_dict().items()}
    optimizer = torch.optim.AdamW(encoder.parameters(), 0.1)
    encoder(pictures()).tokens.square().sum().backward()
    optimizer.step()
    assert all(torch.equal(v, before[k]) for k, v in encoder._held[0].state_dict().items())


@pytest.mark.parametrize("make", [image_encoder, text_encoder])
def test_trainable_means_parameters_state_and_gradients(make, saved):
    encoder = make(saved["clip"], trainable=True).train()
    assert any(name.startswith("network.") for name in encoder.state_dict())
    assert "fingerprint" not in encoder.state_dict()
    encoder(pictures() if make is image_encoder else texts()).pooled.square().sum().backward()
    assert sum(p.grad is not None and bool(p.grad.abs().sum() > 0) for p in encoder.network.parameters()) > 10


def test_a_checkpoint_of_a_frozen_encoder_round_trips(saved):
    first, x = image_encoder(saved["clip"]), pictures()
    torch.manual_seed(5)
    second = HubImage([3, 16, 16], WIDTH, path=str(saved["clip"]))
    second.load_state_dict(first.state_dict())
    assert torch.equal(first(x).pooled, second(x).pooled)


def test_another_network_at_the_path_is_refused(saved, tmp_path):
    state = image_encoder(saved["clip"]).state_dict()
    other = image_encoder(save_hub_model("clip", tmp_path, seed=1))
    with pytest.raises(InputError, match="not the one this run was trained with"):
        other.load_state_dict(state)


def test_a_copy_and_a_move_take_the_frozen_network_along(saved):
    encoder, x = image_encoder(saved["vit"]), pictures()
    twin = copy.deepcopy(encoder)
    assert twin._held[0] is not encoder._held[0]
    assert torch.equal(twin(x).tokens, encoder(x).tokens)
    twin = twin.double()
    assert next(twin._held[0].parameters()).dtype == torch.float64


def test_gradients_reach_the_pixels_through_a_frozen_network(saved):
    x = pictures().float().requires_grad_()
    image_encoder(saved["siglip"])(x).pooled.square().sum().backward()
    assert (x.grad.abs().sum((1, 2, 3)) > 0).all()


@pytest.mark.parametrize("kind", TEXTS)
def test_hidden_pieces_are_not_attended_to(kind, saved):
    encoder, x = text_encoder(saved[kind]), texts()
    x[1, 2] = 2
    features = encoder(x)
    assert features.mask[1].tolist() == [True, True, False, True, True, True]
    assert features.tokens.isfinite().all()
    everything = torch.full((1, 6), 2)
    assert encoder(everything).pooled.isfinite().all()


@pytest.mark.parametrize("kind", ["clip", "bert"])
def test_padding_does_not_matter(kind, saved):
    encoder, x = text_encoder(saved[kind]), texts()
    longer = torch.nn.functional.pad(x[:1, :4], (0, 1))
    torch.testing.assert_close(encoder(x[:1]).pooled, encoder(longer).pooled, atol=1e-5, rtol=1e-5)


def missing_config(path):
    (path / "config.json").unlink()


def other_kind(path):
    (path / "config.json").write_text('{"model_type": "gpt2"}')


def broken_config(path):
    (path / "config.json").write_text("{")


def list_config(path):
    (path / "config.json").write_text("[]")


def no_weights(path):
    (path / "model.safetensors").unlink()


def truncated_weights(path):
    data = (path / "model.safetensors").read_bytes()
    (path / "model.safetensors").write_bytes(data[: len(data) // 2])


def absent_weights(path):
    from safetensors.torch import load_file, save_file

    tensors = load_file(path / "model.safetensors")
    tensors.pop(next(k for k in sorted(tensors) if "layer" in k))
    save_file(tensors, path / "model.safetensors", metadata={"format": "pt"})


def no_settings(path):
    (path / "preprocessor_config.json").unlink()


def odd_settings(path):
    (path / "preprocessor_config.json").write_text('{"image_mean": 0.5, "image_std": [1, 1, 1]}')


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (missing_config, "no config.json"),
        (other_kind, "is a 'gpt2' model; hub_image takes clip, siglip, vit"),
        (broken_config, "config.json cannot be read"),
        (list_config, "holds no JSON object"),
        (no_weights, "needs an undamaged model.safetensors"),
        (truncated_weights, "needs an undamaged model.safetensors"),
        (absent_weights, "lacks 1 weights of ViTModel"),
        (no_settings, "no preprocessor_config.json"),
        (odd_settings, "need image_mean and image_std of 3 numbers"),
    ],
)
def test_damaged_directories_are_refused_by_name(damage, message, tmp_path):
    save_hub_model("vit", tmp_path)
    damage(tmp_path)
    with pytest.raises(InputError, match=message) as caught:
        image_encoder(tmp_path)
    assert str(tmp_path) in str(caught.value)


def test_a_path_that_is_not_there_is_never_asked_of_the_network(monkeypatch):
    import huggingface_hub

    monkeypatch.setattr(huggingface_hub, "snapshot_download", lambda *a, **k: pytest.fail("network"))
    with pytest.raises(InputError, match="no model directory 'owner/name'"):
        image_encoder("owner/name")


def test_a_named_model_is_taken_from_the_cache_first(monkeypatch, saved):
    import huggingface_hub

    calls = []

    def snapshot(name, **options):
        calls.append((name, options))
        return str(saved["vit"])

    monkeypatch.setattr(huggingface_hub, "snapshot_download", snapshot)
    image_encoder("hub:owner/name")
    assert calls == [("owner/name", {"local_files_only": True})]


def test_a_named_model_that_cannot_be_fetched_is_one_sentence(monkeypatch):
    import huggingface_hub
    from huggingface_hub.errors import LocalEntryNotFoundError

    def snapshot(name, local_files_only=False, **options):
        raise LocalEntryNotFoundError("no") if local_files_only else OSError("no connection\nmore")

    monkeypatch.setattr(huggingface_hub, "snapshot_download", snapshot)
    with pytest.raises(InputError, match=r"'owner/name' cannot be fetched \(no connection\); check"):
        image_encoder("hub:owner/name")


def test_without_transformers_the_pip_line_is_given(monkeypatch, saved):
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(InputError, match=r"pip install 'i2moe-explorer\[hub\]'"):
        image_encoder(saved["vit"])


def test_a_trained_vocabulary_is_refused(saved):
    with pytest.raises(InputError, match=r"own tokeniser: set data\.tokenizer"):
        HubText([6], WIDTH, 2000, path=str(saved["bert"]))


def test_texts_longer_than_the_network_takes_are_refused(saved):
    with pytest.raises(InputError, match=r"may have 13 tokens, but .* takes 12; set data\.max_tokens to 12"):
        text_encoder(saved["bert"], 13)


def test_settings_may_lie_in_processor_config(tmp_path):
    settings = {"image_processor": {"do_rescale": False, "do_normalize": False}}
    (tmp_path / "processor_config.json").write_text(json.dumps(settings))
    assert read_normalisation(tmp_path) == Normalisation(1.0, (0.0, 0.0, 0.0), (1.0, 1.0, 1.0))


def test_hub_directory_expands_home(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "model").mkdir()
    assert hub_files.hub_directory("~/model") == tmp_path / "model"


def test_opening_a_run_never_asks_the_network(monkeypatch):
    import huggingface_hub
    from huggingface_hub.errors import LocalEntryNotFoundError

    asked = []

    def snapshot(name, local_files_only=False, **options):
        asked.append(local_files_only)
        raise LocalEntryNotFoundError("no")

    monkeypatch.setattr(huggingface_hub, "snapshot_download", snapshot)
    with hub_files.local_files_only(), pytest.raises(InputError, match="not on this machine"):
        hub_files.hub_directory("hub:owner/name")
    assert asked == [True]
