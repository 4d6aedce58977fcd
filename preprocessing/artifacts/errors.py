"""What can be wrong with artifacts."""


class ArtifactError(Exception):
    """An artifact is missing, damaged or of another version; the message names the file and the way out."""
