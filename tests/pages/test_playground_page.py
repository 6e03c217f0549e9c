"""The playground page: alone and through the app, played to its goal, kept in the link, full, own tables."""

from pathlib import Path

import made_up
import numpy as np
import pytest
from made_up import opened, words
from streamlit.testing.v1 import AppTest

from i2moe_core.teaching.playground.seats import Seats
from i2moe_core.teaching.playground.settings import MOST_STEPS, Settings
from i2moe_core.teaching.playground.trainer import Setup, Trainer
from i2moe_core.ui import playing

ROOT = Path(__file__).resolve().parents[2]
PAGE = "pages/playground.py"
QUICK = {"p_recipe": "vanilla", "p_samples": "50"}


@pytest.fixture(autouse=True)
def no_runs(monkeypatch, tmp_path):
    monkeypatch.setenv("I2MOE_CHECKPOINTS", str(tmp_path))
    playing.seats.clear()


def numbers(at):
    """Step, goal, accuracy and recovery as the page shows them."""
    step, right, recovery = (metric.value for metric in at.metric)
    return (*map(int, step.split(" / ")), right, recovery)


def until_still(at, runs=200):
    for _ in range(runs):
        if any(button.key == "p_play" for button in at.button):
            return at
        at.run()
    pytest.fail(f"still training: {numbers(at)}")


def shown(look):
    return f"{look.accuracy:.0%}", "–" if look.recovery is None else f"{look.recovery:.2f}"


def test_it_opens_through_the_app_and_alone(monkeypatch, tmp_path):
    made_up.install(monkeypatch, tmp_path, audit=made_up.GOOD_AUDIT)
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=20).run()
    at.switch_page(PAGE).run()
    assert not at.exception
    assert "Who knows" in at.title[0].value
    assert not opened(PAGE).exception


def test_it_opens_without_any_run_and_shows_the_first_weights():
    at = opened(PAGE)
    assert not at.exception
    assert not at.error
    assert numbers(at)[:2] == (0, 0)
    assert len(at.get("plotly_chart")) == 5


def test_simple_mode_shows_less():
    at = opened(PAGE, detail="simple")
    assert len(at.get("plotly_chart")) == 4
    assert not any(slider.key == "p_seed" for slider in at.number_input)
    assert [slider.key for slider in at.slider] == ["p_u1", "p_u2", "p_xor", "p_red", "p_noise"]


def test_play_step_pause_reset():
    at = opened(PAGE, **QUICK)
    at.button(key="p_step").click().run()
    assert numbers(at)[:2] == (1, 1)
    assert at.query_params["steps"] == "1"
    at.button(key="p_play").click().run()
    assert at.query_params["steps"] == "301"
    at.run()
    at.button(key="p_pause").click().run()
    done, goal, *_ = numbers(at)
    assert 1 < done == goal < 301
    assert at.query_params["steps"] == str(done)
    at.button(key="p_reset").click().run()
    assert numbers(at)[:2] == (0, 0)
    assert "steps" not in at.query_params


@pytest.mark.parametrize("recipe", ["faithful", "paper", "vanilla"])
def test_a_link_is_trained_to_its_step_and_equals_the_serial_training(recipe):
    link = {
        "p_recipe": recipe,
        "p_seed": "3",
        "p_noise": "10",
        "p_u1": "40",
        "p_temperature": "2.0",
        "steps": "25",
    }
    at = until_still(opened(PAGE, **link))
    settings = Settings(recipe=recipe, seed=3, noise=10, unique1=40, temperature=2.0)
    trainer = Trainer(Setup(settings))
    trainer.advance(25)
    assert numbers(at) == (25, 25, *shown(trainer.look()))
    assert at.session_state[playing.STATE].setup.settings == settings
    assert {name: at.query_params[name] for name in link if name != "p_recipe"} == {
        name: value for name, value in link.items() if name != "p_recipe"
    }


@pytest.mark.parametrize("steps", ["x", "-3", "9" * 30, "²", "1e3"])
def test_a_broken_number_of_steps_falls_back(steps):
    at = opened(PAGE, steps=steps, p_recipe="none", p_margin="x", p_u1="900", p_data="?")
    assert not at.exception
    assert not at.error
    assert numbers(at)[1] in (0, MOST_STEPS)


def test_a_moved_slider_starts_anew_and_goes_on_if_it_ran():
    at = until_still(opened(PAGE, steps="3", **QUICK))
    at.slider(key="p_noise").set_value(20).run()
    assert numbers(at)[:2] == (0, 0)
    assert "best 80%" in at.metric[1].label
    at.button(key="p_play").click().run()
    at.slider(key="p_noise").set_value(10).run()
    done, goal, *_ = numbers(at)
    assert done < goal == 300


def test_all_shares_at_zero_get_a_sentence():
    at = opened(PAGE, p_u1="0", p_u2="0", p_xor="0", p_red="0")
    assert "at least one interaction" in at.info[0].value
    assert not at.metric


def test_what_cannot_be_identified_is_said():
    assert "Not identifiable" in words(opened(PAGE, p_shown="false"))
    assert "Not identifiable" not in words(opened(PAGE))


def test_a_challenge_is_checked_live():
    at = until_still(opened(PAGE, p_challenge="synergy", steps="2", **QUICK))
    assert "2 of 100 steps trained" in words(at)
    assert not at.success


def test_a_full_server_says_so_and_lets_in_later(monkeypatch):
    room = Seats(most=1)
    monkeypatch.setattr(playing, "seats", lambda: room)
    room.take("somebody", Setup(Settings(samples=50)))
    at = opened(PAGE)
    assert "try again in a minute" in at.warning[0].value
    room.leave("somebody")
    at.button(key="p_again").click().run()
    assert numbers(at)[0] == 0


def test_a_seat_taken_away_comes_back_trained():
    at = until_still(opened(PAGE, steps="4", **QUICK))
    before = numbers(at)
    playing.seats().leave(at.session_state[playing.STATE].visitor)
    assert numbers(until_still(at.run())) == before


def own_table():
    rng = np.random.default_rng(0)
    rows = [f"{a:.2f},{b:.2f},{'yes' if a > 0 else 'no'}" for a, b in rng.uniform(-1, 1, (60, 2))]
    return "a,b,says\n" + "\n".join(rows)


def test_an_own_table_is_asked_for_trained_on_and_linked():
    at = opened(PAGE, p_data="own", p_recipe="vanilla")
    assert "Paste a table" in at.info[0].value
    at.text_area(key="p_table").set_value(own_table()).run()
    assert not at.exception
    assert at.multiselect(key="p_first").value == ["a"]
    assert numbers(at)[0] == 0
    at.button(key="p_step").click().run()
    link = {name: at.query_params[name] for name in at.query_params}
    again = until_still(opened(PAGE, **link))
    assert again.text_area(key="p_table").value == own_table()
    assert numbers(again) == numbers(at)


@pytest.mark.parametrize("code", ["!", "AAAA", "é"])
def test_a_damaged_table_in_the_link_is_none(code):
    at = opened(PAGE, p_data="own", table=code)
    assert not at.exception
    assert "Paste a table" in at.info[0].value


def test_a_bad_table_gets_one_sentence_and_what_it_quotes_stays_inert():
    at = opened(PAGE, p_data="own")
    bad = (
        own_table()
        .replace("a,b,says", "a,**b**,says")
        .replace(own_table().split("\n")[1].split(",")[1], "![x](y)")
    )
    at.text_area(key="p_table").set_value(bad).run()
    assert not at.exception
    assert len(at.error) == 1
    assert "no number" in at.error[0].value
    assert "![x](" not in at.error[0].value
    assert "**b**" not in at.error[0].value
