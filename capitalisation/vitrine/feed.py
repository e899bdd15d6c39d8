"""The feed of what is new in the library, for readers of feeds: Atom (RFC 4287)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from django.db.models import Max, QuerySet
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, get_tag_uri
from django.utils.html import escape

from capitalisation.bibliotheque.models import Ressource
from capitalisation.recherche.recherche import Criteres
from capitalisation.bibliotheque.licences import attribution
from capitalisation.vitrine.presenters import address
from core import clock
from core.text import clean_line
from core.views.open import absolute

#: What XML 1.0 cannot hold.
_UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
#: Entries of a feed: who comes less often reads the page.
ENTREES = 50


class Flux(Atom1Feed):
    """An Atom feed whose date, when it is empty, is that of the application's clock."""

    def latest_post_date(self) -> dt.datetime:
        return super().latest_post_date() if self.items else clock.now()


def newest(rows: QuerySet[Ressource]) -> QuerySet[Ressource]:
    """The last ones published, with the day their récit was last « arrêté »."""
    return rows.annotate(recit_le=Max("recit__versions__le"))[:ENTREES]


def changed(ressource: Ressource) -> dt.datetime:
    """When what its page says last changed."""
    told = (ressource.publiee_le, ressource.modifiee_le, ressource.recit_le)
    return max(moment for moment in told if moment is not None)


def atom(asked: Criteres, rows: Iterable[Ressource]) -> str:
    """The feed of ``rows`` (from :func:`newest`), which answer what is ``asked``."""
    page, here = reverse("bibliotheque:recherche"), reverse("bibliotheque:flux")
    query = f"?{asked.query}" if asked.query else ""
    feed = Flux(
        title=_line(" · ".join(["Bibliothèque des DLA", *asked.en_mots()])),
        link=absolute(page) + query,
        description=None,
        language="fr",
        feed_url=absolute(here) + query,
        subtitle="Ce que les dispositifs locaux d’accompagnement partagent avec tout le monde",
    )
    for row in rows:
        url = address(row)
        feed.add_item(
            title=_line(row.titre),
            link=url,
            # The feed says that a summary is HTML: what somebody typed is a text.
            description=escape(_text(row.resume)),
            unique_id=get_tag_uri(url, row.created_at.date()),
            author_name=_line(row.producteur or str(row.contributeur)),
            pubdate=row.publiee_le,
            updateddate=changed(row),
            categories=(row.get_sorte_display(), row.get_support_display(), *map(_line, row.mots_cles)),
            item_copyright=_line(attribution(row, url)),
        )
    return feed.writeString("utf-8")


def _text(typed: str) -> str:
    return _UNREADABLE.sub(" ", typed)


def _line(typed: str) -> str:
    return clean_line(_text(typed))
