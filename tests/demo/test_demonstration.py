"""What the demonstration holds once loaded."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.db.models import Sum
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Grant, Membership, Organisation, User
from accounts.services import actor_for
from accounts.services.links import status_of
from consultations.cahier.models import CahierDesCharges
from core import clock, outbox
from core.documents.jobs import JOB_NAME as PRINT_JOB
from core.identifiers import clean_siret
from core.jobs import enqueue
from core.models import Import, Job, JournalEntry, Lane, MailState, OutboxMail
from demo import accounts, data, marks
from demo.models import Repere
from demo.people import PASSWORD
from engagement.budget import summary
from engagement.budget.cofinancement import par_dla
from engagement.budget.comparaison import compare
from engagement.budget.explications import explain
from engagement.budget.models import Budget
from engagement.budget.services.versions import read
from engagement.dla import expected_organisations
from engagement.rendezvous.enums import EtatRendezvous, Presence
from missions.seances.models import ParticipantSeance, Seance
from partners.portfolio.fiche.models.fiche import FicheVersion
from partners.portfolio.fiche.models.reprise import Reprise
from partners.portfolio.invitations.purposes import PORTEFEUILLE
from partners.portfolio.prestataire.models import Membre
from partners.portfolio.prestataire.permissions import belongings
from partners.portfolio.publication.models import Publication
from partners.portfolio.vitrine.models import Ouverture
from partners.portfolio.vitrine.selection import public_part, shown, with_content
from projects.besoins import radar
from projects.besoins.models import Mutualisation
from projects.cycle.models import AvisC2RA, ConditionLevee
from projects.enums import Etat, ReponseDLA
from projects.ingenierie.models import Ingenierie
from structures.annuaire.enums import Nature
from structures.annuaire.models import Structure
from structures.diagnostics.models import Besoin, Diagnostic, ReponseDiagnostic
from structures.plans.models import LignePlan, PlanAccompagnement
from tests.databases import DEMO_DAY

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db,
    pytest.mark.usefixtures("the_day_of_the_demonstration"),
    pytest.mark.sqlite,
]

#: key → (structures d'utilité sociale, cost in euros, state)
ATTESTED = {
    "banque": (30, "2500.00", Etat.CLOTURE),
    "mecenat": (36, "7700.00", Etat.CLOTURE),
    "rh-sport": (22, "9000.00", Etat.ENGAGER),
    "slot": (60, "15000.00", Etat.CONFIRMER),
    "artistiques-ruraux": (5, "3600.00", Etat.CONFIRMER),
    "mutualisation": (3, None, Etat.IDENTIFIER),
    "emplois-environnement": (12, "14800.00", Etat.FINALISER),
    "recycleries": (5, "11302.00", Etat.CLOTURE),
    "insertion": (3, "20100.00", Etat.FINALISER),
    "reseau-environnement": (22, "23824.32", Etat.CLOTURE),
}


def ingenierie(key: str) -> Ingenierie:
    return Ingenierie.objects.get(pk=Repere.objects.get(key=f"ingenierie:{key}").object_id)


@pytest.mark.parametrize("key", ATTESTED)
def test_an_attested_ingenierie_has_its_structures_its_cost_and_its_step(key):
    number, cost, state = ATTESTED[key]
    found = ingenierie(key)
    assert found.structures_ciblees.filter(structure__nature=Nature.STRUCTURE).count() == number
    assert found.state == state
    paid = found.charges.filter(scenario__retenu=True).aggregate(n=Sum("montant"))["n"]
    funded = sum((line.compte for line in found.ressources.filter(scenario__retenu=True)), Decimal("0.00"))
    # SQLite adds in floating point: compare to the cent.
    assert (paid.quantize(Decimal("0.01")) if paid else None) == (Decimal(cost) if cost else None)
    assert funded == (Decimal(cost) if cost else 0)


def test_every_attested_ingenierie_keeps_the_words_of_its_sources():
    for row in data.attested():
        found = ingenierie(row["key"])
        assert found.titre == row["titre"]
        assert found.problematique.contexte == row["problematique"]["contexte"]
        assert found.departements.count() == len(row["departements"])
        assert set(found.secteurs.values_list("code", flat=True)) == set(row["secteurs"])


def test_slot_is_regional_with_twelve_offices_in_each_of_five_departements():
    slot = ingenierie("slot")
    assert slot.pilote.is_c2ra
    assert slot.associes.count() == 5
    rows = slot.structures_ciblees.select_related("structure__departement")
    by_departement = {}
    for row in rows:
        assert row.structure.name.startswith("Office de tourisme d")
        by_departement.setdefault(row.structure.departement.code, set()).add(row.structure.name)
    assert {code: len(names) for code, names in by_departement.items()} == dict.fromkeys(
        ("18", "28", "36", "37", "41"), 12
    )


def test_the_cahiers_of_the_two_walks_are_as_far_as_they_should():
    slot = CahierDesCharges.objects.get(ingenierie=ingenierie("slot"))
    assert slot.state == "diffuse"
    assert slot.date_limite > clock.now()
    assert slot.versions.get().is_intact
    draft = CahierDesCharges.objects.get(ingenierie=ingenierie("artistiques-ruraux"))
    assert draft.state == "brouillon"
    assert draft.contenu_attendu
    assert draft.date_limite is None


def test_sixty_ingenieries_are_spread_over_every_state_and_three_regions():
    assert Ingenierie.objects.filter(cycle="collective").count() == 60
    for state in Etat:
        assert Ingenierie.objects.filter(state=state).count() >= 2, state
    for region in ("24", "32", "84"):
        assert Ingenierie.objects.filter(pilote__region__code=region).count() >= 12


def test_twelve_structures_are_accompanied_alone_at_every_step():
    alone = Ingenierie.objects.filter(cycle="individuelle")
    assert alone.count() == len(data.individuelles()) == 12
    assert set(alone.values_list("state", flat=True)) == set(Etat.values)
    assert all(found.structures_ciblees.filter(seule=True).count() == 1 for found in alone)


def test_the_radar_and_a_proposal_of_pooling_are_there():
    c2ra = actor_for(User.objects.filter(memberships__organisation__kind="c2ra").order_by("pk").first())
    assert radar.matrix(radar.Question(periode="tout"), c2ra).total.structures >= 20
    proposal = Mutualisation.objects.get()
    assert set(proposal.reponses.values_list("reponse", flat=True)) == set(ReponseDLA.values)


def test_one_region_is_open_to_the_public_with_fiches_that_agree_and_fiches_that_do_not():
    opened = Ouverture.objects.get()
    assert opened.ouverte
    current = Publication.objects.current().filter(region=opened.region)
    seen = set(shown().values_list("prestataire", flat=True))
    assert len(seen) >= 4 and current.exclude(prestataire__in=seen).exists()
    parts = [public_part(p) for p in with_content(shown())]
    for name in ("prix_jour_ht", "references", "intervenants"):
        assert any(part[name] for part in parts) and not all(part[name] for part in parts), name


def test_the_c2ra_sees_conditions_passed_over_steps_back_and_its_own_opinions():
    assert ConditionLevee.objects.count() >= 4
    assert not ConditionLevee.objects.filter(condition="prestataire").exists()
    assert AvisC2RA.objects.filter(sens="reserves").exists()
    assert JournalEntry.objects.filter(verb="projects.ingenierie.revenir").count() == 2
    assert JournalEntry.objects.filter(verb="projects.ingenierie.abandonner").exclude(reason="").count() == 3


def test_the_running_missions_tell_seances_in_each_state():
    rows = Seance.objects.filter(convention__ingenierie__state=Etat.FINALISER)
    assert set(rows.values_list("state", flat=True)) == set(EtatRendezvous.values)
    presences = ParticipantSeance.objects.filter(seance__state=EtatRendezvous.TENUE).values_list("presence", flat=True)
    assert set(presences) == set(Presence.values)  # « à noter » among them
    assert rows.filter(state=EtatRendezvous.CONVOQUEE, sequence__gt=0).exists()  # moved, and told again
    assert rows.filter(pilote_present=False).exists() and rows.filter(pilote_present=True).exists()
    assert rows.filter(nature="lancement").exclude(compte_rendu="").exists()


def test_the_past_is_past_and_the_last_thing_told_is_the_last_activity():
    # Comités, answers, calls are written after the stories, at their own dates: the journal reads by date.
    assert not JournalEntry.objects.filter(at__gt=DEMO_DAY).exists()
    for found in Ingenierie.objects.all():
        entries = JournalEntry.objects.filter(scope_type="projects.ingenierie", scope_id=found.pk)
        assert found.last_activity_at == entries.first().at, found


def test_what_runs_on_the_day_of_the_data_runs_on_the_day_it_is_loaded():
    for found in Ingenierie.objects.open():
        assert (DEMO_DAY - found.last_activity_at).days <= 45, found
        assert found.date_fin >= DEMO_DAY.date()


def test_loading_again_adds_nothing_and_loses_nothing():
    before = (JournalEntry.objects.count(), Structure.objects.count(), User.objects.count())
    titre = Ingenierie.objects.order_by("pk").first()
    Ingenierie.objects.filter(pk=titre.pk).update(titre="Renommée par une personne")
    call_command("load_demo", verbosity=0)
    assert (JournalEntry.objects.count(), Structure.objects.count(), User.objects.count()) == before


def test_a_load_cut_short_goes_on_where_it_stopped():
    before = (JournalEntry.objects.count(), Structure.objects.count(), Ingenierie.objects.count())
    Repere.objects.filter(key=marks.COMPLETE).delete()
    Ingenierie.objects.filter(pk=ingenierie("slot").pk).update(titre="Renommée")
    call_command("load_demo", verbosity=0)
    assert (JournalEntry.objects.count(), Structure.objects.count(), Ingenierie.objects.count()) == before
    assert marks.is_complete()


def test_structures_have_numbers_that_hold():
    sirets = list(Structure.objects.exclude(siret="").values_list("siret", flat=True))
    assert len(sirets) > 300
    for siret in sirets:
        assert clean_siret(siret) == siret
    assert Structure.objects.exclude(rna="").count() > 200
    assert not Structure.objects.filter(name__contains="{").exists()


def test_nobody_of_the_demonstration_is_real():
    for email in User.objects.values_list("email", flat=True):
        assert email.endswith("@demo.example")
    for model in (Structure,):
        for email in model.objects.exclude(contact_email="").values_list("contact_email", flat=True):
            assert email.endswith("@demo.example")
    phones = [*User.objects.values_list("phone", flat=True), *Structure.objects.values_list("contact_phone", flat=True)]
    assert all(re.fullmatch(r"019900\d{4}", phone) for phone in phones if phone)


def test_every_organisation_has_a_responsable_and_every_person_can_sign_in():
    assert Organisation.objects.filter(kind="dla").count() == 18
    for organisation in Organisation.objects.all():
        assert organisation.memberships.filter(role=Role.RESPONSABLE, ended_at=None).exists(), organisation
    for user in User.objects.all():
        assert user.check_password(PASSWORD)
        assert EmailAddress.objects.filter(user=user, verified=True, primary=True).exists()
    assert User.objects.filter(is_superuser=True, is_staff=True).count() == 1


def test_every_dla_has_diagnostics_in_each_state_and_rows_late_and_due():
    today = clock.today()
    soon = today + dt.timedelta(days=14)
    for dla in Organisation.objects.filter(kind="dla"):
        states = set(Diagnostic.objects.filter(organisation=dla).values_list("state", flat=True))
        assert states == {"brouillon", "partage", "clos"}, dla
        rows = LignePlan.objects.filter(organisation=dla).ouvertes()
        assert rows.filter(echeance__lt=today).exists() and rows.filter(echeance__range=(today, soon)).exists(), dla
        assert PlanAccompagnement.objects.filter(organisation=dla, numero__gte=2).exists(), dla
        assert ReponseDiagnostic.objects.filter(partage__diagnostic__organisation=dla, reponse="a_modifier").exists()


def test_the_three_associations_of_the_mutualisation_express_the_same_need():
    targeted = ingenierie("mutualisation").structures_ciblees.values_list("structure", flat=True)
    needs = Besoin.objects.recenses().filter(structure__in=targeted, type_prestation__code="management-grh")
    assert needs.values("structure").distinct().count() == len(targeted) == 3
    assert all(need.exprime and need.diagnostic.is_validated for need in needs)
    assert all(need.date < ingenierie("mutualisation").date_debut for need in needs)


def test_somebody_belongs_to_two_organisations_and_two_are_invited():
    two = [u for u in User.objects.all() if Membership.objects.active().filter(user=u).count() == 2]
    assert len(two) == 1
    assert sorted(status_of(grant) for grant in Grant.objects.filter(purpose="invitation")) == ["expire", "ouvert"]


def test_consultants_enter_in_each_way_and_an_old_portfolio_waits_for_its_confirmation():
    sent = Grant.objects.filter(purpose=PORTEFEUILLE)
    assert sorted(status_of(grant) for grant in sent) == ["expire", "ouvert"]
    assert Membre.objects.waiting().count() == 1
    taken = Reprise.objects.with_progress()
    assert sorted((r.held, r.invited) for r in taken) == [(False, False), (False, True), (True, True)]
    source = Import.objects.filter(kind="prestataires").first()
    assert source.state == "apercu"
    verdicts = set(source.lines.values_list("verdict", flat=True))
    assert verdicts == {"nouvelle", "inchangee", "erreur"} and source.lines.filter(doubtful=True).count() == 1
    assert JournalEntry.objects.filter(verb="portfolio.cv_lu").count() == 2


def test_each_account_that_is_told_signs_in_and_sees_its_home(client):
    found = accounts.accounts()
    assert len(found) == 10
    for account in found:
        answer = client.post(reverse("account_login"), {"login": account.email, "password": PASSWORD})
        assert answer.status_code == 302, account.email
        assert client.session["_auth_user_id"] == str(User.objects.get(email=account.email).pk)
        client.logout()


def test_each_role_has_something_to_see():
    for account in accounts.accounts():
        user = User.objects.get(email=account.email)
        if belongings(actor_for(user)):
            assert FicheVersion.objects.visible_to(actor_for(user)).exists(), account.email
        elif not user.is_superuser:
            assert Ingenierie.objects.visible_to(actor_for(user)).count() >= 5, account.email


def test_the_accounts_are_told_with_their_password():
    out = StringIO()
    call_command("demo_accounts", stdout=out)
    text = out.getvalue()
    assert PASSWORD in text
    assert "/lien/" in text
    for account in accounts.accounts():
        assert account.email in text
    assert max(len(line) for line in text.splitlines() if "http" not in line) <= 100


def test_budgets_show_scenarios_shares_by_dla_what_the_comites_saw_and_why_some_do_not_balance():
    slot = ingenierie("slot")
    assert [(s.nom, s.retenu) for s in slot.scenarios_budget.all()] == [
        ("Scénario 1", True),
        ("Sans la participation du C2RA", False),
    ]
    lu = summary.budget_of(slot.pk)
    apports = par_dla(lu, expected_organisations(slot), slot.pilote_id)
    assert [a.compte for a in apports] == [Decimal("2000.00")] * 5
    assert slot.versions_budget.count() == 6
    assert compare(read(slot.versions_budget.get(numero=1).data), lu)
    short = [e.texte for e in explain(summary.budget_of(ingenierie("aidants-loire").pk))]
    assert any("a accordé moins que demandé" in text for text in short)
    mixed = summary.budget_of(ingenierie("festivals-ecoconception").pk)
    assert mixed.balance.meles == 1
    for budget in Budget.objects.all():
        balance = summary.budget_of(budget.ingenierie_id).balance
        assert (budget.total_charges, budget.total_ressources) == (balance.charges, balance.ressources)


def test_every_directory_of_a_dla_has_a_structure_and_a_partner_to_make_one_and_a_partner_is_twice_in_an_ingenierie():
    from partners.directory.annuaire import PARTENAIRES
    from structures.annuaire.annuaire import STRUCTURES
    from structures.annuaire.models import ContactStructure

    in_one = 0
    for user in User.objects.filter(memberships__organisation__kind="dla", memberships__role="responsable").distinct():
        actor = actor_for(user)
        own = [p for p in PARTENAIRES.pairs(actor) if p.other.organisation_id == p.one.organisation_id]
        assert STRUCTURES.pairs(actor) and own, user.email
        assert ContactStructure.objects.filter(structure__organisation=actor.organisation).exists(), user.email
        in_one += sum(
            bool(set(p.one.projets.values_list("ingenierie")) & set(p.other.projets.values_list("ingenierie")))
            for p in own
        )
    assert in_one


def test_what_is_asked_now_waits_behind_nothing_of_the_past():
    asker = actor_for(User.objects.filter(is_superuser=True).first())
    assert Job.objects.due().exists()  # the documents of the past are still to be made
    mail = enqueue(outbox.SEND_JOB, {"mail": 0}, actor=asker)
    document = enqueue(PRINT_JOB, {"code": "x", "object_id": 0}, actor=asker)
    assert Job.objects.due().filter(lane=Lane.COURRIERS).first() == mail
    assert Job.objects.due().filter(lane=Lane.TRAVAUX).first() == document
    assert not OutboxMail.objects.filter(state=MailState.EN_ATTENTE).exists()
