"""The eight weak points in plain words: the trouble, how to read its figure, its limits, and what helps."""

from __future__ import annotations

from dataclasses import dataclass

from i2moe_core.language import marked


@dataclass(frozen=True)
class Words:
    """What is said of a weak point beside this run's own numbers, in Markdown, marked for the catalogue."""

    short: str
    question: str
    trouble: str
    how: str
    not_show: str
    todo: str


WORDS = {
    "conflict": Words(
        marked("Losses against each other"),
        marked("Do the losses cancel each other?"),
        marked(
            "Every expert is taught by a loss of its own while the task teaches the mixture. Two losses may "
            "ask the same parameters for opposite steps."
        ),
        marked(
            "A cell is the cosine between the gradients of two losses over all that learns together, at the "
            "saved weights: green pulls the same way, red undoes a part of the other's step, 0.00 mostly "
            "means that they share no parameter. Point at a cell for its spread over batches and for how it "
            "began."
        ),
        marked(
            "Whether it did harm. Where a training has settled, what is left of the gradients must balance, "
            "so losses that share parameters end up opposed; how it began, and the course over the epochs "
            "where it was logged, tell whether they were so while it learnt."
        ),
        marked(
            "If an expert never learnt and its loss was opposed from the start, give that loss more weight "
            "(such as `--set training.recipe_options.swaps=2` for *faithful*, `lambda` for *paper*), or "
            "train the experts in a phase of their own, as *faithful* does."
        ),
    ),
    "suppression": Words(
        marked("Heavy experts starve light ones"),
        marked("Do heavy experts starve light ones?"),
        marked(
            "An expert that is taught by the task alone learns in proportion to its weight: once light, it "
            "gets hardly any gradient and stays light."
        ),
        marked(
            "The mark is an expert's share of the gradient that reaches all experts, the line its share of "
            "the say. A light expert whose mark lies near zero too can hardly recover."
        ),
        marked(
            "How it was during training: an expert that has finished learning gets no gradient either. The "
            "Runs page draws the shares over the epochs where they were logged."
        ),
        marked(
            "A loss of its own keeps an expert learning whatever its weight (*faithful*); a higher gate "
            "temperature (`--set model.temperature=2`) keeps the weights apart from 0."
        ),
    ),
    "disagreement": Words(
        marked("Experts disagree"),
        marked("What happens when experts disagree?"),
        marked(
            "The mixture adds up answers that contradict each other, and nothing in the method says what an "
            "answer is worth then."
        ),
        marked(
            "A mark is how often the mixture is right where all experts agree and where they disagree, with "
            "95% intervals; the line is all samples. If disagreement were a warning, its mark would lie "
            "well to the left."
        ),
        marked(
            "How strongly they disagree: an expert that is unsure counts like one that is certain. The "
            "Disagreement page has graded measures and every sample."
        ),
        marked(
            "Where disagreement is a warning, let the model abstain by it (Disagreement page); where it is "
            "none, do not read it as doubt. A gate that sees the answers (`--set "
            "model.gate_sees_answers=true`) was right no more often in our measurements."
        ),
    ),
    "replacement": Words(
        marked("Chance in the replaced input"),
        marked("How much is the random vector's chance?"),
        marked(
            "To ask what an input is worth, the method replaces it by a random vector. Another draw may give "
            "another answer."
        ),
        marked(
            "The mark is how much an expert's probability of the answer varies from draw to draw of a random "
            "vector (standard deviation, in points), the line the same for other samples' inputs, which the "
            "model knows. A mean of 10 draws varies about a third as much."
        ),
        marked(
            "Bias: draws may agree with each other and still be unlike anything the model was trained on, "
            "which is why this app explains by other samples' inputs."
        ),
        marked(
            "Never read a single draw. This app takes several, the same for the same sample, and shows their "
            "spread; train with `--set model.replacement=permutation` rather than `random`."
        ),
    ),
    "experts": Words(
        marked("A fixed set of experts"),
        marked("Are all experts of the fixed set needed?"),
        marked(
            "The number of experts is settled before anything is known of the data. If the data has no "
            "synergy, there is a synergy expert all the same."
        ),
        marked(
            "First figure: the mark is an expert's mean weight, the line the share of the samples in which "
            "it holds the most. Second: how many points of right answers are lost when its weight goes to "
            "the others, with 95% intervals; on the zero line nothing is lost."
        ),
        marked(
            "What the experts would be if trained without it. And an expert can be needless for the answers "
            "although it explains them: what redundancy says, others say too."
        ),
        marked(
            "Read an expert that costs nothing as idle on this data, not as proof that its kind of "
            "interaction is absent: the Interactions page measures that without the experts."
        ),
    ),
    "gate": Words(
        marked("An unexplained gate"),
        marked("Is the gate itself explained?"),
        marked(
            "The weights explain the answer, but nothing explains the weights. A gate may simply spell out "
            "the class."
        ),
        marked(
            "Each bar is the part of the differences between samples' weights that follows from one thing "
            "alone: the predicted class (a long bar: the weights repeat the answer), the true kind of "
            "interaction, or the evidence that the probes measured (long bars: the weights say what they "
            "should)."
        ),
        marked(
            "What in a single picture or text moved the gate: the Attributions page maps that. Where kinds "
            "and classes truly go together, a long first bar may be right."
        ),
        marked(
            "Read contributions before weights: the largest weight need not have the largest part. Where the "
            "class explains most of the gate, do not read the weights at all; *faithful* teaches the gate "
            "the measured evidence instead."
        ),
    ),
    "margin": Words(
        marked("The triplet loss's margin"),
        marked("Does the margin of the triplet loss decide?"),
        marked(
            "The published loss for uniqueness pushes answers apart until a margin is reached, and the "
            "margin is a number that somebody chose."
        ),
        marked(
            "The curve is the share of triplets that still pull at each margin, at the saved weights; the "
            "dashed line is the margin that was chosen. Flat around it: the choice hardly matters any more."
        ),
        marked(
            "What another margin would have led to from the start. Only a sweep, which trains anew, tells."
        ),
        marked(
            "`i2moe sweep --param margin=.1,.5,1,2 --recipe paper` trains each and tabulates accuracy, roles "
            "and recovery; this section then shows its result."
        ),
    ),
    "cost": Words(
        marked("Cost"),
        marked("What does the mixture cost?"),
        marked("A mixture of M + 2 experts, each asked M + 1 times in training, costs more than one fusion."),
        marked(
            "A bar is how many times as much the mixture takes as a single fusion with the same encoders; "
            "the dotted line is the same. All passes: an answer with every input replaced in turn, as an "
            "explanation needs it."
        ),
        marked(
            "Other machines, batch sizes and backbones: it was timed here, in turn, on small batches. The "
            "single fusion explains nothing."
        ),
        marked(
            "If only answers are needed, `--recipe vanilla` is the cheap model. An expert that is idle "
            "(above) is cost without use."
        ),
    ),
}
