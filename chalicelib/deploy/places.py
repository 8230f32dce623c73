"""Where the project's files lie: the folder that holds app.py, and what is built from it."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / ".build"
LOCAL = ROOT / ".local"
INFRA = ROOT / "infra" / "resources.yaml"
