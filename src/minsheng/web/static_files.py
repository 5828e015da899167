"""Scripts and styles under names that carry a fingerprint, compressed; and under their plain names where none were gathered."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class Fingerprinted(CompressedManifestStaticFilesStorage):
    """The storage; a file that was not gathered keeps its name and is served from the package."""

    manifest_strict = False

    def stored_name(self, name: str) -> str:
        """The fingerprinted name, or the plain one."""
        try:
            return str(super().stored_name(name))
        except ValueError:
            return name
