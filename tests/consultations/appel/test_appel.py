"""The call in complete mode: prepared, sent, answered to all, extended, called off; nobody learns of another."""

import datetime as dt

import pytest

from consultations.appel.conditions import out_of_rule
from consultations.appel.enums import EtatAppel, ModeAppel, MotifDeclin
from consultations.appel.models import Appel, Invitation, Prolongation, RemiseVersion
from consultations.appel.presenters import countdown, title_for
from consultations.appel.registry import RECUES
from consultations.appel.services import cycle, preparation, questions, reponses
from consultations.consultes import services as consultes
from consultations.consultes.models import PrestataireConsulte
from consultations.regles.services import change_rule, set_rule
from core import journal
from core.errors import ConditionsNotMet, InvalidInput, NotAllowed, StaleState
from core.models import JournalEntry, OutboxMail
from partners.recherche.registry import sollicitations, unavailable
from tests.consultations.appel.conftest import DEADLINE, diffuse, held, of
from tests.factories import OrganisationFactory, UserFactory, actor_of, member_actor

pytestmark = pytest.mark.django_db
LATER = DEADLINE + dt.timedelta(days=7)


def mails(template):
    return set(OutboxMail.objects.filter(template=f"consultations/{template}").values_list("to", flat=True))


def addresses(prestataires):
    return {p.membres.get().user.email for p in prestataires}


@pytest.fixture
def one_received():
    """One proposition was received, whatever the call."""
    RECUES.register("recette", lambda appels: dict.fromkeys(appels, 1))
    yield
    RECUES._items.pop("recette")


# --- Preparing, sending ---------------------------------------------------------------------------------------------


def test_only_a_diffused_version_can_be_called_upon(dossier, actor):
    with pytest.raises(NotAllowed, match="seule une version diffusée"):
        preparation.prepare(dossier, {"mode": ModeAppel.COMPLETE}, actor=actor)
    version = diffuse(dossier)
    appel = preparation.prepare(dossier, {"mode": ModeAppel.COMPLETE}, actor=actor)
    assert appel.version_diffusee == version and appel.is_sealed
    with pytest.raises(InvalidInput, match="déjà en cours"):
        preparation.prepare(dossier, {"mode": ModeAppel.COMPLETE}, actor=actor)


def test_to_do_without_competition_is_justified(dossier, actor, version):
    with pytest.raises(InvalidInput, match="dites pourquoi"):
        preparation.prepare(dossier, {"mode": ModeAppel.SANS_CONCURRENCE, "justification": "  "}, actor=actor)
    values = {"mode": ModeAppel.SANS_CONCURRENCE, "justification": "Suite d’une mission.", "date_limite": DEADLINE}
    appel = preparation.prepare(dossier, values, actor=actor)
    assert not appel.is_sealed


def test_the_pilot_runs_the_call_and_nobody_else(dla, dossier, actor, prepared):
    neighbour = member_actor(OrganisationFactory(region=dla.region))
    for other in (neighbour, member_actor(dla, role="lecture"), actor_of(UserFactory())):
        with pytest.raises(NotAllowed):
            cycle.open_call(prepared, actor=other)
        with pytest.raises(NotAllowed):
            cycle.cancel(prepared, reason="Non.", actor=other)
    assert not Appel.objects.visible_to(actor_of(UserFactory())).exists()
    assert Appel.objects.visible_to(actor).get() == prepared


def test_nothing_leaves_before_the_call_is_open(prepared, three, actor):
    assert not OutboxMail.objects.filter(template__startswith="consultations/").exists()
    assert not PrestataireConsulte.objects.exists()
    assert not Invitation.objects.for_actor(of(three[0])).exists()


def test_opening_writes_to_each_records_who_is_consulted_and_what_was_given(prepared, three, actor, version):
    opened = cycle.open_call(prepared, actor=actor)
    assert opened.state == EtatAppel.OUVERT
    assert mails("invitation") == addresses(three)
    assert PrestataireConsulte.objects.standing().count() == 3
    assert {s.consulte for s in sollicitations([p.pk for p in three]).values()} == {1}, "counted once"
    assert RemiseVersion.objects.filter(version=version).count() == 3
    verbs = set(JournalEntry.objects.values_list("verb", flat=True))
    assert {"consultations.appel.ouvrir", "consultations.invitation_envoyee", "consultations.version_remise"} <= verbs
    with pytest.raises(StaleState):
        cycle.open_call(opened, actor=actor, expected_state=EtatAppel.PREPARATION)


def test_what_is_missing_is_said_before_opening(dossier, actor, version):
    appel = preparation.prepare(dossier, {"mode": ModeAppel.COMPLETE}, actor=actor)
    with pytest.raises(ConditionsNotMet) as refused:
        cycle.open_call(appel, actor=actor)
    assert list(refused.value.reasons) == ["Fixez la date limite de réponse.", "Aucun prestataire n’est invité."]


def test_another_number_than_the_rule_of_the_region_asks_a_reason_and_never_blocks(dossier, actor, three, version):
    c2ra = member_actor(OrganisationFactory(c2ra=True, region=dossier.pilote.region))
    rule = {"depuis": dt.date(2026, 11, 21), "invites_min": 3, "invites_max": 3, "cout_jour": 800, "regime": "ttc"}
    held = set_rule(dossier.pilote.region, rule, actor=c2ra)
    appel = preparation.prepare(dossier, {"mode": ModeAppel.COMPLETE, "date_limite": DEADLINE}, actor=actor)
    preparation.invite(appel, three[:2], actor=actor)
    assert "d’en inviter trois" in out_of_rule(appel, 2)
    with pytest.raises(ConditionsNotMet):
        cycle.open_call(appel, actor=actor)
    preparation.update(appel, {"motif_nombre": "Peu de prestataires connaissent ce secteur."}, actor=actor)
    appel.refresh_from_db()
    assert cycle.open_call(appel, actor=actor).state == EtatAppel.OUVERT
    with pytest.raises(NotAllowed):
        set_rule(dossier.pilote.region, rule, actor=actor)
    with pytest.raises(InvalidInput, match="déjà ce jour-là"):
        set_rule(dossier.pilote.region, rule, actor=c2ra)
    assert change_rule(held, {**rule, "invites_max": 4}, actor=c2ra).invites_max == 4


def test_one_whose_fiche_is_not_published_or_whom_nobody_holds_is_not_invited(dossier, actor, three, version):
    appel = preparation.prepare(dossier, {"mode": ModeAppel.COMPLETE, "date_limite": DEADLINE}, actor=actor)
    orphan = three[2]
    orphan.membres.update(state="parti", ended_at="2026-11-20T10:00:00Z")
    with pytest.raises(ConditionsNotMet) as refused:
        preparation.invite(appel, three, actor=actor)
    assert "Personne ne tient l’espace de Cabinet C" in refused.value.reasons[0]
    assert not Invitation.objects.exists(), "all or none"


def test_one_more_is_invited_while_it_is_open_and_one_is_taken_out_only_before(opened, invitations, three, actor):
    with pytest.raises(StaleState, match="est partie"):
        preparation.uninvite(invitations[0], actor=actor)
    more = held("Cabinet D", opened.ingenierie.pilote.region)
    with pytest.raises(InvalidInput, match="Dites pourquoi"):
        preparation.invite(opened, [more], actor=actor)
    (row,) = preparation.invite(opened, [more], motif="Le troisième hésite.", actor=actor)
    row.refresh_from_db()
    assert row.envoyee_at and row.remises.count() == 1
    assert addresses([more]) <= mails("invitation")


def test_an_invitation_sent_again_is_the_only_one_that_counts(opened, invitations, actor):
    again = preparation.resend(invitations[0], actor=actor)
    assert again.envois == 2 and again.remises.count() == 1
    assert PrestataireConsulte.objects.standing().count() == 3
    with pytest.raises(NotAllowed, match="invité par un appel"):
        consultes.take_back(again.consulte, actor=actor, reason="Erreur.")


# --- Said to all ----------------------------------------------------------------------------------------------------


def test_a_question_is_answered_to_all_without_its_author(opened, invitations, three, actor):
    asker = of(three[0])
    question = questions.ask(invitations[0], "La salle est-elle prêtée ?", actor=asker)
    with pytest.raises(NotAllowed):
        questions.ask(invitations[1], "Et moi ?", actor=asker)
    questions.answer(question, "Oui, par la commune.", actor=actor)
    assert mails("nouvelle") == addresses(three)
    told = JournalEntry.objects.get(verb="consultations.question_posee")
    assert told.changes.get("invitation") is None
    with pytest.raises(NotAllowed):
        questions.answer(question, "Non.", actor=asker)


def test_the_deadline_moves_later_for_all_with_a_reason(opened, three, actor):
    with pytest.raises(InvalidInput, match="Dites pourquoi"):
        cycle.extend(opened, LATER, " ", actor=actor)
    with pytest.raises(InvalidInput, match="raccourcit"):
        cycle.extend(opened, DEADLINE - dt.timedelta(hours=1), "Plus tôt.", actor=actor)
    cycle.extend(opened, LATER, "Une question tardive.", actor=actor)
    opened.refresh_from_db()
    assert opened.date_limite == LATER
    assert Prolongation.objects.get().de == DEADLINE
    assert mails("nouvelle") == addresses(three)


def test_after_the_deadline_a_call_is_extended_only_when_nothing_came(opened, actor, clock_at, one_received):
    clock_at("2026-12-08 17:00")
    with pytest.raises(NotAllowed, match="Des propositions ont été reçues"):
        cycle.extend(opened, LATER, "Personne.", actor=actor)


def test_a_call_without_proposition_leads_somewhere(opened, three, actor, clock_at):
    with pytest.raises(ConditionsNotMet, match="Il manque"):
        cycle.close_without(opened, reason="Rien.", actor=actor)
    clock_at("2026-12-08 17:00")
    ended = cycle.close_without(opened, reason="Aucune proposition.", actor=actor)
    assert mails("appel_arrete") == addresses(three)
    again = cycle.reopen(ended, LATER, reason="Le cahier est revu.", actor=actor)
    assert again.state == EtatAppel.OUVERT and not again.is_closed and again.motif_fin == ""


def test_a_rectified_version_is_given_to_all_and_may_move_the_deadline(opened, invitations, three, actor):
    with pytest.raises(StaleState, match="dernière version"):
        cycle.remettre(opened, actor=actor)
    second = diffuse(opened.ingenierie, numero=2, motif="Les jours changent.", date_limite=LATER)
    cycle.remettre(opened, date_limite=LATER, actor=actor)
    opened.refresh_from_db()
    assert opened.version_diffusee == second and opened.date_limite == LATER
    assert [r.version.numero for r in invitations[0].remises.all()] == [1, 2], "who received which"
    assert mails("nouvelle") == addresses(three)


def test_a_call_called_off_says_so_to_everyone_and_ends(opened, invitations, three, actor):
    with pytest.raises(InvalidInput):
        cycle.cancel(opened, reason=" ", actor=actor)
    off = cycle.cancel(opened, reason="Le financement est retiré.", actor=actor)
    assert mails("appel_arrete") == addresses(three)
    assert off.motif_fin == "Le financement est retiré."
    with pytest.raises(NotAllowed, match="annulé"):
        questions.ask(invitations[0], "Pourquoi ?", actor=of(three[0]))


def test_one_meeting_the_same_for_all_and_its_account_is_shared(opened, three, actor, clock_at):
    values = {"date": dt.date(2026, 12, 1), "lieu": "Mairie de Brizay"}
    row = questions.save_rencontre(opened, values, actor=actor, expected_version=0)
    assert mails("nouvelle") == addresses(three)
    with pytest.raises(InvalidInput, match="a eu lieu"):
        questions.save_rencontre(opened, {"compte_rendu": "Dit."}, actor=actor)
    clock_at("2026-12-02 10:00")
    row = questions.save_rencontre(opened, {"compte_rendu": "Tout a été montré."}, actor=actor)
    assert row.partage_at is not None
    assert OutboxMail.objects.filter(template="consultations/nouvelle").count() == 6


def test_what_a_prestataire_learnt_earlier_is_told_to_every_candidate(opened, three, actor):
    preparation.tell_known(opened, "Trois structures seulement ont un salarié.", actor=actor)
    assert mails("nouvelle") == addresses(three)


# --- What a prestataire says ----------------------------------------------------------------------------------------


def test_one_declines_with_its_reason_and_the_search_knows_from_when_to_ask_again(opened, invitations, three):
    mine, asks = invitations[0], of(three[0])
    with pytest.raises(InvalidInput, match="à partir de quand"):
        reponses.decline(mine, {"motif_declin": MotifDeclin.INDISPONIBLE}, actor=asks)
    day = dt.date(2027, 3, 1)
    reponses.decline(mine, {"motif_declin": MotifDeclin.INDISPONIBLE, "de_nouveau_le": day}, actor=asks)
    assert unavailable() == {three[0].pk: day}
    with pytest.raises(NotAllowed, match="revenez d’abord"):
        reponses.intend(mine, True, actor=asks)
    reponses.come_back(mine, actor=asks)
    assert unavailable() == {}
    with pytest.raises(NotAllowed):
        reponses.decline(mine, {"motif_declin": MotifDeclin.AUTRE}, actor=of(three[1]))


def test_the_date_is_kept_for_one_who_is_not_available_only(opened, invitations, three):
    values = {"motif_declin": MotifDeclin.HORS_CHAMPS, "de_nouveau_le": dt.date(2027, 3, 1)}
    assert reponses.decline(invitations[0], values, actor=of(three[0])).de_nouveau_le is None


def test_at_the_very_second_of_the_deadline_it_is_too_late_and_the_time_is_said(opened, invitations, three, clock_at):
    mine, asks = invitations[0], of(three[0])
    clock_at("2026-12-08 16:59:59")
    assert countdown(opened) == "il reste moins d’une\xa0minute"
    assert mine.why_not_propose() == ""
    reponses.intend(mine, True, actor=asks)
    clock_at("2026-12-08 17:00:00")
    mine.refresh_from_db()
    assert opened.is_closed and countdown(opened) == "la date limite est passée"
    assert "17 h 00 min 00 s" in mine.why_not_propose()
    with pytest.raises(NotAllowed, match="17:00:00"):
        reponses.intend(mine, False, actor=asks)
    with pytest.raises(NotAllowed):
        questions.ask(mine, "Encore une ?", actor=asks)


def test_one_reads_its_own_invitation_and_never_that_of_another(opened, invitations, three):
    mine = Invitation.objects.for_actor(of(three[0]))
    assert list(mine) == [invitations[0]]
    assert list(Appel.objects.for_prestataire(of(three[0]))) == [opened]
    assert title_for(invitations[0]) == opened.ingenierie.titre
    assert not Invitation.objects.for_actor(actor_of(UserFactory())).exists()
    gone = three[0].membres.get()
    gone.state, gone.ended_at = "parti", opened.ouvert_at
    gone.save()
    assert not mine.all().exists(), "one who left reads nothing any more"


def test_every_act_is_told_in_the_journal_of_the_ingenierie(opened, invitations, three, actor):
    reponses.read(invitations[0], actor=of(three[0]))
    reponses.intend(invitations[0], True, actor=of(three[0]))
    entries = JournalEntry.objects.filter(scope_type="projects.ingenierie", scope_id=opened.ingenierie_id)
    assert {"consultations.invitation_lue", "consultations.intention"} <= set(entries.values_list("verb", flat=True))
    assert all(entry.verb in journal.VERBS for entry in entries)
