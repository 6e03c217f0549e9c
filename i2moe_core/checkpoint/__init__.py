"""A trained run as a folder of plain files: saved so that a killed save harms nothing, opened with suspicion.

config.json, model.safetensors, vocabulary.json (only with text), history.parquet and reference.parquet are
the run; audit.json, analysis.parquet, MODEL_CARD.md, abstain.json and weak_points.json may be added;
manifest.json holds the sha256 of each and is written last. Nothing is ever unpickled.
"""

from i2moe_core.checkpoint.abstain import AbstainRecord, abstain_content, read_abstain, write_abstain
from i2moe_core.checkpoint.card import model_card
from i2moe_core.checkpoint.listing import RunSummary, list_runs, summarize_run
from i2moe_core.checkpoint.load import load_run
from i2moe_core.checkpoint.run import Run
from i2moe_core.checkpoint.save import add_file, begin_run, discard_run, save_run
from i2moe_core.checkpoint.settings import Settings, read_settings

__all__ = [
    "AbstainRecord",
    "Run",
    "RunSummary",
    "Settings",
    "abstain_content",
    "add_file",
    "begin_run",
    "discard_run",
    "list_runs",
    "load_run",
    "model_card",
    "read_abstain",
    "read_settings",
    "save_run",
    "summarize_run",
    "write_abstain",
]
