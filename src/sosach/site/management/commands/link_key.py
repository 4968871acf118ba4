"""`sosach link key`: the public key of this installation, for the other level."""

from django.conf import settings

from sosach.domain.declarations.operations.signing import receipt_signer
from sosach.site.management.site_command import SiteCommand


class Command(SiteCommand):
    """Public half only."""

    def carry_out(self, *, lang: str) -> None:
        """Show name and key."""
        del lang
        key = receipt_signer(settings.SOSACH_LINK_KEY)
        self.stdout.write(f"{key.key_id}\t{key.public_key.hex()}")
