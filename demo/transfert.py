"""The plans of capitalisation and transfer of the demonstration, in each state, and the consents to be named."""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import Any

from capitalisation.consentements import services as consents
from capitalisation.consentements.enums import EtatConsentement, Moyen
from capitalisation.consentements.models import Consentement
from capitalisation.transfert.enums import Destinataire, Forme, Nature, Responsable, Suite, Ton
from capitalisation.transfert.models import LigneTransfert, PlanTransfert
from capitalisation.transfert.services import plan as services
from core import clock
from core.actor import Actor
from demo.people import DOMAIN
from demo.story.course import Event, Story
from projects.enums import Etat
from projects.ingenierie.models import Ingenierie

#: Those still at « Finaliser », and how far their plan is.
_ETATS = {"emplois-environnement": "brouillon", "insertion": "brouillon", "recrutement-animateurs": "decide"}

_METHODE = (
    "Réunir les structures avant de choisir le prestataire : elles écrivent elles-mêmes ce qu’elles attendent. Chaque "
    "séance se termine par un exercice à faire chez soi, repris à la suivante.",
    "Une séance commune, puis une demi-journée dans chaque structure : la méthode vaut pour tout groupe de cinq à huit "
    "structures de taille voisine.",
    "Un groupe de travail de trois structures a testé chaque outil avant les autres.",
)
_INFORMATIONS = (
    "Les pratiques de financement de la filière, relevées auprès de tous les participants, et les contacts des "
    "collectivités qui les soutiennent.",
    "Un état des lieux du territoire : qui fait quoi, avec quels moyens, et les manques que tous ont nommés.",
    "",
)
_CONTENU = (
    "Les supports des séances, un lexique, et trois modèles à remplir.",
    "Les exercices corrigés et la liste des questions posées, avec leurs réponses.",
)
_TRANSFERABLES = (
    "La méthode et les supports ; les chiffres des structures, non.",
    "Le déroulé des séances et les modèles. L’état des lieux vaut pour ce territoire seulement.",
)
_OBJECTIFS = (
    "Faire gagner du temps à un DLA qui rencontrerait la même demande.",
    "Donner aux structures qui n’ont pas pu venir de quoi commencer seules, et l’envie d’aller plus loin.",
)
_RIEN = (
    "L’action reprenait une méthode déjà décrite par un autre DLA ; les contenus tiennent à la situation de ces seules "
    "structures, qui ont demandé qu’ils ne circulent pas."
)
_AVIS = "Le comité propose que le réseau régional relaie le guide, et demande que les budgets n’y figurent pas."
_ROWS: tuple[dict[str, Any], ...] = (
    {
        "quoi": "Le guide tiré des séances", "nature": Nature.CONTENU, "destinataire": Destinataire.STRUCTURES,
        "responsable": Responsable.INTERVENANTS, "forme": Forme.GUIDE, "ton": Ton.CONVIVIAL,
    },
    {
        "quoi": "Une fiche qui raconte l’ingénierie", "nature": Nature.METHODE, "destinataire": Destinataire.DISPOSITIF,
        "responsable": Responsable.DISPOSITIF, "forme": Forme.SYNTHESE, "ton": Ton.INSTITUTIONNEL,
    },
    {
        "quoi": "L’état des lieux, présenté en réunion", "nature": Nature.INFORMATIONS,
        "destinataire": Destinataire.PONCTUELS, "responsable": Responsable.PORTEUSE, "forme": Forme.RENCONTRES,
        "ton": Ton.AUTRE, "ton_precision": "celui d’une réunion de travail",
    },
)  # fmt: skip


def events(story: Story) -> list[Event]:
    """What happens of the plan at « Finaliser »; a closed ingénierie has decided, unless that was passed over."""
    key, actor = story.key, story.actor

    def told(at: float, do: Any, *args: Any) -> Event:
        return at, lambda: do(story.ingenierie, key, *args, actor=actor)

    if story.row["etape"] != Etat.CLOTURE:
        state = _ETATS.get(key)
        if state is None:
            return []
        found = [told(0.42, write)]
        return [*found, told(0.46, decide)] if state == "decide" else found
    if story.passes_over("finaliser", "capitalisation"):
        return [told(0.9, write)]
    chance = Random(f"{key}:transfert").random()
    if chance < 0.15 and not story.attested:
        return [told(0.94, nothing)]
    found = [told(0.88, write), told(0.94, decide)]
    if chance > 0.5:
        found.append(told(0.95, ask))
    # Here and there one transfer is left for after the end; and a plan is opened again, then decided anew.
    late = story.today + dt.timedelta(days=-4 if chance > 0.85 else 25)
    found.append(told(0.97, carry_out, late if chance > 0.7 else None))
    if chance < 0.25:
        found.append(told(0.98, again))
    return found


def _of(ingenierie: Ingenierie) -> Ingenierie:
    return Ingenierie.objects.select_related("pilote__region").get(pk=ingenierie.pk)


def _plan(ingenierie: Ingenierie) -> PlanTransfert:
    return services.plan_of(_of(ingenierie))


def _do(plan: PlanTransfert, action: str, *, actor: Actor, reason: str = "") -> PlanTransfert:
    return services.perform_action(
        plan, action, actor=actor, expected_state=plan.state, version=plan.version, reason=reason
    )


def write(ingenierie: Ingenierie, key: str, *, actor: Actor) -> None:
    """Begun, with what is kept and a first transfer."""
    said = Random(f"{key}:plan")
    plan = services.begin(_of(ingenierie), actor=actor)
    values = {
        "methode": said.choice(_METHODE),
        "informations": said.choice(_INFORMATIONS),
        "contenu": said.choice(_CONTENU),
        "echeance": clock.today() + dt.timedelta(days=20),
    }
    plan = services.write(plan, values, actor=actor)
    services.add_ligne(plan, {**_ROWS[0], "prevu_le": clock.today() + dt.timedelta(days=45)}, actor=actor)


def decide(ingenierie: Ingenierie, key: str, *, actor: Actor) -> None:
    """Everything is said, and decided; here and there after the avis of the comité d'appui."""
    said = Random(f"{key}:décision")
    plan = _plan(ingenierie)
    values = {
        "suite": Suite.TRANSFERER,
        "transferables": said.choice(_TRANSFERABLES),
        "objectifs": said.choice(_OBJECTIFS),
    }
    if said.random() < 0.4:
        values |= {
            "avis_le": clock.today(), "avis": _AVIS, "avis_suite": "Le guide ne donne que des ordres de grandeur."
        }  # fmt: skip
    plan = services.write(plan, values, actor=actor)
    for n, row in enumerate(_ROWS[1:], 1):
        services.add_ligne(plan, {**row, "prevu_le": clock.today() + dt.timedelta(days=30 * n)}, actor=actor)
    _do(plan, "decider", actor=actor)


def nothing(ingenierie: Ingenierie, key: str, *, actor: Actor) -> None:
    """Nothing is transferred, and why."""
    plan = services.begin(_of(ingenierie), actor=actor)
    plan = services.write(plan, {"suite": Suite.RIEN, "motif_rien": _RIEN}, actor=actor)
    _do(plan, "decider", actor=actor)


def carry_out(ingenierie: Ingenierie, key: str, left: dt.date | None, *, actor: Actor) -> None:
    """The transfers are made; the last one is given up or, when ``left``, still to be made by that day."""
    plan = _plan(ingenierie)
    rows = list(LigneTransfert.objects.filter(plan=plan).order_by("pk"))
    for row in rows:
        row.plan = plan
    given_up = Random(f"{key}:mené").random() < 0.3
    for row in rows[:-1]:
        services.follow_ligne(row, {"fait_le": clock.today()}, actor=actor, expected_version=row.version)
    last = rows[-1]
    if left is not None:
        plan = _do(plan, "rouvrir", actor=actor, reason="La réunion est remise : sa date change.")
        last.plan = plan
        services.update_ligne(last, {"prevu_le": left}, actor=actor, expected_version=last.version)
        _do(_plan(ingenierie), "decider", actor=actor)
        return
    told = {"sans_suite": "Les partenaires ont préféré lire la fiche."} if given_up else {"fait_le": clock.today()}
    services.follow_ligne(last, told, actor=actor, expected_version=last.version)
    _do(_plan(ingenierie), "mener", actor=actor)


def again(ingenierie: Ingenierie, key: str, *, actor: Actor) -> None:
    """Opened again once carried out, and decided anew."""
    plan = _do(_plan(ingenierie), "rouvrir", actor=actor, reason="Le réseau régional demande aussi les supports.")
    row = {**_ROWS[0], "quoi": "Les supports des séances", "forme": Forme.ELECTRONIQUE, "prevu_le": clock.today()}
    ligne = services.add_ligne(plan, row, actor=actor)
    plan = _do(_plan(ingenierie), "decider", actor=actor)
    ligne.plan = plan
    services.follow_ligne(ligne, {"fait_le": clock.today()}, actor=actor, expected_version=ligne.version)
    _do(_plan(ingenierie), "mener", actor=actor)


def ask(ingenierie: Ingenierie, key: str, *, actor: Actor) -> None:
    """The structures are asked whether they may be named: most accept, one refuses, one took it back."""
    dossier = _of(ingenierie)
    consents.take_up(dossier, actor=actor)
    rows = list(
        Consentement.objects.filter(structure__ingenierie=dossier)
        .select_related("structure__ingenierie__pilote", "structure__structure")
        .order_by("pk")
    )
    reachable = [row.pk for row in rows if row.email.endswith(DOMAIN)][:3]
    if reachable:
        consents.ask(dossier, reachable, actor=actor)
    for n, row in enumerate(rows[1:]):
        row.refresh_from_db()
        etat = EtatConsentement.REFUSE if n == 3 else EtatConsentement.ACCORDE
        done = consents.note(row, _told(etat), actor=actor)
        if n == 1:
            taken = _told(EtatConsentement.RETIRE) | {"note": "La nouvelle présidence préfère ne pas être citée."}
            consents.note(done, taken, actor=actor)
    if rows:
        person = {"structure": rows[-1].structure, "personne": "Camille Exemple", "fonction": "direction"}
        consents.add(dossier, person, actor=actor)


def _told(etat: str) -> dict[str, Any]:
    return {"etat": etat, "le": clock.today(), "moyen": Moyen.REUNION, "dit_par": "présidence", "note": ""}
