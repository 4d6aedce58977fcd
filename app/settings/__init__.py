"""The settings of the service."""

from app.settings.load import load_settings
from app.settings.models import Settings

__all__ = ["Settings", "load_settings"]
