"""What every folder of tests shares."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # tests import tiny.py, and so do worker processes
