"""What readers did with the resources of the demonstration: used them, asked their authors, reported a problem."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from capitalisation.bibliotheque.enums import EtatRessource
from capitalisation.bibliotheque.models import Ressource
from capitalisation.usages.enums import EtatLien, EtatSignalement, GenreQuestion, Motif
from capitalisation.usages.models import Utilisation, VerificationLien
from capitalisation.usages.services import questions, signalements, utilisations
from core import clock
from core.actor import Actor
from demo import data, dates
from demo.marks import Marks
from demo.people import World
from projects.ingenierie.models import Ingenierie

_NOTES = (
    "Le modèle a servi de support à la première séance.",
    "",
    "Lu avant d’écrire la problématique ; les ordres de grandeur nous ont situés.",
    "Donné aux structures à la fin, avec nos chiffres à la place.",
    "",
)
#: A remark, a question that waits, a report that was handled: (resource, organisation, days before the load, words).
_REMARQUE = ("plan-tresorerie-saison", "dla-59", 20, "Nos structures ajoutent une ligne « avances de billetterie ».")
_QUESTION = (
    "point-equilibre-cafe",
    "dla-63",
    4,
    "La calculette existe-t-elle en tableur, à remplir hors ligne ?",
)
_TRAITE = ("tableau-analytique-lieu", "dla-18", 26, "Une somme de la feuille 2 ne reprenait pas la dernière ligne.")
_SUITE = "Formule corrigée le jour même ; le fichier a été remplacé."


def load(marks: Marks, world: World, ressources: dict[str, Ressource]) -> None:
    """``ressources`` by key of ``demo/data/ressources.yaml``, in their last state."""
    if "usages" in marks:
        return
    ingenieries = {
        row.pk: row
        for row in Ingenierie.objects.select_related("pilote").filter(pk__in=marks.starting("ingenierie:").values())
    }
    known = {key: ingenieries[pk] for key, pk in marks.starting("ingenierie:").items() if pk in ingenieries}
    with transaction.atomic():
        for row in data.ressources():
            ressource = ressources.get(row["cle"])
            if ressource is not None:
                _tell(world, row, ressource, known)
        _more(world, ressources)
        marks.set("usages")


def _at(days: int, minute: int = 0) -> Any:
    day = dates.next_working_day(clock.today() - dt.timedelta(days=days))
    return clock.replay(dates.moment(min(day, dates.yesterday()), minute))


def _age(moment: dt.datetime) -> int:
    return (clock.now() - moment).days


def _writer(world: World, key: str) -> Actor:
    return world.writers[key][0]


def _tell(world: World, row: dict[str, Any], ressource: Ressource, known: dict[str, Ingenierie]) -> None:
    keys = {organisation.pk: key for key, organisation in world.organisations.items()}
    published = ressource.est_publiee or ressource.state == EtatRessource.ARCHIVEE
    for number, name in enumerate(row.get("utilise_par") or []):
        ingenierie = known.get(name)
        if ingenierie is None or not published:
            continue
        actor = _writer(world, keys[ingenierie.pilote_id])
        # Once it is published, while the ingénierie is there.
        known_for = min(_age(ressource.publiee_le), _age(ingenierie.created_at)) - number
        days = max(min((row.get("decide_jours") or 30) - 9 * (number + 1), known_for), 2)
        with _at(days, 37 * number):
            if ressource.est_publiee:
                note = _NOTES[(number + len(name)) % len(_NOTES)]
                utilisations.use(ressource, ingenierie, note=note, actor=actor)
            else:
                # It served before it was archived.
                Utilisation.objects.create(
                    ressource=ressource, ingenierie=ingenierie, organisation=ingenierie.pilote, par=actor.label
                )
                Ressource.objects.filter(pk=ressource.pk).update(
                    utilisations=Utilisation.objects.filter(ressource=ressource).count()
                )
    if not ressource.est_publiee:
        return
    for asked in row.get("questions") or []:
        with _at(asked["jours"], 95):
            said = {"genre": GenreQuestion.QUESTION, "texte": asked["texte"]}
            question = questions.ask(ressource, said, actor=_writer(world, asked["de"]))
        if asked["reponse"]:
            with _at(asked["reponse_jours"], 180):
                questions.answer(
                    question, {"reponse": asked["reponse"]}, actor=_writer(world, keys[ressource.contributeur_id]),
                    expected_version=question.version,
                )  # fmt: skip
    for told in row.get("signalements") or []:
        with _at(told["jours"], 140):
            said = {"motif": Motif(told["motif"]), "texte": told["texte"]}
            signalements.report(ressource, said, actor=_writer(world, told["de"]))
        if told["motif"] == Motif.LIEN and ressource.lien:
            with _at(1):
                VerificationLien.objects.create(
                    ressource=ressource, adresse=ressource.lien, etat=EtatLien.MORT, echecs=4,
                    detail="page introuvable (404)", verifie_le=clock.now(), prevenu_le=clock.now(),
                )  # fmt: skip


def _more(world: World, ressources: dict[str, Ressource]) -> None:
    keys = {organisation.pk: key for key, organisation in world.organisations.items()}
    for genre, (cle, de, days, texte) in ((GenreQuestion.REMARQUE, _REMARQUE), (GenreQuestion.QUESTION, _QUESTION)):
        ressource = ressources.get(cle)
        if ressource is not None and ressource.est_publiee:
            with _at(days, 60):
                questions.ask(ressource, {"genre": genre, "texte": texte}, actor=_writer(world, de))
    cle, de, days, texte = _TRAITE
    ressource = ressources.get(cle)
    if ressource is not None and ressource.est_publiee:
        with _at(days, 60):
            said = {"motif": Motif.ERREUR, "texte": texte}
            row = signalements.report(ressource, said, actor=_writer(world, de))
        with _at(days - 1, 60):
            signalements.settle(
                row, {"etat": EtatSignalement.TRAITE, "suite": _SUITE},
                actor=_writer(world, keys[ressource.contributeur_id]), expected_version=row.version,
            )  # fmt: skip
