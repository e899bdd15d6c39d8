"""What « Engager » puts among what waits for a person: opinions still to come, budgets out of balance."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.db.models import DecimalField, Exists, ExpressionWrapper, F, OuterRef, Q
from django.db.models.functions import Abs
from django.urls import reverse

from core import clock
from core.actor import Actor
from core.formats import format_date
from engagement import facts
from engagement.enums import EtatReunion, EtatSeance
from engagement.models import AvisComite, DecisionReunion, ReponsePartenaire, Reunion, SeanceComite
from projects.dashboard import LIMIT, TODOS, Todo, carried, carried_by
from projects.enums import Etat, SensAvis
from projects.facts import first_of
from projects.models import Ingenierie
from projects.models.ingenierie import scope_of

#: Steps at which a budget is expected to balance: before, it is only being thought of.
_COUNTED = (Etat.ENGAGER, Etat.CONFIRMER, Etat.FINALISER)
_HALF_A_CENT = Decimal("0.005")


def missing_avis(actor: Actor) -> list[Todo]:
    """Ingénieries at « Engager » where the comité d'appui of the actor's DLA has not given its opinion, oldest first.

    Those that the DLA pilots wait for who carries them (or for a responsable), those where it is associated for
    whoever of its members may write. An adjourned opinion is still to come.
    """
    organisation = actor.organisation
    if organisation is None or not organisation.is_dla or not actor.membership.writes:
        return []
    piloted = Q(pilote=organisation.pk)
    if not actor.membership.manages:
        piloted &= Q(charge_mission=actor.user_id)
    associated = Ingenierie.associes.through.objects.filter(ingenierie=OuterRef("pk"), organisation=organisation.pk)
    given = AvisComite.objects.filter(organisation=organisation.pk).order_by()
    rows = (
        # The step is asked of the index of visibility: what is elsewhere in the cycle is not even read.
        Ingenierie.objects.filter(piloted | Exists(associated), scopes__key=scope_of(actor), scopes__step=Etat.ENGAGER)
        .exclude(Exists(given.filter(ingenierie=OuterRef("pk")).exclude(sens=SensAvis.AJOURNE)))
        .annotate(ajourne_le=first_of(given, "date"))
        .order_by("state_since", "pk")
        .values("pk", "titre", "ajourne_le")[:LIMIT]
    )
    return [
        Todo(
            title=row["titre"],
            detail=f"Votre comité d’appui a ajourné son avis le {format_date(row['ajourne_le'])}."
            if row["ajourne_le"]
            else "L’avis de votre comité d’appui reste à enregistrer.",
            url=reverse("engagement:avis", args=[row["pk"], organisation.pk]),
        )
        for row in rows
    ]


def unbalanced(actor: Actor) -> list[Todo]:
    """Ingénieries the actor carries whose budget is begun and does not balance, widest gap first."""
    gap = ExpressionWrapper(Abs(F("eng_ressources") - F("eng_charges")), DecimalField(max_digits=15, decimal_places=3))
    rows = (
        carried_by(actor)
        .filter(state__in=_COUNTED)
        .annotate(**facts.budget())
        .annotate(ecart=gap)
        # SQLite subtracts in floating point: less than half a cent is no difference.
        .filter(Q(ecart__gte=_HALF_A_CENT) | Q(eng_meles__gt=0))
        .order_by("-ecart", "pk")
        .values("pk", "titre", "eng_charges", "eng_ressources", "eng_meles")[:LIMIT]
    )
    return [
        Todo(
            title=row["titre"],
            detail=f"Budget à équilibrer. {facts.balance_of(row).phrase}",
            url=reverse("engagement:budget", args=[row["pk"]]),
        )
        for row in rows
    ]


_AHEAD = dt.timedelta(days=14)


def meetings(actor: Actor) -> list[Todo]:
    """Meetings of the next 14 days, and those past of which nobody said whether they were held, oldest first."""
    now = clock.now()
    rows = (
        Reunion.objects.filter(
            state__in=(EtatReunion.PREVUE, EtatReunion.CONVOQUEE),
            debut__lte=now + _AHEAD,
            **carried(actor, "ingenierie__"),
        )
        .order_by("debut", "pk")
        .values(
            "pk", "ingenierie_id", "ingenierie__titre", "state", "nature", "debut", "date", "heure_debut", "heure_fin",
            "fuseau",
        )[:LIMIT]
    )  # fmt: skip
    todos = []
    for row in rows:
        fields = ("nature", "date", "heure_debut", "heure_fin", "fuseau")
        meeting = Reunion(**{name: row[name] for name in fields})
        past = row["debut"] <= now
        if past:
            rest = "A-t-elle eu lieu ? Notez qui est venu et ce qui s’est décidé."
        else:
            rest = "" if row["state"] == EtatReunion.CONVOQUEE else "Les participants ne sont pas encore convoqués."
        todos.append(
            Todo(
                title=row["ingenierie__titre"],
                detail=f"{meeting.get_nature_display()}, {meeting.quand}. {rest}".strip(),
                url=reverse("engagement:reunion", args=[row["ingenierie_id"], row["pk"]]),
                date=meeting.date,
                late=past,
            )
        )
    return todos


def decisions(actor: Actor) -> list[Todo]:
    """Decisions of meetings still to be done, due within 14 days or past, oldest first."""
    today = clock.today()
    rows = (
        DecisionReunion.objects.filter(
            faite_le__isnull=True, echeance__lte=today + _AHEAD, **carried(actor, "reunion__ingenierie__")
        )
        .exclude(reunion__state=EtatReunion.ANNULEE)
        .order_by("echeance", "pk")
        .values("reunion_id", "reunion__ingenierie_id", "reunion__ingenierie__titre", "texte", "qui", "echeance")
    )
    return [
        Todo(
            title=row["reunion__ingenierie__titre"],
            detail=f"Décision à suivre{' (' + row['qui'] + ')' if row['qui'] else ''} : {_short(row['texte'])}",
            url=reverse("engagement:reunion", args=[row["reunion__ingenierie_id"], row["reunion_id"]]) + "#decisions",
            date=row["echeance"],
            late=row["echeance"] < today,
        )
        for row in rows[:LIMIT]
    ]


def _short(text: str) -> str:
    return text if len(text) <= 120 else text[:119].rsplit(" ", 1)[0] + " […]"


def answers(actor: Actor) -> list[Todo]:
    """Answers of partners that nobody has taken up yet in the ingénieries the actor carries, oldest first."""
    rows = (
        ReponsePartenaire.objects.to_treat()
        .filter(**carried(actor, "partenaire_projet__ingenierie__"))
        .order_by("sent_at", "pk")
        .values(
            "pk",
            "sent_at",
            "partenaire_projet_id",
            "partenaire_projet__partenaire__name",
            "partenaire_projet__ingenierie_id",
            "partenaire_projet__ingenierie__titre",
        )
    )
    return [
        Todo(
            title=row["partenaire_projet__ingenierie__titre"],
            detail=f"{row['partenaire_projet__partenaire__name']} a répondu le {format_date(row['sent_at'])} : "
            "sa réponse est à reprendre.",
            url=reverse(
                "engagement:reponse",
                args=[row["partenaire_projet__ingenierie_id"], row["partenaire_projet_id"], row["pk"]],
            ),
        )
        for row in rows[:LIMIT]
    ]


#: A session is to be convened from this long before it.
CONVENE_BEFORE = dt.timedelta(days=30)


def sessions(actor: Actor) -> list[Todo]:
    """Sessions of the comité d'appui of the actor's DLA to convene, or whose opinions are to record, soonest first."""
    organisation = actor.organisation
    if organisation is None or not organisation.is_dla or not actor.membership.writes:
        return []
    now, told = clock.now(), []
    rows = (
        SeanceComite.objects.filter(organisation=organisation.pk)
        .filter(
            Q(state=EtatSeance.TENUE)
            | Q(state=EtatSeance.PREPARATION, debut__lte=now + CONVENE_BEFORE)
            | Q(state=EtatSeance.CONVOQUEE, debut__lte=now)
        )
        .order_by("debut", "pk")
        .values("pk", "debut", "state")
    )
    for row in rows[:LIMIT]:
        if row["state"] == EtatSeance.TENUE:
            detail = "La séance a eu lieu : enregistrez les avis du comité, écrivez la synthèse, puis clôturez."
        elif row["debut"] <= now:
            detail = "La date est passée : dites que la séance a eu lieu, ou annulez-la."
        else:
            detail = "Les membres ne sont pas encore convoqués."
        told.append(
            Todo(
                title=f"Comité d’appui du {format_date(row['debut'])}",
                detail=detail,
                url=reverse("comite:seance", args=[row["pk"]]),
            )
        )
    return told


def register() -> None:
    """Called once by :func:`engagement.providers.register`."""
    TODOS.register("reunions", meetings, order=15)
    TODOS.register("decisions", decisions, order=28)
    TODOS.register("avis_comite", missing_avis, order=30)
    TODOS.register("reponses_partenaires", answers, order=35)
    TODOS.register("seances_comite", sessions, order=28)
    TODOS.register("budget", unbalanced, order=40)
