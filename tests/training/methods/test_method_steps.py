"""What one step beside each recipe changes, and what it leaves alone."""

import math

import pytest
import torch
from method_steps import changed_parts, one_step, phases, setting
from parts import TASKS, picture_data, tiny_config, tiny_model

from i2moe_core.errors import InputError
from i2moe_core.losses.decorrelation import rep_cos
from i2moe_core.training.fit import fit
from i2moe_core.training.gradients import gradient_report
from i2moe_core.training.methods import prepared_methods
from i2moe_core.training.methods.decorrelation import latents
from i2moe_core.training.methods.missing_modality import still_present
from i2moe_core.types import Features

LEARNING = (("vanilla", 0), ("paper", 0), ("faithful", 0))  # recipe, phase: where encoders learn
FROZEN = ("faithful", 1)
ON_ENCODERS = {
    "ogm_ge": {}, "weak_boost": {"alpha": 2.0}, "distillation": {"features": 1.0}, "joint": {},
    "contrastive": {}, "adversarial": {},
}  # fmt: skip
ALL = [*ON_ENCODERS, "uncertainty", "missing_modality", "decorrelation"]


@pytest.mark.parametrize("name", ON_ENCODERS)
def test_a_step_moves_the_encoders_and_nothing_else_of_the_model(name):
    for recipe, number in LEARNING:
        assert changed_parts(recipe, number, {name: ON_ENCODERS[name]}) == {"encoders"}
    assert changed_parts(*FROZEN, {name: ON_ENCODERS[name]}) == set()


def test_the_margin_form_moves_the_encoders():
    assert changed_parts("paper", 0, {"contrastive": {"form": "margin"}}) == {"encoders"}


def test_decorrelation_moves_experts_and_what_learns_with_them():
    for kind in ("cos", "cka", "barlow"):
        method = {"decorrelation": {"kind": kind}}
        assert changed_parts("paper", 0, method) == {"encoders", "experts"}
        assert changed_parts(*FROZEN, method) == {"experts"}
        assert changed_parts("faithful", 0, method) == changed_parts("vanilla", 0, method) == set()


def test_hidden_modalities_move_everything():
    for recipe, number in (*LEARNING, FROZEN):
        assert changed_parts(recipe, number, {"missing_modality": {"rate": 0.5}}) >= {
            "vanilla": {"encoders", "expert", "missing"}, "paper": {"encoders", "experts", "gate", "missing"},
            "faithful": {"experts", "gate"} if number else {"encoders", "probes"},
        }[recipe]  # fmt: skip


def test_uncertainty_weighs_each_loss_of_every_phase():
    for recipe, number in (*LEARNING, FROZEN):
        config, data, model, methods = setting(recipe, {"uncertainty": {}})
        phase, method = phases(config, data)[number], methods["uncertainty"]
        losses = phase.losses(model, model.encode(data.batch(range(8))), data.batch(range(8)), None)
        with torch.no_grad():
            method.log_variances.fill_(math.log(4.0))
        weighed = method.reweigh(losses)
        for key, loss in losses.items():
            skipped = recipe == "paper" and key == "synergy"
            expected = loss.item() if skipped else loss.item() / 4 + math.log(2)
            assert weighed[key].item() == pytest.approx(expected, rel=1e-5), key
        one_step(phase, model, methods, data.batch(range(16)))
        assert (method.log_variances != math.log(4.0)).any()


def test_uncertainty_stays_within_its_bound():
    config, data, model, methods = setting("paper", {"uncertainty": {"bound": 2.0}})
    with torch.no_grad():
        methods["uncertainty"].log_variances.copy_(torch.linspace(-3, 3, 4))
    methods["uncertainty"].after_backward(model, phases(config, data)[0], [], data.batch([0]))
    weights = methods["uncertainty"].figures()
    assert list(weights) == ["task", "unique:0", "unique:1", "redundancy"]
    assert min(weights.values()) == pytest.approx(0.5)
    assert max(weights.values()) == pytest.approx(2.0)


def test_uncertainty_takes_the_losses_of_other_methods_by_name():
    given = {"joint": {}, "uncertainty": {"losses": ["task", "joint:x1"]}}
    config, data, model, methods = setting("vanilla", given)
    losses = one_step(phases(config, data)[0], model, methods, data.batch(range(16)))
    assert set(losses) == {"task", "joint:x1", "joint:x2"}
    assert (methods["uncertainty"].log_variances != 0).all()
    with pytest.raises(InputError, match=r"no loss 'tsak' to weigh\. Known: task"):
        setting("vanilla", {"uncertainty": {"losses": ["tsak"]}})


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("task", TASKS)
def test_any_task_three_modalities_some_missing_and_bf16(name, task):
    config, data, model, methods = setting(
        "paper", {name: ON_ENCODERS.get(name, {})}, task, modalities=3, missing=0.5
    )
    for rows, precision in ((range(16), "fp32"), (range(16, 32), "bf16")):
        phase = phases(config, data)[0]
        losses = one_step(phase, model, methods, data.batch(rows), precision=precision)
        assert all(math.isfinite(loss) for loss in losses.values())
    assert all(p.isfinite().all() for p in model.parameters())
    assert all(math.isfinite(value) for value in methods[name].figures().values())


@pytest.mark.parametrize("name", [name for name in ALL if name not in ("uncertainty", "missing_modality")])
def test_a_modality_that_the_whole_batch_lacks_does_no_harm(name):
    config, data, model, methods = setting("paper", {name: ON_ENCODERS.get(name, {})})
    data.present[:, 1] = False
    losses = one_step(phases(config, data)[0], model, methods, data.batch(range(16)))
    assert all(math.isfinite(loss) for loss in losses.values())
    assert all(p.isfinite().all() for p in model.parameters())


@pytest.mark.parametrize("name", ALL)
def test_the_gradient_log_changes_no_state(name):
    config, data, model, methods = setting("paper", {name: ON_ENCODERS.get(name, {})})
    before = {key: value.clone() for key, value in methods[name].state_dict().items()}
    gradient_report(model, phases(config, data)[0], data.batch(range(16)), 0, list(methods.values()))
    assert all(torch.equal(value, methods[name].state_dict()[key]) for key, value in before.items())


def gradients(methods, batch_rows=range(16), recipe="vanilla"):
    """The encoders' gradients of one step, the model and the methods after it."""
    config, data, model, built = setting(recipe, methods)
    kept = {}

    class Keep(torch.nn.Module):
        def learning(self, phase):
            return []

        def change_batch(self, batch, phase):
            return batch

        def add_losses(self, *_):
            return {}

        def reweigh(self, losses):
            return losses

        def after_backward(self, model, phase, features, batch):
            kept.update({n: p.grad.clone() for n, p in model.encoders.named_parameters()})
            kept["features"] = [f.detach() for f in features]

    batch = data.batch(batch_rows)
    one_step(phases(config, data)[0], model, {**built, "keep": Keep()}, batch)
    return kept, batch, built


@pytest.mark.parametrize(("name", "alpha"), [("ogm_ge", 0.3), ("weak_boost", 0.3)])
def test_factors_on_the_gradients_by_hand(name, alpha):
    plain, batch, _ = gradients({})
    options = {"alpha": alpha} | ({"noise": False} if name == "ogm_ge" else {})
    built = setting("vanilla", {name: options})[3]  # heads before their step
    scores = []
    for head, features in zip(built[name].heads.heads, plain["features"], strict=True):
        p = torch.nn.functional.linear(features.pooled, head.weight, head.bias).softmax(-1)
        scores.append(p[torch.arange(16), batch.targets].mean().item())
    ratios = (scores[0] / scores[1], scores[1] / scores[0])
    if name == "ogm_ge":
        factors = [1 - math.tanh(alpha * r) if r > 1 else 1.0 for r in ratios]
    else:
        factors = [1 + math.tanh(alpha / r) if r < 1 else 1.0 for r in ratios]
    assert sorted(factors)[0] != sorted(factors)[1]
    changed, *_ = gradients({name: options})
    for key, gradient in plain.items():
        if key != "features":
            factor = factors[["x1", "x2"].index(key.split(".")[0])]
            torch.testing.assert_close(changed[key], factor * gradient)


def test_the_noise_of_ogm_ge_has_the_gradients_deviation():
    method = setting("vanilla", {"ogm_ge": {}})[3]["ogm_ge"]
    torch.manual_seed(0)
    gradient = 3 * torch.randn(200, 200)
    noise = method.change(gradient, torch.tensor(0.25)) - 0.25 * gradient
    assert noise.std().item() == pytest.approx(3.0, rel=0.02)
    assert noise.mean().item() == pytest.approx(0.0, abs=0.05)
    assert abs(torch.corrcoef(torch.stack([noise.ravel(), gradient.ravel()]))[0, 1]) < 0.02
    lone = torch.tensor([2.0])
    assert torch.equal(method.change(lone, torch.tensor(0.5)), torch.tensor([1.0]))


def test_the_teacher_gets_no_gradient_and_only_students_learn():
    given = {"distillation": {"teacher": "x2", "features": 1.0}}
    plain, _, _ = gradients({})
    taught, _, _ = gradients(given)
    for key, gradient in plain.items():
        if key != "features":
            assert torch.equal(gradient, taught[key]) == key.startswith("x2"), key


def test_the_most_confident_modality_teaches():
    _, data, _, methods = setting("vanilla", {"distillation": {}}, modalities=3)
    losses = torch.tensor([[1.0, 3.0], [0.5, 0.7], [0.1, 9.0]])
    batch = data.batch(range(2))
    assert methods["distillation"]._strongest(losses, batch) == 1
    batch.present[1, 2] = False  # of the third only the good sample counts
    assert methods["distillation"]._strongest(losses, batch) == 2


def test_joint_weights_by_name_over_the_samples_that_have_it():
    config, data, model, methods = setting("vanilla", {"joint": {"weight": {"x2": 0.5}}})
    batch = data.batch(range(16))
    features = model.encode(batch)
    batch.present[:6, 1] = False
    (loss,) = methods["joint"].add_losses(model, phases(config, data)[0], features, batch).items()
    said = methods["joint"].heads.heads[1](features[1].pooled)
    expected = 0.5 * torch.nn.functional.cross_entropy(said[6:], batch.targets[6:])
    assert loss[0] == "joint:x2"
    torch.testing.assert_close(loss[1], expected)


def test_the_discriminator_descends_and_the_encoders_ascend():
    config, data, model, methods = setting("vanilla", {"adversarial": {"weight": 0.5}})
    batch, net = data.batch(range(16)), methods["adversarial"].discriminator
    features = model.encode(batch)
    phase = phases(config, data)[0]
    (loss,) = methods["adversarial"].add_losses(model, phase, features, batch).values()
    inputs = torch.cat([f.pooled for f in features])
    plain = torch.nn.functional.cross_entropy(net(inputs), torch.arange(2).repeat_interleave(16))
    torch.testing.assert_close(loss, plain)
    weights = (
        net[0].weight,
        model.encoders["x1"].get_parameter(next(iter(dict(model.encoders["x1"].named_parameters())))),
    )
    for given, own, factor in zip(
        torch.autograd.grad(loss, weights, retain_graph=True),
        torch.autograd.grad(plain, weights),
        (1, -0.5),
        strict=True,
    ):
        torch.testing.assert_close(given, factor * own)


def test_infonce_learns_its_temperature_and_counts_whole_samples_only():
    config, data, model, methods = setting("vanilla", {"contrastive": {"weight": 1.0}})
    batch, method = data.batch(range(8)), methods["contrastive"]
    batch.present[:2, 0] = False
    phase, features = phases(config, data)[0], model.encode(data.batch(range(8)))
    (loss,) = method.add_losses(model, phase, features, batch).values()
    a, b = (
        torch.nn.functional.normalize(net(f.pooled[2:]), dim=-1)
        for net, f in zip(method.maps, features, strict=True)
    )
    scores = a @ b.T / 0.07
    own = torch.arange(6)
    entropy = torch.nn.functional.cross_entropy
    torch.testing.assert_close(loss, (entropy(scores, own) + entropy(scores.T, own)) / 2)
    assert torch.autograd.grad(loss, method.sharpness)[0] != 0
    assert method.figures()["temperature"] == pytest.approx(0.07)


def test_latents_are_what_the_heads_read():
    config, data, model, _ = setting("paper")
    features = model.encode(data.batch(range(6)))
    own = latents(model, features)
    for expert, vectors in zip(model.experts, own, strict=True):
        torch.testing.assert_close(expert.head(vectors), expert(features))
    method = {"decorrelation": {"weight": 2.0}}
    _, _, again, built = setting("paper", method)
    (loss,) = (
        built["decorrelation"]
        .add_losses(again, phases(config, data)[0], again.encode(data.batch(range(6))), data.batch(range(6)))
        .values()
    )
    torch.testing.assert_close(loss, 2 * rep_cos(own))


def test_modalities_are_hidden_below_their_rate_and_one_always_stays():
    present = torch.tensor([[1, 1, 1], [1, 1, 1], [1, 1, 0], [0, 0, 0]]).bool()
    draws = torch.tensor([[0.1, 0.5, 0.9], [0.0, 0.0, 0.0], [0.1, 0.1, 0.9], [0.9, 0.9, 0.9]])
    spare = torch.tensor([[0.0, 0.0, 0.0], [0.2, 0.9, 0.1], [0.3, 0.2, 0.9], [0.5, 0.5, 0.5]])
    left = still_present(present, (0.3, 0.6, 0.2), draws, spare)
    assert left.int().tolist() == [[0, 0, 1], [0, 1, 0], [1, 0, 0], [0, 0, 0]]


def test_each_modality_is_hidden_at_its_own_rate():
    _, data, _, methods = setting("vanilla", {"missing_modality": {"rate": {"x2": 0.4}}})
    batch = data.batch([n % 48 for n in range(4000)])
    torch.manual_seed(0)
    present = methods["missing_modality"].change_batch(batch, None).present
    assert present[:, 0].all()
    assert present[:, 1].float().mean().item() == pytest.approx(0.6, abs=0.03)
    assert batch.present.all()


@pytest.mark.parametrize(
    ("methods", "message"),
    [
        ({"ogm_ge": {"alpha": -1}}, "alpha of 'ogm_ge' must not be negative"),
        ({"joint": {"weight": {"x9": 1}}}, "modality in the weight of 'joint' is one of x1, x2, but is 'x9'"),
        ({"missing_modality": {"rate": 1.0}}, "must be below 1"),
        ({"missing_modality": {"rate": -0.1}}, "rate of x1 of 'missing_modality' must not be negative"),
        ({"contrastive": {"form": "nce"}}, "form of 'contrastive' is one of infonce, margin"),
        ({"distillation": {"temperature": 0}}, "temperature of 'distillation' must be above 0"),
        ({"distillation": {"teacher": "x9"}}, "teacher of 'distillation' is one of x1, x2"),
        ({"decorrelation": {"kind": "hsic"}}, "kind of 'decorrelation' is one of cos, cka, barlow"),
        ({"uncertainty": {"bound": 0.5}}, "bound of 'uncertainty' must be 1 or more"),
        ({"jigsaw": {"tiles": 4}}, "2 or 3 a side"),
        ({"jigsaw": {"permutations": 25}}, "2 to 24 permutations"),
        ({"jigsaw": {}}, "'jigsaw' needs pictures, but 'tiny' has none"),
    ],
)
def test_wrong_options_are_one_sentence(methods, message):
    with pytest.raises(InputError, match=message):
        setting("vanilla", methods)


def test_the_margin_form_refuses_a_regression():
    with pytest.raises(InputError, match="take form=infonce"):
        setting("vanilla", {"contrastive": {"form": "margin"}}, "regression")


def test_puzzles_come_first_and_train_the_picture_encoder_only():
    data = picture_data()
    config = tiny_config("vanilla", methods={"jigsaw": {"epochs": 2}})
    model = tiny_model(config, data)
    method = prepared_methods(model, data, config.training)["jigsaw"]
    (phase,) = method.phases(config.training)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    head = [p.clone() for p in method.parameters()]
    losses = one_step(phase, model, {"jigsaw": method}, data.batch(range(12)))
    assert list(losses) == ["jigsaw"]
    moved = {name for name, value in model.state_dict().items() if not torch.equal(value, before[name])}
    assert moved
    assert all(name.startswith("encoders.image.") for name in moved)
    assert all(not torch.equal(a, b) for a, b in zip(head, method.parameters(), strict=True))
    history = fit(tiny_model(config, data), data, config).frame()
    assert history.phase.tolist() == ["jigsaw"] * 2 + ["all"] * 2
    assert history["train.jigsaw"].notna().tolist() == [True, True, False, False]


def test_puzzles_count_only_samples_with_a_picture():
    data = picture_data()
    config = tiny_config("vanilla", methods={"jigsaw": {"epochs": 1}})
    model = tiny_model(config, data).eval()
    method = prepared_methods(model, data, config.training)["jigsaw"]
    (phase,) = method.phases(config.training)
    batch, empty = data.batch(range(12)), list[Features]()

    def loss():
        return phase.losses(model, empty, batch, torch.Generator().manual_seed(0))["jigsaw"].item()

    batch.present[6:, 0] = False
    first = loss()
    batch.inputs["image"][6:] = 0
    assert loss() == pytest.approx(first)
    batch.inputs["image"][:6] = 0
    assert loss() != pytest.approx(first)
