"""What follows when fewer people agree to be named: what was printed is not given any more.

Who leaves the list is not named either by what was written before.
"""

from __future__ import annotations

from collections.abc import Callable

from capitalisation.consentements.models import Consentement
from capitalisation.consentements.registry import AU_OUBLI, AU_RETRAIT
from capitalisation.recits.contenu import marquer_contenu
from capitalisation.recits.lecture import derniere
from capitalisation.recits.models import Contribution, ImageRecit, Recit, Rubrique
from capitalisation.recits.noms import Accords, lire, marqueur, noms_de, partout
from capitalisation.recits.services.ecriture import TITRE, garder, scope_of
from core import clock, journal
from core.actor import Actor
from core.canonical import canonical
from core.editing import lock_rows
from core.models import VersionedModel
from projects.ingenierie.models import Ingenierie

journal.register_verbs({"capitalisation.nom_oublie": "a ôté un nom d’un récit, à la demande de qui il nommait"})


def retirer_les_noms(ingenierie: Ingenierie) -> None:
    """Date it on every récit of the dossier, in the transaction of the withdrawal.

    The rows are locked before the clock is read: a document that is being made under the same lock is dated before.
    """
    for recit in lock_rows(Recit.objects.filter(ingenierie=ingenierie)):
        recit.noms_retires_at = clock.now()
        recit.save(update_fields=["noms_retires_at"])


def oublier(consentement: Consentement) -> None:
    """Somebody leaves the list: her name will not be known any more, so it is taken out of all that is written.

    A version that said it before she was listed is followed by one that does not.
    """
    if not consentement.personne:
        return
    actor = Actor.system("oubli d’un nom")
    ingenierie = consentement.structure.ingenierie
    mark = marqueur(nom for nom in noms_de(ingenierie).noms if nom.cle == f"p:{consentement.pk}")

    def hush(text: str) -> str:
        return lire(mark(text), Accords())

    for recit in lock_rows(Recit.objects.filter(ingenierie=ingenierie)):
        last = derniere(recit)
        if last is not None and canonical(content := marquer_contenu(last.data, mark)) != last.contenu:
            garder(recit, content, actor=actor)
        written = (
            ([recit], TITRE),
            (Rubrique.objects.filter(recit=recit), ("valeur", "note", "source_detail")),
            (ImageRecit.objects.filter(recit=recit), ("alt", "legende", "credit")),
            (Contribution.objects.filter(recit=recit), ("apports",)),
        )
        for rows, names in written:
            for row in rows:
                _hush(row, names, hush, recit, actor)


def _hush(row: VersionedModel, names: tuple[str, ...], hush: Callable[[str], str], recit: Recit, actor: Actor) -> None:
    changed = [name for name in names if partout(getattr(row, name), hush) != getattr(row, name)]
    if not changed:
        return
    for name in changed:
        setattr(row, name, partout(getattr(row, name), hush))
    row.version += 1
    row.save(update_fields=[*changed, "version"])
    journal.record(actor, "capitalisation.nom_oublie", row, scope=scope_of(recit), changes=dict.fromkeys(changed, None))


def register() -> None:
    """Called once by :func:`capitalisation.recits.providers.register`."""
    AU_RETRAIT.register("recits", retirer_les_noms)
    AU_OUBLI.register("recits", oublier)
