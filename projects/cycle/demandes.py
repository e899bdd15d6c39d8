"""The pilot asks the C2RA for its opinion; the pilot is told when it is given."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from accounts.enums import OrganisationKind, Role
from accounts.in_charge import belongs
from accounts.models import Membership, Organisation
from core import journal
from core.actor import Actor
from core.editing import create, lock
from core.errors import InvalidInput, NotAllowed
from core.outbox import queue_mail, send_again, unsent
from projects.cycle.models import AvisC2RA, DemandeAvisC2RA
from projects.ingenierie import people, permissions
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.services import ensure_open, touch

journal.register_verbs({"projects.avis_c2ra_demande": "a demandé l’avis du C2RA"})
ASKED, GIVEN = "projects/avis_c2ra_demande", "projects/avis_c2ra_donne"


def c2ra_of(ingenierie: Ingenierie) -> list[Organisation]:
    """The C2RA who may give an opinion on it, by name: those of the régions that read it, but its own pilot."""
    keys = ingenierie.scopes.filter(key__startswith="r").values_list("key", flat=True)
    regions = [int(key[1:]) for key in keys if key[1:].isdigit()]
    found = Organisation.objects.filter(kind=OrganisationKind.C2RA, region__in=regions, is_active=True)
    return list(found.exclude(pk=ingenierie.pilote_id).order_by("name", "pk"))


def why_not_ask(actor: Actor, ingenierie: Ingenierie) -> str | None:
    """Why ``actor`` may not ask for the opinion of the C2RA, or ``None``: the pilot, of an ingénierie collective."""
    if ingenierie.is_individuelle:
        return "L’avis du C2RA ne se demande pas sur une ingénierie individuelle."
    return permissions.why_not_pilot(actor, ingenierie)


def _mail_key(demande: DemandeAvisC2RA, address: str) -> str:
    return f"avis-c2ra-{demande.pk}-{address}"


def _members(c2ra: list[Organisation]) -> list[str]:
    members = Membership.objects.active().filter(organisation__in=c2ra).exclude(role=Role.LECTURE)
    return list(members.order_by("user__email").values_list("user__email", flat=True).distinct())


def ask_avis_c2ra(ingenierie: Ingenierie, *, actor: Actor) -> DemandeAvisC2RA:
    """Ask the C2RA of the région for its opinion at the present step: each member who writes is written to, and finds
    it on the Accueil. Asking twice only sends again the mails that failed.

    Raises ``NotAllowed``, ``InvalidInput`` when no C2RA can be asked.
    """
    ensure_open(ingenierie, actor)
    refusal = why_not_ask(actor, ingenierie)
    if refusal:
        raise NotAllowed(refusal)
    addresses = _members(c2ra_of(ingenierie))
    if not addresses:
        raise InvalidInput("Aucun C2RA de la région n’a de membre ici : personne ne peut donner cet avis.")
    with transaction.atomic():
        lock(ingenierie)
        found = DemandeAvisC2RA.objects.filter(ingenierie=ingenierie, step=ingenierie.state).first()
        if found is not None:
            send_again([_mail_key(found, address) for address in addresses], actor=actor)
            return found
        made = create(
            DemandeAvisC2RA(ingenierie=ingenierie, step=ingenierie.state, by=actor.user, by_label=actor.label[:200]),
            actor=actor,
            verb="projects.avis_c2ra_demande",
            scope=ingenierie,
        )
        for address in addresses:
            queue_mail(
                ASKED,
                to=address,
                context={"demande": made.pk},
                actor=actor,
                scope=ingenierie,
                key=_mail_key(made, address),
            )
        touch(ingenierie.pk)
    return made


def not_told(demande: DemandeAvisC2RA) -> bool:
    """Did a mail of the demand fail?"""
    return bool(unsent(_mail_key(demande, address) for address in _members(c2ra_of(demande.ingenierie))))


def tell_given(avis: AvisC2RA, *, actor: Actor) -> None:
    """Tell who asked (or who carries the ingénierie) that the C2RA gave its opinion. In the caller's transaction."""
    ingenierie = avis.ingenierie
    asked = ingenierie.demandes_avis_c2ra.filter(step=avis.step).select_related("by").first()
    organisations = people.organisations_of(ingenierie)
    person = asked.by if asked and belongs(asked.by, organisations) else people.interlocuteur(ingenierie)
    if person is None or person.pk == actor.user_id:
        return
    context = {"avis": avis.pk, "at": avis.at.isoformat()}
    queue_mail(GIVEN, to=person.email, context=context, actor=actor, scope=ingenierie, key=_given_key(avis))


def _given_key(avis: AvisC2RA) -> str:
    return f"avis-c2ra-donne-{avis.pk}-{avis.version}"


def given_not_told(avis: Collection[AvisC2RA]) -> set[int]:
    """Those of these opinions whose mail to the pilot failed: one query."""
    keys = {_given_key(one): one.pk for one in avis}
    return {keys[key] for key in unsent(keys)}


def why_not_tell_again(avis: AvisC2RA, actor: Actor) -> str | None:
    """Why ``actor`` may not have the mail of this opinion sent again, or ``None``: the C2RA that gave it."""
    if avis.organisation_id == getattr(actor.organisation, "pk", None) and permissions.can_give_avis(
        actor, avis.ingenierie
    ):
        return None
    return "Seul le C2RA qui a donné cet avis renvoie le courrier qui le dit."


def tell_given_again(avis: AvisC2RA, *, actor: Actor) -> int:
    """« Renvoyer » the mail of an opinion, when it failed. Raises ``NotAllowed``."""
    if refusal := why_not_tell_again(avis, actor):
        raise NotAllowed(refusal)
    return send_again([_given_key(avis)], actor=actor)
