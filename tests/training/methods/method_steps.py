"""One optimisation step beside a recipe with and without a method: what does it change?"""

import torch
from parts import tiny_config, tiny_data, tiny_model, tiny_model_config

from i2moe_core.training.info import target_scale
from i2moe_core.training.methods import prepared_methods
from i2moe_core.training.recipes import RECIPES
from i2moe_core.training.step import parameters, train_step


def setting(recipe="paper", methods=None, task="multiclass", fusion="concat", precision="fp32", **data):
    """Configuration, data, model and methods of a tiny run."""
    config = tiny_config(recipe, tiny_model_config(fusion), methods=methods or {}, precision=precision)
    given = tiny_data(task, size=48, **data)
    model = tiny_model(config, given)
    return config, given, model, prepared_methods(model, given, config.training)


def phases(config, data):
    """The recipe's phases."""
    return RECIPES[config.training.recipe](config.training, target_scale(data)).phases()


def one_step(phase, model, methods, batch, seed=0, precision="fp32"):
    """Take a step of plain gradient descent without clipping."""
    own = [p for method in methods.values() for p in method.learning(phase)]
    optimizer = torch.optim.SGD([*parameters(model, phase), *own], 0.1)
    torch.manual_seed(seed)
    model.eval()
    for method in methods.values():
        batch = method.change_batch(batch, phase)
    return train_step(model, phase, list(methods.values()), batch, optimizer, 0.0, precision)


def changed_parts(recipe, number, methods, **options):
    """Names of the model's parts that a step of the phase moves elsewhere than without the methods."""
    after = []
    for chosen in ({}, methods):
        config, data, model, built = setting(recipe, chosen, **options)
        one_step(phases(config, data)[number], model, built, data.batch(range(16)))
        after.append(model.state_dict())
    return {name.split(".")[0] for name, value in after[0].items() if not torch.equal(value, after[1][name])}
