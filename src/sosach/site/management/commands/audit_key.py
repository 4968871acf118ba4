"""`sosach audit key`: the public key of the log, for auditors and witnesses."""

from sosach.site.management.site_command import SiteCommand
from sosach.site.signing import signer


class Command(SiteCommand):
    """Public half only."""

    def carry_out(self, *, lang: str) -> None:
        """Show name and key."""
        del lang
        key = signer()
        self.stdout.write(f"{key.key_id}\t{key.public_key.hex()}")
