"""A resource goes through its life; what the lists show of it is kept up to date."""

from __future__ import annotations

from django.db import transaction

from capitalisation.bibliotheque.enums import Lecteurs
from capitalisation.bibliotheque.models import Ressource
from capitalisation.bibliotheque.registry import A_L_INDEXATION, A_LA_DECISION
from capitalisation.recits.lecture import derniere, mots_de
from capitalisation.recits.models import Recit
from core import clock
from core.actor import Actor
from core.editing import lock_rows
from core.lifecycle import perform
from core.text import search_text


def reindex(ressource: Ressource) -> Ressource:
    """Repeat on the row what the lists show and search; called by each service that writes a resource.

    A récit is found by its own words too, never by the name of anybody: an agreement may be taken back.
    """
    themes, secteurs, places = (
        list(relation.all()) for relation in (ressource.themes, ressource.secteurs, ressource.departements)
    )
    ressource.theme_ids = sorted(item.pk for item in themes)
    ressource.secteur_ids = sorted(item.pk for item in secteurs)
    ressource.departement_ids = sorted(item.pk for item in places)
    version = derniere(ressource.recit) if ressource.recit is not None else None
    ressource.search_text = search_text(
        ressource.titre, ressource.resume, ressource.producteur, " ".join(ressource.mots_cles),
        *(str(item) for item in (*themes, *secteurs, *places)),
        mots_de(version) if version is not None else "",
    )  # fmt: skip
    with transaction.atomic():
        ressource.save(update_fields=["theme_ids", "secteur_ids", "departement_ids", "search_text"])
        for after in A_L_INDEXATION:
            after(ressource)
    return ressource


def reindex_recit(recit: Recit) -> None:
    """Others read another version of ``recit``: its resource is found by the words of that one."""
    for ressource in lock_rows(Ressource.objects.filter(recit=recit)):
        ressource.recit = recit
        reindex(ressource)


def perform_action(
    ressource: Ressource, action: str, *, actor: Actor, expected_state: str, version: int | None = None,
    reason: str = "",
) -> Ressource:  # fmt: skip
    """Do one action of its life. Publishing opens it to the network; taken up again, it closes.

    Raises ``StaleState``, ``NotAllowed``, ``ConditionsNotMet``, ``InvalidInput``.
    """

    def dated(row: Ressource) -> None:
        row.state_since = clock.now()
        if action == "archiver":
            row.lecteurs_demandes = ""
        if action == "rouvrir":
            # Written again, it is read by a committee again, then opened again by who may.
            row.lecteurs = Lecteurs.EQUIPE
        if action == "publier":
            row.publiee_le = row.publiee_le or clock.now()
            if row.lecteurs in (Lecteurs.EQUIPE, Lecteurs.REGION):
                row.lecteurs = Lecteurs.RESEAU

    def follow(row: Ressource) -> None:
        for after in A_LA_DECISION:
            after(row, action, actor, reason)

    with transaction.atomic():
        return perform(
            ressource, action, actor=actor, expected_state=expected_state, version=version, reason=reason,
            scope=ressource, before=dated, effect=follow,
        )  # fmt: skip
