"""``python -m i2moe_core.cli`` is ``i2moe``."""

import sys

from i2moe_core.cli import main

sys.exit(main())
