"""The one error that a user can mend; every other exception is a fault of the program."""


class InputError(ValueError):
    """What came, what was expected and what to do, in one plain sentence."""
