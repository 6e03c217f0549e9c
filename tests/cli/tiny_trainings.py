"""Command lines of trainings that take a second."""

TINY = (
    "--option=sizes=[48,16,24]", "--epochs=2", "--expert-epochs=2", "--batch-size=16", "--set=model.width=8",
    "--set=model.hidden=8", "--set=model.gate_hidden=8", "--device=cpu",
)  # fmt: skip
SCENES = (
    "--data=scenes",
    "--set=data.vocabulary_size=300",
    '--set=model.encoders={"image": {"name": "cnn", "options": {"channels": [4, 4, 4]}}}',
)
VECTORS = ("--data=vectors:struct",)
