"""A rating study made of made-up explanations."""

import made_up

from i2moe_core.teaching.rating.study import Study, build_study

SAMPLES = [f"s{n}" for n in range(40)]
KINDS = ["unique:image", "unique:text", "synergy", "redundancy"] * 10


def made_study(count: int = 16, seed: int = 0, kinds: list[str | None] = KINDS, name: str = "first") -> Study:
    """A study of ``count`` of 40 samples; the sample at place n is explained by seed n."""

    def explain(row: int) -> made_up.PairExplanation:
        return made_up.made_explanation(seed=row)

    return build_study(name, ("made", "made-000000000000"), SAMPLES, kinds, count, seed, explain)
