"""A dossier whose capitalisation is written, as tests and samples of documents need it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from accounts.models import Organisation
from capitalisation.bibliotheque.enums import PUBLIES, EtatRessource, Lecteurs, Sorte, Support
from capitalisation.bibliotheque.models import Ressource
from capitalisation.bibliotheque.services.ressources import reindex
from capitalisation.consentements import services as consents
from capitalisation.consentements.models import Consentement
from capitalisation.recits.enums import Genre
from capitalisation.recits.models import Recit
from capitalisation.transfert.models import LigneTransfert, PlanTransfert
from capitalisation.transfert.services import plan as services
from core import clock
from core.actor import Actor
from core.models import Attachment
from evaluation.questionnaires.definitions import DEFINITIONS
from evaluation.resultats.services.adaptation import RESULTATS
from projects.ingenierie.models import Ingenierie
from tests.capitalisation.usages import scene as usages

SYSTEM = Actor.system("recette")
TEXTES = {
    "methode": "Une séance commune, puis une demi-journée dans chaque structure.",
    "contenu": "- les supports\n- le lexique",
    "suite": "transferer",
    "transferables": "La méthode et les supports.",
    "objectifs": "Faire gagner du temps à un autre DLA.",
}
LIGNE: dict[str, Any] = {
    "quoi": "Le guide des séances",
    "nature": "contenu",
    "destinataire": "structures",
    "responsable": "intervenants",
    "forme": "guide",
    "ton": "convivial",
    "prevu_le": dt.date(2026, 12, 15),
}
ORAL = {"le": dt.date(2026, 11, 20), "moyen": "reunion", "dit_par": "La présidente", "note": ""}


def fresh(plan: PlanTransfert) -> PlanTransfert:
    """The same, as the database has it."""
    return PlanTransfert.objects.select_related("ingenierie__pilote__region").get(pk=plan.pk)


def written(ingenierie: Ingenierie) -> PlanTransfert:
    """Everything is said, with one row: it may be decided."""
    plan = services.write(services.begin(ingenierie, actor=SYSTEM), TEXTES, actor=SYSTEM)
    services.add_ligne(plan, LIGNE, actor=SYSTEM)
    return fresh(plan)


def moved(plan: PlanTransfert, action: str, actor: Actor = SYSTEM, reason: str = "") -> PlanTransfert:
    found = fresh(plan)
    return fresh(services.perform_action(found, action, actor=actor, expected_state=found.state, reason=reason))


def decided(ingenierie: Ingenierie) -> PlanTransfert:
    return moved(written(ingenierie), "decider")


def row_of(plan: PlanTransfert) -> LigneTransfert:
    found = LigneTransfert.objects.select_related("plan__ingenierie__pilote").get(plan=plan)
    return found


def consent(structure, **values: Any) -> Consentement:
    """A consent in the list, to be asked."""
    told = {"structure": structure, "email": "elle@example.org", **values}
    return read(consents.add(structure.ingenierie, told, actor=SYSTEM))


def read(row: Consentement) -> Consentement:
    found = Consentement.objects.select_related("structure__structure", "structure__ingenierie__pilote")
    return found.get(pk=row.pk)


def of_rights(dossier: Ingenierie, ciblee) -> dict[str, Any]:
    """What the table of rights needs of one dossier."""
    from tests.capitalisation.bibliotheque.recits import poured  # it stands on this module

    plan = written(dossier)
    return {
        "transfert": plan,
        "transfert_ligne": row_of(plan),
        "consentement": consent(ciblee),
        "ressource": ressource(dossier.pilote, EtatRessource.BROUILLON, titre="Ressource de A"),
        "ressource_recit": poured(dossier.pilote, EtatRessource.BROUILLON, titre="Récit de A"),
        "ressource_questionnaire": ressource(
            dossier.pilote, EtatRessource.BROUILLON, titre="Questions de A", support=Support.QUESTIONNAIRE, lien="",
            questionnaire={"code": RESULTATS, "contenu": DEFINITIONS[RESULTATS].contenu()},
        ),
        **usages.of_rights(dossier, ressource(dossier.pilote)),
        **recits_of_rights(dossier),
    }  # fmt: skip


def recits_of_rights(dossier: Ingenierie) -> dict[str, Any]:
    """A récit of the dossier and one without dossier, each with a version and taken up again."""
    from capitalisation.recits.services import ecriture
    from tests.capitalisation.recits import scene

    begun = {
        "recit": ecriture.begin(dossier, Genre.FICHE_EXPERIENCE, actor=SYSTEM),
        "recit_seul": ecriture.begin_alone(
            dossier.pilote, Genre.FICHE_EXPERIENCE, {"titre": "Une expérience d’avant"}, actor=SYSTEM
        ),
    }
    written = {name: scene.reprise(scene.arrete(scene.ecrit(recit))) for name, recit in begun.items()}
    return {**written, **_contributed(**written)}


def _contributed(recit: Recit, recit_seul: Recit) -> dict[str, Any]:
    """A contribution that was handed in; a picture of each récit."""
    from capitalisation.recits.services import images
    from tests.capitalisation.recits.contributions import scene
    from tests.capitalisation.recits.images.files import png

    said = {"alt": "Huit personnes autour d’une table", "accord": True}
    return {
        "contribution": scene.written(scene.asked(recit)),
        "image": images.add(recit, png(), said, actor=SYSTEM),
        "image_seule": images.add(recit_seul, png(), said, actor=SYSTEM),
    }


def ressource(contributeur: Organisation, state: str = EtatRessource.PUBLIEE, **more: Any) -> Ressource:
    """A resource of the library in that state, read by the network once published."""
    published = state in PUBLIES
    values: dict[str, Any] = {
        "titre": "Lire sa trésorerie mois par mois",
        "resume": "Un tableau à remplir avec le trésorier, et la façon de le lire.",
        "sorte": Sorte.DOCUMENTAIRE, "support": Support.LIEN, "lien": "https://outils.example.org/tresorerie",
        "technique": "methodologique", "echelle": "territoriale", "sous_echelle": "ressources_territoire",
        "usage": "efficacite", "apport": "gain_temps", "cercle": "1", "contribution": "volontaire",
        "licence": "cc-by", "verdict": "applicable_partout", "verifie_par": "expert-comptable",
        "verifie_le": dt.date(2026, 10, 1), "region": contributeur.region,
        "lecteurs": Lecteurs.RESEAU if published else Lecteurs.EQUIPE,
        "publiee_le": clock.now() if published else None,
    }  # fmt: skip
    found = Ressource.objects.create(contributeur=contributeur, state=state, **{**values, **more})
    return reindex(found)


def recit(ingenierie: Ingenierie, genre: str = Genre.FICHE_EXPERIENCE, **more: Any) -> Recit:
    """A récit that is begun, nothing written yet."""
    values = {"titre": ingenierie.titre, "organisation": ingenierie.pilote, **more}
    return Recit.objects.create(ingenierie=ingenierie, genre=genre, **values)


def piece_of(row: Ressource) -> Attachment:
    """The last file of a resource."""
    return Attachment.objects.of(Ressource._meta.label_lower, [row.pk]).order_by("-pk")[0]
