"""The convex programme behind BROJA: the distribution with given pairs of marginals that has least synergy.

Each Newton step is solved for the marginals' multipliers, one number a (source value, target value).
"""

import numpy as np

_GROWTH, _ROUNDS, _STEPS, _CENTRED = 20.0, 12, 60, 1e-6


def least_synergy(first: np.ndarray, second: np.ndarray, tolerance: float) -> tuple[np.ndarray, float]:
    """Return a feasible q, (n1, n2, Y), near the minimum of sum q log q(y|x1, x2), and a bound below it.

    first: (n1, Y), second: (n2, Y): the marginals (X1, Y) and (X2, Y) that q must have. For every a(x1, y)
    and b(x2, y) the minimum is at least

        <a, first> + <b, second> - max over the cells of log sum_y exp(a(x1, y) + b(x2, y))

    so the multipliers of any step certify how far q can be from the optimum. Barrier method with Newton
    steps: Boyd and Vandenberghe, Convex Optimization, 2004, section 11.3; started from independence given y.
    Stops where value and bound are within the tolerance (nats).
    """
    path = _Path(first, second)
    best, value, bound = path.q, negative_entropy(path.q), -np.inf
    for _ in range(_ROUNDS):
        bound = max(bound, path.centre())
        q = rounded(path.q, first, second)
        if (reached := negative_entropy(q)) < value:
            best, value = q, reached
        if value - bound <= tolerance:
            break
        path.sharpness *= _GROWTH
    return best, bound


def negative_entropy(q: np.ndarray) -> float:
    """Return sum q log q(y | x1, x2) = -H(Y | X1, X2) in nats, (n1, n2, Y)."""
    return float((q * _log_share(q)).sum())


def rounded(q: np.ndarray, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return a table near q, (n1, n2, Y), whose marginals are exactly (X1, Y) and (X2, Y).

    Rows, then columns are shrunk where they are too heavy; the missing mass is spread in proportion.
    Reference: Altschuler, Weed, Rigollet, NeurIPS 2017, algorithm 2.
    """
    q = q * np.minimum(_ratio(first, q.sum(1)), 1)[:, None]
    q = q * np.minimum(_ratio(second, q.sum(0)), 1)[None]
    rows, columns = np.maximum(first - q.sum(1), 0), np.maximum(second - q.sum(0), 0)
    result: np.ndarray = q + _ratio(rows, rows.sum(0) + np.zeros_like(rows))[:, None] * columns[None]
    return result


def _log_share(q: np.ndarray) -> np.ndarray:
    total = q.sum(-1, keepdims=True) + np.zeros_like(q)
    return np.log(np.divide(q, total, out=np.ones_like(q), where=q > 0))


def _ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    return np.divide(above, below, out=np.zeros_like(above), where=below > 0)


class _Path:
    """The minimum of sharpness * value - sum log q under the marginals, followed as the sharpness grows."""

    def __init__(self, first: np.ndarray, second: np.ndarray) -> None:
        self.goal = np.concatenate([first.ravel(), second.ravel()])
        self.q = first[:, None] * _ratio(second, first.sum(0) + np.zeros_like(second))[None]  # (n1, n2, Y)
        self.support = self.q > 0
        self.sharpness = float(self.support.sum())
        # a(x1, y) + c(y), b(x2, y) - c(y) is the same: one b of each y stays 0.
        moving = second > 0
        moving[second.argmax(0), np.arange(second.shape[1])] = False
        self.free = np.flatnonzero(np.concatenate([(first > 0).ravel(), moving.ravel()]))

    def centre(self) -> float:
        """Move q to the minimum for the present sharpness; return a bound of the value's own minimum."""
        bound = -np.inf
        for _ in range(_STEPS):
            step, multipliers, decrement = self._newton()
            bound = max(bound, self._bound(multipliers))
            if decrement <= _CENTRED or not self._move(step, decrement):
                break
        return bound

    def _move(self, step: np.ndarray, decrement: float) -> bool:
        """Go along the step until the function would clearly rise again; False where that is at once."""
        shrinking = step < 0
        size = min(1.0, 0.95 * float((self.q[shrinking] / -step[shrinking]).min(initial=np.inf)))
        while size > 1e-10:
            q = self.q + size * step
            if float((self._gradient(q) * step).sum()) <= 0.5 * decrement:
                self.q = q
                return True
            size /= 2
        return False

    def _gradient(self, q: np.ndarray) -> np.ndarray:
        return self.sharpness * _log_share(q) - _ratio(self.support.astype(float), q)

    def _newton(self) -> tuple[np.ndarray, np.ndarray, float]:
        """Return the step of q, the multipliers a and b, and the squared Newton decrement."""
        q, t = self.q, self.sharpness
        soft = q**2 / (1 + t * q)  # the Hessian of a cell: diag(1 / soft) - t / q(x1, x2)
        rest = (q / (1 + t * q)).sum(-1) / t
        rest = np.where(rest > 0, rest, 1.0)[..., None]

        def smooth(x: np.ndarray) -> np.ndarray:
            """Apply the inverse Hessian."""
            held = soft * x
            result: np.ndarray = held + soft * held.sum(-1, keepdims=True) / rest
            return result

        gradient = self._gradient(q)
        missing = self.goal - _marginals(q)
        square = _between_marginals(soft, rest)[np.ix_(self.free, self.free)]
        multipliers = np.zeros_like(self.goal)
        multipliers[self.free] = _solve(square, (_marginals(smooth(gradient)) + missing)[self.free])
        step = smooth(self._spread(multipliers) - gradient)
        decrement = float((step * (self._spread(multipliers) - gradient)).sum())
        return step, multipliers / t, decrement

    def _bound(self, multipliers: np.ndarray) -> float:
        score = np.where(self.support, self._spread(multipliers), -np.inf)
        top = score.max()
        excess = top + np.log(np.exp(score - top).sum(-1).max())
        return float(self.goal @ multipliers - excess)

    def _spread(self, point: np.ndarray) -> np.ndarray:
        """Return a(x1, y) + b(x2, y), (n1, n2, Y)."""
        n1, n2, targets = self.support.shape
        cut = n1 * targets
        total: np.ndarray = point[:cut].reshape(n1, 1, targets) + point[cut:].reshape(1, n2, targets)
        return total


def _marginals(q: np.ndarray) -> np.ndarray:
    return np.concatenate([q.sum(1).ravel(), q.sum(0).ravel()])


def _between_marginals(soft: np.ndarray, rest: np.ndarray) -> np.ndarray:
    """Return how the marginals move with the multipliers, (n1 Y + n2 Y, n1 Y + n2 Y)."""
    n1, n2, targets = soft.shape
    bent = soft[..., None] * (np.eye(targets) + soft[..., None, :] / rest[..., None])  # (n1, n2, Y, Y)
    square = np.zeros((n1 + n2, targets, n1 + n2, targets))
    rows, columns = np.arange(n1), n1 + np.arange(n2)
    square[rows, :, rows] = bent.sum(1)
    square[columns, :, columns] = bent.sum(0)
    square[:n1, :, n1:] = bent.transpose(0, 2, 1, 3)
    square[n1:, :, :n1] = bent.transpose(1, 2, 0, 3)
    size = (n1 + n2) * targets
    return square.reshape(size, size)


def _solve(square: np.ndarray, right: np.ndarray) -> np.ndarray:
    scale = 1 / np.sqrt(square.diagonal())
    solution: np.ndarray = np.linalg.solve(square * scale * scale[:, None], right * scale) * scale
    return solution
