"""What listeners want after what they chose: learned from the log, artist by artist."""

from preprocessing.taste.fit import Learned, learn_taste

__all__ = ["Learned", "learn_taste"]
