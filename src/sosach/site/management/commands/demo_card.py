"""`sosach demo-card`: one card from application to handover, on a database of synthetic people; documents are left in a folder."""

from collections.abc import Mapping
from pathlib import Path

from sosach.base.errors import ErrorCode, SosachError
from sosach.site.fitness import DataKind, facts
from sosach.site.management.card_story import Story
from sosach.site.management.site_command import SiteCommand


class Command(SiteCommand):
    """Only where nobody's real data are."""

    def carry_out(self, *, lang: str, out: str, shots: Mapping[str, bytes], profile: str) -> None:
        """Tell the story of one card.

        Raises:
            SosachError: DB-02 the data are real; what a verb refuses.
        """
        if facts().data_kind is not DataKind.SYNTHETIC:
            raise SosachError(
                ErrorCode.DATABASE_UNFIT, vi="Không trình diễn trên dữ liệu thật.", en="No demonstration on real data."
            )
        story = Story(out=Path(out), shots=shots, profile=profile, say=lambda vi, en: self.say(lang, vi=vi, en=en))
        story.tell()
