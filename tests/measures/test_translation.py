"""The ridge map against its normal equations and at its ends."""

import numpy as np
import pytest

from i2moe_core.measures.translation import fit_translations

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(50, 4)) * [1, 2, 3, 4] + 5
Y = X @ RANDOM.normal(size=(4, 3)) + RANDOM.normal(size=(50, 3))


@pytest.mark.parametrize("penalty", [1e-3, 1.0])
def test_the_weights_solve_the_normal_equations(penalty):
    found = fit_translations(X, Y, [penalty])[0]
    x, y = ((v - v.mean(0)) / v.std(0) for v in (X, Y))
    solved = np.linalg.solve(x.T @ x + 50 * penalty * np.eye(4), x.T @ y)
    np.testing.assert_allclose(found.weights, solved / X.std(0)[:, None], atol=1e-10)


def test_an_exact_linear_relation_is_found():
    other = X @ RANDOM.normal(size=(4, 6)) + 2
    found = fit_translations(X, other, [1e-9])[0]
    np.testing.assert_allclose(found.queries(X), found.items(other), atol=1e-6)


def test_a_number_that_never_varies_does_no_harm():
    constant = np.column_stack([X, np.ones(50)])
    found = fit_translations(constant, constant, [1e-6])[0]
    assert np.isfinite(found.queries(constant)).all()
    assert np.isfinite(found.items(constant)).all()
