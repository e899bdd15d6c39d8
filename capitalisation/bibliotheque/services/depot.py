"""A resource is deposited, written again, taken out while it is only a draft."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import urlsplit

from django.core.files.base import File
from django.db import IntegrityError, transaction

from accounts.models import Organisation
from capitalisation.bibliotheque.demarche import known_codes
from capitalisation.bibliotheque.enums import (
    APPORTS,
    AVEC_FICHIERS,
    SOUS_ECHELLES,
    EtatRessource,
    Lecteurs,
    Licence,
    Sorte,
    Support,
)
from capitalisation.bibliotheque.models import Ressource
from capitalisation.bibliotheque.noms import ensure_names_nobody, without_names
from capitalisation.bibliotheque.permissions import why_not_author, why_not_deposit
from capitalisation.bibliotheque.registry import POURQUOI_GARDER
from capitalisation.bibliotheque.services.ressources import reindex
from capitalisation.recits.enums import Genre
from capitalisation.recits.models import Recit
from capitalisation.recits.permissions import why_not_arreter
from core import clock, journal
from core.actor import Actor
from core.editing import apply_changes, checked, create, lock, remove
from core.errors import ConditionsNotMet, InvalidInput, NotAllowed, StaleState
from core.text import clean_line
from core.uploads import attach
from evaluation.questionnaires.definitions import lire
from evaluation.questionnaires.models import ModeleQuestionnaire, Questionnaire
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.permissions import why_not_contribute

journal.register_verbs(
    {
        "capitalisation.ressource_deposee": "a déposé une ressource",
        "capitalisation.ressource_modifiee": "a modifié une ressource",
        "capitalisation.ressource_effacee": "a effacé une ressource",
    }
)

LISTS = ("themes", "secteurs", "departements")
MOTS_MAX, MOT_MAX = 20, 60
#: Months after which a resource is to be verified again: what the law says changes sooner.
MOIS, MOIS_JURIDIQUE = 18, 6
RECITS = {
    Genre.FICHE_EXPERIENCE: Support.FICHE_EXPERIENCE,
    Genre.MONOGRAPHIE: Support.MONOGRAPHIE,
    Genre.MONOGRAPHIE_BENEFICIAIRE: Support.MONOGRAPHIE,
}
#: What a name looks like where a quality is asked.
_NAMED = re.compile(r"@|(?:^|\s)(?:M\.|MM\.|Mr|Mme|Mlle|Monsieur|Madame|Me|Maître|Dr)\s+[A-ZÀ-Ý]")


@transaction.atomic
def deposit(
    values: Mapping[str, Any],
    *,
    actor: Actor,
    recit: Recit | None = None,
    ingenierie: Ingenierie | None = None,
    questionnaire: ModeleQuestionnaire | Questionnaire | None = None,
    fichiers: Collection[File] = (),
    contributeur: Organisation | None = None,
) -> Ressource:
    """Deposit a draft for the organisation of ``actor`` (``contributeur``: that of an import, which has none).

    ``values``: the fields of the model, and its lists (``themes``, ``secteurs``, ``departements``). A ``recit`` says
    the support and the ingénierie; of a ``questionnaire`` the questions are kept as they stand. Raises ``NotAllowed``,
    ``InvalidInput``.
    """
    if refusal := why_not_deposit(actor):
        raise NotAllowed(refusal)
    organisation = actor.organisation or contributeur or (recit.organisation if recit is not None else None)
    if organisation is None:
        raise InvalidInput("Dites quelle organisation dépose la ressource.")
    values, lists = _split(values)
    row = Ressource(contributeur=organisation, auteur_id=actor.user_id)
    if recit is not None:
        _of_recit(row, recit, actor)
        values["support"] = RECITS[Genre(recit.genre)]
        ingenierie = recit.ingenierie
    elif questionnaire is not None:
        _of_questionnaire(row, questionnaire, actor)
        values["support"] = Support.QUESTIONNAIRE
        if isinstance(questionnaire, Questionnaire):
            ingenierie = questionnaire.ingenierie
    elif values.get("support") in (*RECITS.values(), Support.QUESTIONNAIRE):
        raise InvalidInput("Dites de quel récit, ou de quel questionnaire, elle est tirée.")
    if ingenierie is not None:
        if recit is None and (refusal := why_not_contribute(actor, ingenierie)):
            raise NotAllowed(refusal)
        values["ingenierie"] = ingenierie
        ensure_names_nobody(ingenierie, values, [str(fichier.name) for fichier in fichiers])
        row.questionnaire = without_names(ingenierie, {"questionnaire": row.questionnaire})["questionnaire"]
    if values.get("support") in AVEC_FICHIERS and not fichiers and not actor.is_system:
        raise InvalidInput("Joignez le fichier.")
    if organisation.region_id is not None:
        values["region"] = organisation.region
    try:
        with transaction.atomic():
            create(
                row, _ready(values, row), actor=actor, verb="capitalisation.ressource_deposee", scope=row,
                many_to_many=lists,
            )  # fmt: skip
    except IntegrityError as error:
        raise InvalidInput(_already(recit)) from error
    for fichier in fichiers:
        attach(row, fichier, actor=actor, scope=row)
    return reindex(row)


@transaction.atomic
def update(ressource: Ressource, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None) -> Ressource:
    """Write a resource again; what it is made of stays. Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``."""
    if refusal := why_not_author(actor, ressource):
        raise NotAllowed(refusal)
    fresh = lock(ressource)
    fresh.ensure_open()
    values, lists = _split(values)
    values.pop("support", None)
    if ressource.contributeur.region_id is not None:
        values.pop("region", None)
    region = values.get("region", fresh.region)
    if fresh.est_publiee and region != fresh.region:
        raise InvalidInput("Elle est publiée : sa région, dont le comité l’a relue, ne change plus.")
    if fresh.lecteurs == Lecteurs.PUBLIC and values.get("licence") == Licence.RESEAU:
        raise InvalidInput(
            "Elle est ouverte à tout le monde : refermez-la avant de lui donner une licence « réservée au réseau »."
        )
    if fresh.ingenierie_id is not None:
        ensure_names_nobody(fresh.ingenierie, values)
    before = fresh.version
    done = apply_changes(
        fresh, checked(fresh, _ready(values, fresh)), actor=actor, verb="capitalisation.ressource_modifiee",
        expected_version=expected_version, scope=fresh, many_to_many=lists,
    )  # fmt: skip
    if done.version != before:
        done.modifiee_le = clock.now()
        done.save(update_fields=["modifiee_le"])
    return reindex(done)


def why_not_delete(ressource: Ressource) -> str:
    """Why the resource is not deleted, whoever asks, or ``""``: what was published is archived; others may use it."""
    if ressource.publiee_le is not None or ressource.state != EtatRessource.BROUILLON:
        return "Une ressource qui a été proposée ou publiée ne s’efface pas : archivez-la, avec votre motif."
    reasons = [reason for ask in POURQUOI_GARDER if (reason := ask(ressource))]
    return " ".join([*reasons, "Archivez-la plutôt."]) if reasons else ""


@transaction.atomic
def delete(ressource: Ressource, *, actor: Actor, expected_version: int | None) -> None:
    """Delete a draft that nobody uses; its files go with the next housekeeping.

    Raises ``NotAllowed``, ``StaleState``, ``ConditionsNotMet`` (who uses it).
    """
    if refusal := why_not_author(actor, ressource):
        raise NotAllowed(refusal)
    fresh = lock(ressource, expected_version, typed=False)
    if reason := why_not_delete(fresh):
        raise ConditionsNotMet("Cette ressource ne s’efface pas.", reasons=[reason])
    remove(fresh, actor=actor, verb="capitalisation.ressource_effacee", scope=fresh.contributeur)


@transaction.atomic
def take_modele(ressource: Ressource, *, actor: Actor) -> tuple[ModeleQuestionnaire, bool]:
    """Copy a questionnaire of the library among the models of one's organisation; ``False``: it was there already.

    Raises ``NotAllowed``, ``InvalidInput``, ``StaleState``.
    """
    if refusal := why_not_deposit(actor):
        raise NotAllowed("Un modèle est gardé pour une organisation." if actor.organisation is None else refusal)
    if actor.organisation is None:
        raise NotAllowed("Un modèle est gardé pour une organisation.")
    if ressource.support != Support.QUESTIONNAIRE or not ressource.questionnaire:
        raise InvalidInput("Cette ressource n’est pas un questionnaire.")
    contenu = lire(ressource.questionnaire["contenu"]).contenu()
    nom = ressource.titre[:120]
    mine = ModeleQuestionnaire.objects.filter(organisation=actor.organisation_id, nom=nom).first()
    if mine is not None:
        if mine.contenu == contenu:
            return mine, False
        raise StaleState(
            f"Un autre modèle de votre organisation s’appelle déjà « {nom} » : retirez-le d’abord, ou gardez le vôtre."
        )
    row = ModeleQuestionnaire(organisation=actor.organisation, code=ressource.questionnaire["code"], contenu=contenu)
    return create(row, {"nom": nom}, actor=actor, verb="evaluation.modele", scope=ressource), True


# --- What it is made of ---------------------------------------------------------------------------------------------


def _already(recit: Recit | None) -> str:
    return "Ce récit est déjà dans la bibliothèque." if recit is not None else "Cette ressource existe déjà."


def _of_recit(row: Ressource, recit: Recit, actor: Actor) -> None:
    lock(recit)
    if refusal := why_not_arreter(actor, recit):
        raise NotAllowed(refusal)
    if not recit.versions.exists():
        raise InvalidInput("Arrêtez d’abord une version de ce récit : c’est elle que les autres liront.")
    if Ressource.objects.filter(recit=recit).exists():
        raise InvalidInput(_already(recit))
    row.recit = recit


def _of_questionnaire(row: Ressource, source: ModeleQuestionnaire | Questionnaire, actor: Actor) -> None:
    """The questions are copied: what becomes of their source does not matter any more."""
    if isinstance(source, ModeleQuestionnaire):
        if not actor.is_system and source.organisation_id != actor.organisation_id:
            raise NotAllowed("Ce modèle est celui d’une autre organisation.")
    elif refusal := why_not_contribute(actor, source.ingenierie):
        raise NotAllowed(refusal)
    row.questionnaire = {"code": source.code, "contenu": lire(source.contenu).contenu()}


# --- What is typed --------------------------------------------------------------------------------------------------


def _split(values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, list]]:
    rest = dict(values)
    return rest, {name: list(rest.pop(name)) for name in LISTS if name in rest}


def _ready(values: dict[str, Any], row: Ressource) -> dict[str, Any]:
    """The values as they are recorded; ``InvalidInput`` for what holds together badly."""

    def said(name: str) -> Any:
        return values.get(name, getattr(row, name))

    if said("sous_echelle") not in SOUS_ECHELLES.get(said("echelle"), ()):
        raise InvalidInput("Ce que vous précisez n’est pas de cette échelle : choisissez-le de nouveau.")
    if said("apport") not in APPORTS.get(said("usage"), ()):
        raise InvalidInput("Ce qu’elle apporte n’est pas de cet usage : choisissez-le de nouveau.")
    if said("support") == Support.LIEN:
        values["lien"] = web_address(said("lien"))
    elif said("lien"):
        values["lien"] = ""
    ensure_quality(said("verifie_par"))
    _dates(values, said)
    if "mots_cles" in values:
        values["mots_cles"] = mots(values["mots_cles"])
    if "actions" in values:
        wanted = set(values["actions"])
        if wanted - set(known_codes()):
            raise InvalidInput("Une de ces actions de la démarche n’existe pas : rechargez la page.")
        values["actions"] = [code for code in known_codes() if code in wanted]
    return values


def ensure_quality(verifie_par: str) -> None:
    """Who verified it is a quality, not a name. Raises ``InvalidInput``."""
    if _NAMED.search(verifie_par):
        raise InvalidInput("Dites la qualité de qui l’a vérifiée (comptable, avocat, administrateur…), pas son nom.")


def web_address(value: str) -> str:
    """An address that a browser opens on the web, and nothing else. Raises ``InvalidInput``."""
    try:
        parts = urlsplit(value.strip())
        wrong = parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None
    except ValueError:
        wrong = True
    if wrong:
        raise InvalidInput("Donnez une adresse du web, qui commence par https:// ou http://, sans identifiant.")
    return value.strip()


def again_on(sorte: str, verifie_le: dt.date) -> dt.date:
    """When what was verified that day is to be verified again."""
    months = MOIS_JURIDIQUE if sorte == Sorte.VEILLE_JURIDIQUE else MOIS
    total = verifie_le.year * 12 + verifie_le.month - 1 + months
    return dt.date(total // 12, total % 12 + 1, min(verifie_le.day, 28))


def _dates(values: dict[str, Any], said: Any) -> None:
    verified, again = said("verifie_le"), said("a_reverifier_le")
    if verified is not None and verified > clock.today():
        raise InvalidInput("Cette vérification est datée dans le futur.")
    if verified is not None and again is None:
        values["a_reverifier_le"] = again_on(said("sorte"), verified)
    elif verified is not None and again <= verified:
        raise InvalidInput("La date de la prochaine vérification vient après celle-ci.")


def mots(words: Collection[str]) -> list[str]:
    """Keywords, each once whatever its case. Raises ``InvalidInput`` beyond what a page shows."""
    found = {word.casefold(): word for typed in words if (word := clean_line(typed))}
    if len(found) > MOTS_MAX:
        raise InvalidInput(f"{MOTS_MAX} mots clés au plus.")
    if any(len(word) > MOT_MAX for word in found.values()):
        raise InvalidInput(f"Un mot clé a {MOT_MAX} signes au plus : séparez-les par des virgules.")
    return list(found.values())
