"""Configurations: JSON and back, overrides by dotted keys, and what is refused, with its path."""

import json
from dataclasses import FrozenInstanceError

import pytest
from parts import array_info, tiny_config

from i2moe_core.config import DataInfo, EncoderConfig, ModelConfig, RunConfig, from_dict, override, to_dict
from i2moe_core.errors import InputError


def test_json_round_trip():
    config = override(
        RunConfig(model=ModelConfig(encoders={"image": EncoderConfig("cnn", {"grid": 4})})),
        {"training.methods": {"alignment": {"weight": 0.5}}, "data.options": {"sizes": [1, 2, 3]}},
    )
    again = from_dict(RunConfig, json.loads(json.dumps(to_dict(config))))
    assert again == config
    assert isinstance(again.model.encoders["image"], EncoderConfig)


def test_data_info_round_trip():
    info = array_info("regression", 3)
    assert from_dict(DataInfo, json.loads(json.dumps(to_dict(info)))) == info


def test_absent_keys_take_their_defaults():
    assert from_dict(RunConfig, {}) == RunConfig()
    assert from_dict(RunConfig, {"model": {"width": 8}}).model == ModelConfig(width=8)


def test_configurations_are_frozen():
    with pytest.raises(FrozenInstanceError):
        RunConfig().model.width = 3


def test_whole_numbers_serve_as_fractions():
    dropout = from_dict(ModelConfig, {"dropout": 0}).dropout
    assert (dropout, type(dropout)) == (0.0, float)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"modle": {}}, "Unknown key 'modle' in config. Known: data, model, schema_version, training."),
        ({"model": {"widht": 3}}, "Unknown key 'widht' in config.model."),
        (
            {"model": {"encoders": {"image": {"nmae": "cnn"}}}},
            "Unknown key 'nmae' in config.model.encoders.image.",
        ),
        ({"model": 3}, "config.model must be an object with keys, but is int."),
        ({"model": {"width": "8"}}, "config.model.width must be int, but is '8'."),
        ({"model": {"width": 8.5}}, "config.model.width must be int, but is 8.5."),
        ({"model": {"width": True}}, "config.model.width must be int, but is True."),
        ({"model": {"dropout": True}}, "config.model.dropout must be float, but is True."),
        ({"model": {"probes": 1}}, "config.model.probes must be bool, but is 1."),
        ({"model": {"fusion": None}}, "config.model.fusion must be str, but is None."),
        ({"training": {"methods": {"alignment": 1}}}, "config.training.methods.alignment must be"),
        ({"model": {"encoders": {"image": {}}}}, "config.model.encoders.image lacks a key ('name')"),
        ({"training": {"methods": []}}, "config.training.methods must be an object with keys, but is list."),
    ],
)
def test_wrong_values_are_refused_with_their_path(values, message):
    with pytest.raises(InputError) as caught:
        from_dict(RunConfig, values)
    assert str(caught.value).startswith(message)


def test_a_list_must_be_a_list():
    values = to_dict(array_info()) | {"classes": "abc"}
    with pytest.raises(InputError, match=r"info\.classes must be a list, but is str"):
        from_dict(DataInfo, values, "info")


def test_an_entry_of_a_table_can_be_made_key_by_key():
    assignments = {"model.encoders.image.name": "vit", "model.encoders.image.options.patch": 2}
    assert override(tiny_config(), assignments).model.encoders == {
        "image": EncoderConfig("vit", {"patch": 2})
    }


def test_overrides_reach_every_depth_and_leave_the_original():
    config = tiny_config()
    changed = override(config, {"model.width": 16, "training.methods.alignment": {}, "schema_version": 1})
    assert (changed.model.width, config.model.width) == (16, 8)
    assert changed.training.methods == {"alignment": {}}


@pytest.mark.parametrize(
    ("assignments", "message"),
    [
        ({"modle.width": 3}, "Unknown setting 'modle.width': there is no 'modle' in it."),
        ({"model.widht": 3}, "Unknown key 'widht' in config.model."),
        ({"model.width.x": 3}, "Unknown setting 'model.width.x'"),
        ({"model.width": "wide"}, "config.model.width must be int, but is 'wide'."),
        ({"": 1}, "Unknown key '' in config."),
        ({"model.encoders.image.options.grid": 4}, "config.model.encoders.image lacks a key ('name')"),
        ({"model.encoders.image.nmae": "cnn"}, "Unknown key 'nmae' in config.model.encoders.image."),
        ({"model.widht.x": 4}, "Unknown setting 'model.widht.x': there is no 'widht' in it."),
    ],
)
def test_wrong_overrides_are_refused(assignments, message):
    with pytest.raises(InputError) as caught:
        override(tiny_config(), assignments)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("kind", [float("nan"), float("inf")])
def test_numbers_that_are_not_finite_are_refused(kind):
    with pytest.raises(InputError, match=r"config\.training\.learning_rate must be a finite number"):
        from_dict(RunConfig, {"training": {"learning_rate": kind}})
