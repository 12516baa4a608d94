"""Measurements. The core layer is imported from where it lies."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "layers" / "core"))
