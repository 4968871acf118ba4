"""`sosach db down`: stops the embedded server."""

from sosach.site.databases import is_embedded, state_folder
from sosach.site.embedded import EmbeddedServer
from sosach.site.management.site_command import SiteCommand


class Command(SiteCommand):
    """Stop in good order."""

    def carry_out(self, *, lang: str) -> None:
        """Stop and say whether it ran; a server of one's own is nobody's to stop here."""
        if not is_embedded():
            self.say(
                lang, vi="Máy chủ của DATABASE_URL không do Sosach dừng.", en="Sosach does not stop a server of yours."
            )
        elif EmbeddedServer(state_folder()).stop():
            self.say(lang, vi="Đã dừng.", en="Stopped.")
        else:
            self.say(lang, vi="Không có máy chủ nào đang chạy.", en="No server was running.")
