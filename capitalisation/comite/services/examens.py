"""An examination: opened when a resource is proposed, closed with the decision, whoever takes it."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from accounts.in_charge import in_charge
from capitalisation.bibliotheque.enums import Echelle, Lecteurs
from capitalisation.bibliotheque.models import Ressource
from capitalisation.bibliotheque.presenters import changed_since
from capitalisation.bibliotheque.services.lecteurs import deciders
from capitalisation.comite.enums import Decision
from capitalisation.comite.models import AvisEditorial, Examen, MembreComite
from capitalisation.comite.permissions import why_not_manage
from capitalisation.comite.services import invitations
from capitalisation.comite.services.comites import ensure_comite
from core import clock, journal
from core.actor import Actor
from core.editing import lock_rows
from core.errors import InvalidInput, NotAllowed
from core.formats import plural
from core.outbox import queue_mail

journal.register_verbs(
    {
        "capitalisation.examen_ouvert": "a ouvert l’examen d’une ressource",
        "capitalisation.examen_clos": "a clos l’examen d’une ressource",
        "capitalisation.examen_relance": "a relancé des membres du comité éditorial",
    }
)

MAIL_DECISION = "capitalisation/ressource_decidee"
#: What an action of the life of a resource makes of the examination that is open.
DECISIONS = {
    "publier": Decision.PUBLIEE,
    "demander_complement": Decision.A_COMPLETER,
    "promouvoir": Decision.PROMUE,
    "decliner": Decision.DECLINEE,
    "reprendre": Decision.REPRISE,
    "archiver": Decision.ARCHIVEE,
}
#: The decisions that need enough avis; a complement may be asked, a resource left territorial, at any time.
AU_QUORUM = ("publier", "promouvoir")


def en_cours(ressource: Ressource) -> Examen | None:
    """The examination of the resource that is not decided yet."""
    return Examen.objects.ouverts().filter(ressource=ressource).select_related("comite__region").first()


def attendus(examen: Examen) -> list[MembreComite]:
    """Those whose avis is expected and who have not answered."""
    return list(examen.comite.membres.pour(examen.ressource).exclude(avis__examen=examen).order_by("qualite", "pk"))


@transaction.atomic
def ouvrir(ressource: Ressource, *, actor: Actor, portee: str | None = None) -> Examen:
    """Open the examination of a resource: at the committee of its région (the national one where there is none), or at
    the national one when ``portee`` is « nationale ». Its members are asked their avis.

    Raises ``InvalidInput`` when it is under examination already.
    """
    region = None if portee == Echelle.NATIONALE else ressource.region_id
    if en_cours(ressource) is not None:
        raise InvalidInput("Cette ressource est déjà à l’examen.")
    comite = ensure_comite(region, actor=actor)
    asked = portee or (Echelle.TERRITORIALE if region else Echelle.NATIONALE)
    due = clock.today() + dt.timedelta(days=comite.delai_jours)
    examen = Examen.objects.create(ressource=ressource, comite=comite, portee=asked, echeance=due)
    journal.record(actor, "capitalisation.examen_ouvert", examen, scope=comite, changes={"echeance": (None, due)})
    _again(examen)
    for membre in attendus(examen):
        invitations.ask(examen, membre)
    return examen


def _again(examen: Examen) -> None:
    """What a committee published and reads a second time as it was (a resource of no région, proposed as a national
    reference): the avis of those who still sit stand on that day, until they change them."""
    last = Examen.objects.filter(
        ressource=examen.ressource, comite=examen.comite, decision=Decision.PUBLIEE
    ).first()  # fmt: skip
    if last is None or changed_since(examen.ressource, last.ouvert_le) is not None:
        return
    for avis in last.avis.filter(membre__in=examen.comite.membres.pour(examen.ressource)).order_by("pk"):
        AvisEditorial.objects.create(
            examen=examen, membre=avis.membre, qualite=avis.qualite, portee=avis.portee, texte=avis.texte
        )  # fmt: skip


def clore(examen: Examen, decision: str, *, actor: Actor, motif: str = "") -> Examen:
    """Close an examination with its decision; its members learn it. In the caller's transaction."""
    locked = lock_rows(Examen.objects.filter(pk=examen.pk)).select_related("comite__region", "ressource").get()
    who = actor.organisation or actor.label
    locked.clos_le, locked.decision, locked.motif = clock.now(), decision, motif
    locked.decide_par = str(who)[:200]
    locked.version += 1
    locked.save()
    told = {"decision": (None, locked.get_decision_display())}
    journal.record(actor, "capitalisation.examen_clos", locked, scope=locked.comite, changes=told, reason=motif)
    invitations.tell_end(locked)
    return locked


def avant(ressource: Ressource, action: str, actor: Actor) -> list[str]:
    """What is missing before a decision, for who decides: avis, and whose."""
    if action not in AU_QUORUM:
        return []
    examen = en_cours(ressource)
    if examen is None:
        return ["Le comité éditorial ne l’examine pas : elle est à proposer de nouveau."]
    quorum, given = examen.comite.quorum, examen.avis.count()
    if given >= quorum:
        return []
    waited = attendus(examen)
    said = [f"Il manque {quorum - given} avis sur {quorum}."]
    if waited:
        said.append(f"N’ont pas encore répondu : {', '.join(membre.qui for membre in waited)}.")
    if given + len(waited) < quorum:
        seated = plural(examen.comite.membres.pour(ressource).count(), "membre")
        said.append(
            f"Le comité n’a que {seated} pour en juger : ajoutez-en, ou demandez moins d’avis, dans ses réglages."
        )
    return said


def suite(ressource: Ressource, action: str, actor: Actor, reason: str) -> None:
    """What follows an action of the life of a resource, in its transaction: an examination opens or closes, the author
    learns the decision (and the C2RA, that of the national committee)."""
    if action == "proposer":
        ouvrir(ressource, actor=actor)
    elif action == "proposer_nationale":
        ouvrir(ressource, actor=actor, portee=Echelle.NATIONALE)
    elif decision := DECISIONS.get(action):
        examen = en_cours(ressource)
        if examen is None:
            return
        closed = clore(examen, decision, actor=actor, motif=reason)
        if decision != Decision.REPRISE:
            _tell_decision(closed, actor)


def _tell_decision(examen: Examen, actor: Actor) -> None:
    ressource = examen.ressource
    author = in_charge(ressource.auteur, ressource.contributeur)
    people = {author.email.lower(): author.pk} if author is not None else {}
    if examen.comite.region_id is None and ressource.region_id is not None:
        people |= _c2ra(ressource)
    for email, pk in people.items():
        if pk == actor.user_id:
            continue
        queue_mail(
            MAIL_DECISION,
            to=email,
            context={"examen": examen.pk},
            actor=actor,
            scope=ressource,
            key=f"ressource-decidee-{examen.pk}-{pk}",
        )


def _c2ra(ressource: Ressource) -> dict[str, int]:
    """The members of the C2RA of its région who write, by address."""
    if ressource.region_id is None:
        return {}
    return {person.email.lower(): person.pk for person in deciders(ressource, Lecteurs.RESEAU)}


@transaction.atomic
def relancer(examen: Examen, *, actor: Actor) -> int:
    """Write again to those who have not answered; returns to how many.

    Raises ``NotAllowed``; ``InvalidInput`` once it is decided.
    """
    if refusal := why_not_manage(actor, examen.comite):
        raise NotAllowed(refusal)
    if examen.pourquoi_clos:
        raise InvalidInput(examen.pourquoi_clos)
    sent = sum(invitations.remind(examen, membre) for membre in attendus(examen))
    if sent:
        journal.record(actor, "capitalisation.examen_relance", examen, scope=examen.comite)
    return sent
