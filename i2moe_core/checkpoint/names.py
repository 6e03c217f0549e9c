"""The file names of a run's folder."""

CONFIG = "config.json"
WEIGHTS = "model.safetensors"
VOCABULARY = "vocabulary.json"
HISTORY = "history.parquet"
REFERENCE = "reference.parquet"
AUDIT = "audit.json"
ANALYSIS = "analysis.parquet"
CARD = "MODEL_CARD.md"
ABSTAIN = "abstain.json"
WEAK_POINTS = "weak_points.json"
ATTRIBUTIONS = "attributions.parquet"
ATTRIBUTED = "attributions.json"  # their summary
MANIFEST = "manifest.json"
STATE = "training.safetensors"  # of an interrupted training; gone once the run is saved

REQUIRED = (CONFIG, WEIGHTS, HISTORY, REFERENCE)
ADDED = (AUDIT, ANALYSIS, CARD)  # by every training
EXPORTED = (ABSTAIN, WEAK_POINTS, ATTRIBUTIONS, ATTRIBUTED)  # by the visitor's wish
EVERY = (*REQUIRED, VOCABULARY, *ADDED, *EXPORTED, MANIFEST, STATE)
