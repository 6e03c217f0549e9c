"""How do experts learn who knows the answer? Known truth, trained live."""

from i2moe_core.ui.components.teach.playground import show_playground
from i2moe_core.ui.failures import failures_shown
from i2moe_core.ui.page import body, open_any_page

open_any_page("Playground")
with body(), failures_shown():
    show_playground()
