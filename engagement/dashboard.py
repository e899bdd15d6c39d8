"""What « Engager » puts among what waits for a person: opinions still to come, budgets out of balance."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.db.models import DecimalField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.db.models.functions import Abs
from django.urls import reverse

from core import clock
from core.actor import Actor
from core.formats import format_date
from core.prepared import Prepared
from engagement import facts
from engagement.enums import EtatReunion, EtatSeance
from engagement.models import AvisComite, DecisionReunion, ReponsePartenaire, Reunion, SeanceComite
from projects.dashboard import LIMIT, TODOS, Carried, Todo
from projects.enums import Etat, SensAvis
from projects.facts import first_of
from projects.models import Ingenierie
from projects.models.ingenierie import scope_of

#: Steps at which a budget is expected to balance: before, it is only being thought of.
_COUNTED = (Etat.ENGAGER, Etat.CONFIRMER, Etat.FINALISER)
_HALF_A_CENT = Decimal("0.005")


def _prepare_missing(manages: bool) -> Prepared:
    def build(mark):
        organisation = mark("organisation")
        piloted = Q(pilote=organisation)
        if not manages:
            piloted &= Q(charge_mission=mark("user"))
        associated = Ingenierie.associes.through.objects.filter(ingenierie=OuterRef("pk"), organisation=organisation)
        given = AvisComite.objects.filter(organisation=organisation).order_by()
        return (
            Ingenierie.objects.filter(
                # The step is asked of the index of visibility: what is elsewhere in the cycle is not even read.
                piloted | Exists(associated),
                scopes__key=mark("key", str),
                scopes__step=Etat.ENGAGER,
            )
            .exclude(Exists(given.filter(ingenierie=OuterRef("pk")).exclude(sens=SensAvis.AJOURNE)))
            .annotate(ajourne_le=first_of(given, "date"))
            .order_by("state_since", "pk")
            .values("pk", "titre", "ajourne_le")[:LIMIT]
        )

    return Prepared(build)


_MISSING = {manages: _prepare_missing(manages) for manages in (True, False)}


def missing_avis(actor: Actor) -> list[Todo]:
    """Ingénieries at « Engager » where the comité d'appui of the actor's DLA has not given its opinion, oldest first.

    Those that the DLA pilots wait for who carries them (or for a responsable), those where it is associated for
    whoever of its members may write. An adjourned opinion is still to come.
    """
    organisation = actor.organisation
    if organisation is None or not organisation.is_dla or not actor.membership.writes:
        return []
    values = {"organisation": organisation.pk, "key": scope_of(actor)}
    if not actor.membership.manages:
        values["user"] = actor.user_id
    return [
        Todo(
            title=row["titre"],
            detail=f"Votre comité d’appui a ajourné son avis le {format_date(row['ajourne_le'])}."
            if row["ajourne_le"]
            else "L’avis de votre comité d’appui reste à enregistrer.",
            url=reverse("engagement:avis", args=[row["pk"], organisation.pk]),
        )
        for row in _MISSING[actor.membership.manages].rows(**values)
    ]


def _with_a_gap(carried: QuerySet) -> QuerySet:
    gap = ExpressionWrapper(Abs(F("eng_ressources") - F("eng_charges")), DecimalField(max_digits=15, decimal_places=3))
    return (
        carried.filter(state__in=_COUNTED)
        .annotate(**facts.budget())
        .annotate(ecart=gap)
        # SQLite subtracts in floating point: less than half a cent is no difference.
        .filter(Q(ecart__gte=_HALF_A_CENT) | Q(eng_meles__gt=0))
        .order_by("-ecart", "pk")
        .values("pk", "titre", "eng_charges", "eng_ressources", "eng_meles")[:LIMIT]
    )


_UNBALANCED = Carried(_with_a_gap)


def unbalanced(actor: Actor) -> list[Todo]:
    """Ingénieries the actor carries whose budget is begun and does not balance, widest gap first."""
    return [
        Todo(
            title=row["titre"],
            detail=f"Budget à équilibrer. {facts.balance_of(row).phrase}",
            url=reverse("engagement:budget", args=[row["pk"]]),
        )
        for row in _UNBALANCED.rows(actor)
    ]


_AHEAD = dt.timedelta(days=14)
_MEETINGS = Carried(
    lambda carried: (
        Reunion.objects.filter(
            state__in=(EtatReunion.PREVUE, EtatReunion.CONVOQUEE), ingenierie__in=carried.values("pk")
        )
        .order_by("debut", "pk")
        .values(
            "pk", "ingenierie_id", "ingenierie__titre", "state", "nature", "debut", "date", "heure_debut", "heure_fin",
            "fuseau",
        )[:LIMIT]
    )
)  # fmt: skip


def meetings(actor: Actor) -> list[Todo]:
    """Meetings of the next 14 days, and those past of which nobody said whether they were held, oldest first."""
    now = clock.now()
    todos = []
    for row in _MEETINGS.rows(actor):
        if row["debut"] > now + _AHEAD:
            break
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


_DECIDED = Carried(
    lambda carried: (
        DecisionReunion.objects.filter(
            faite_le__isnull=True, echeance__isnull=False, reunion__ingenierie__in=carried.values("pk")
        )
        .exclude(reunion__state=EtatReunion.ANNULEE)
        .order_by("echeance", "pk")
        .values("reunion_id", "reunion__ingenierie_id", "reunion__ingenierie__titre", "texte", "qui", "echeance")[
            :LIMIT
        ]
    )
)


def decisions(actor: Actor) -> list[Todo]:
    """Decisions of meetings still to be done, due within 14 days or past, oldest first."""
    today = clock.today()
    return [
        Todo(
            title=row["reunion__ingenierie__titre"],
            detail=f"Décision à suivre{' (' + row['qui'] + ')' if row['qui'] else ''} : {_short(row['texte'])}",
            url=reverse("engagement:reunion", args=[row["reunion__ingenierie_id"], row["reunion_id"]]) + "#decisions",
            date=row["echeance"],
            late=row["echeance"] < today,
        )
        for row in _DECIDED.rows(actor)
        if row["echeance"] <= today + _AHEAD
    ]


def _short(text: str) -> str:
    return text if len(text) <= 120 else text[:119].rsplit(" ", 1)[0] + " […]"


_ANSWERS = Carried(
    lambda carried: (
        ReponsePartenaire.objects.to_treat()
        .filter(partenaire_projet__ingenierie__in=carried.values("pk"))
        .order_by("sent_at", "pk")
        .values(
            "pk",
            "sent_at",
            "partenaire_projet_id",
            "partenaire_projet__partenaire__name",
            "partenaire_projet__ingenierie_id",
            "partenaire_projet__ingenierie__titre",
        )[:LIMIT]
    )
)


def answers(actor: Actor) -> list[Todo]:
    """Answers of partners that nobody has taken up yet in the ingénieries the actor carries, oldest first."""
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
        for row in _ANSWERS.rows(actor)
    ]


_SEANCES = Prepared(
    lambda mark: (
        SeanceComite.objects.filter(
            organisation=mark("organisation"),
            state__in=(EtatSeance.PREPARATION, EtatSeance.CONVOQUEE, EtatSeance.TENUE),
        )
        .order_by("debut", "pk")
        .values("pk", "debut", "state")[:LIMIT]
    )
)
#: A session is to be convened from this long before it.
CONVENE_BEFORE = dt.timedelta(days=30)


def sessions(actor: Actor) -> list[Todo]:
    """Sessions of the comité d'appui of the actor's DLA to convene, or whose opinions are to record, soonest first."""
    organisation = actor.organisation
    if organisation is None or not organisation.is_dla or not actor.membership.writes:
        return []
    now, told = clock.now(), []
    for row in _SEANCES.rows(organisation=organisation.pk):
        if row["state"] == EtatSeance.TENUE:
            detail = "La séance a eu lieu : enregistrez les avis du comité, écrivez la synthèse, puis clôturez."
        elif row["debut"] <= now:
            detail = "La date est passée : dites que la séance a eu lieu, ou annulez-la."
        elif row["state"] == EtatSeance.PREPARATION and row["debut"] - now <= CONVENE_BEFORE:
            detail = "Les membres ne sont pas encore convoqués."
        else:
            continue
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
