"""The words of the field in one sentence each; said in the visitor's language where they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from i2moe_core.language import marked


@dataclass(frozen=True)
class Entry:
    """A word as it is written in a sentence, and what it means; both marked for the catalogue."""

    word: str
    meaning: str


GLOSSARY: Mapping[str, Entry] = {
    "interaction": Entry(
        marked("interaction"),
        marked("How two inputs tell the answer: one of them alone, either of them, or only both together."),
    ),
    "unique": Entry(marked("unique"), marked("What one input tells of the answer and the other does not.")),
    "redundancy": Entry(
        marked("redundancy"), marked("What each input tells by itself, so that either of them would do.")
    ),
    "synergy": Entry(
        marked("synergy"),
        marked("What shows only when the inputs are read together; neither tells it alone."),
    ),
    "modality": Entry(
        marked("modality"), marked("One kind of input, such as the picture or the text of a pair.")
    ),
    "bit": Entry(
        marked("bit"), marked("The unit of information: one bit answers one even yes-or-no question.")
    ),
    "pid": Entry(
        marked("information decomposition"),
        marked("Splits what two inputs tell of the answer into unique, redundant and synergistic parts."),
    ),
    "mixture": Entry(
        marked("mixture of experts"),
        marked("A model whose answer is the sum of several small networks' answers, each times its weight."),
    ),
    "expert": Entry(
        marked("expert"), marked("A small network of the mixture that is there for one kind of interaction.")
    ),
    "gate": Entry(
        marked("gate"),
        marked("The part that looks at a sample and divides the say among the experts; also called router."),
    ),
    "weight": Entry(
        marked("weight"), marked("An expert's share of the say for one sample; all weights sum to 100%.")
    ),
    "contribution": Entry(
        marked("contribution"), marked("An expert's weight times its score: its part of the final answer.")
    ),
    "logit": Entry(
        marked("logit"), marked("A class's raw score, before the scores are turned into probabilities.")
    ),
    "temperature": Entry(
        marked("temperature"),
        marked("What the gate's scores are divided by: low makes one expert win, high makes all equal."),
    ),
    "pass": Entry(
        marked("pass"),
        marked("One run of an expert: the full pass sees everything, the others have one input replaced."),
    ),
    "anchor": Entry(marked("anchor"), marked("The expert's answer to the sample as it is: the full pass.")),
    "positive": Entry(
        marked("positive example"),
        marked("An answer that should stay close to the anchor: another input was replaced."),
    ),
    "negative": Entry(
        marked("negative example"),
        marked("An answer that should move away from the anchor: its own input was replaced."),
    ),
    "margin": Entry(
        marked("margin"),
        marked("By how much farther than the positive the negative must be before the loss is satisfied."),
    ),
    "triplet": Entry(
        marked("triplet loss"), marked("Pulls the positive towards the anchor and pushes the negative away.")
    ),
    "cosine": Entry(
        marked("cosine"),
        marked("How alike the directions of two answers are: 1 the same, 0 at right angles."),
    ),
    "gradient": Entry(
        marked("gradient"), marked("The direction in which a loss rises; training steps the opposite way.")
    ),
    "replacement": Entry(
        marked("replacement"), marked("What stands in for an input, to see what an expert says without it.")
    ),
    "in_distribution": Entry(
        marked("in distribution"), marked("Like the data that the model was trained on.")
    ),
    "recipe": Entry(
        marked("recipe"),
        marked("How a mixture is trained: its losses, its phases and what the gate learns from."),
    ),
    "known_truth": Entry(
        marked("known truth"),
        marked("Data made so that the true interaction of every sample is known and can be compared."),
    ),
    "audit": Entry(
        marked("audit"), marked("Tests, on data held back, whether weights and experts mean what they say.")
    ),
    "irs": Entry(
        marked("interaction recovery score"),
        marked("From 0 to 1: do contributions and experts name the true interaction? 0 is chance."),
    ),
    "leak": Entry(
        marked("leak"),
        marked(
            "How well one weight alone gives the predicted class away; .5 is ideal, 1 gives it away fully."
        ),
    ),
    "disagreement": Entry(
        marked("disagreement"), marked("How far the experts' answers to one sample are apart.")
    ),
    "js": Entry(
        marked("Jensen-Shannon divergence"),
        marked("A distance between distributions: 0 where they are the same, 1 where they share nothing."),
    ),
    "entropy": Entry(
        marked("entropy"),
        marked("How undecided a distribution is: 0 for certainty, largest where all is even."),
    ),
    "attribution": Entry(
        marked("attribution"), marked("A map that says how much each part of the input counts for an answer.")
    ),
    "comprehensiveness": Entry(
        marked("comprehensiveness"),
        marked("How much the answer falls when the parts that a map names first are removed."),
    ),
    "fusion": Entry(
        marked("fusion"), marked("The part of an expert that makes one vector of all inputs' vectors.")
    ),
    "parameter": Entry(marked("parameter"), marked("A number in the model that training sets.")),
    "multiply_add": Entry(
        marked("multiply-add"), marked("One multiplication and one addition: the unit of a network's cost.")
    ),
}
