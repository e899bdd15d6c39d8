"""A fiche and its versions: written by the prestataire, decided by the C2RA, published region by region."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from core.actor import Actor
from core.clock import months_after
from core.errors import ConditionsNotMet, EditConflict, InvalidInput, NotAllowed, StaleState
from core.models import Attachment, JournalEntry
from partners.portfolio.fiche import completeness
from partners.portfolio.fiche.models.fiche import FicheVersion
from partners.portfolio.fiche.permissions import can_read
from partners.portfolio.fiche.rubriques import RUBRIQUES
from partners.portfolio.fiche.services.blocs import add_intervenant, add_piece, note_reading, remove_intervenant
from partners.portfolio.fiche.services.inscription import SiretKnown, create_prestataire
from partners.portfolio.fiche.services.versions import (
    confirm_unchanged,
    open_remarks,
    start_version,
    submit,
    under_way,
    update_rubrique,
)
from partners.portfolio.prestataire.models import Membre, Prestataire
from partners.portfolio.prestataire.permissions import NOT_REFERENT, can_view, can_write, why_not_lead
from partners.portfolio.prestataire.services import answer_request, ask_to_join, end, join, set_role
from partners.portfolio.publication.models import Periode, Publication
from partners.portfolio.publication.retenue import may_be_retained, statuts
from partners.portfolio.publication.services import deactivate, publish_in_region
from partners.portfolio.relecture.services import add_remark, publish, refuse, send_back
from referentiels.models import Domaine, ThemeAccompagnement, TypeIntervention
from tests.core.upload_files import EXE, uploaded
from tests.factories import (
    DepartementFactory,
    OrganisationFactory,
    RegionFactory,
    UserFactory,
    actor_of,
    fill_fiche,
    member_actor,
    prestataire_of,
    published_prestataire,
    siret_of,
    submitted_fiche,
)

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("recette")


@pytest.fixture
def centre():
    return RegionFactory(centre=True)


@pytest.fixture
def bretagne():
    return RegionFactory(bretagne=True)


@pytest.fixture
def user():
    return UserFactory()


@pytest.fixture
def actor(user):
    return actor_of(user)


@pytest.fixture
def c2ra(centre):
    return member_actor(OrganisationFactory(c2ra=True, region=centre))


@pytest.fixture
def other_c2ra(bretagne):
    return member_actor(OrganisationFactory(c2ra=True, region=bretagne))


def draft(prestataire) -> FicheVersion:
    return under_way(prestataire)


# --- Reference lists --------------------------------------------------------------------------------------------------


def test_the_domains_are_the_four_axes_of_001_and_each_theme_has_its_type_de_prestation():
    assert [d.label for d in Domaine.objects.order_by("position")] == [
        "Développement de projets, stratégie, organisation",
        "Gestion financière",
        "Communication, partenariat",
        "Gestion des ressources humaines",
    ]
    labels = set(ThemeAccompagnement.objects.values_list("label", flat=True))
    assert {
        "Analyser la situation fiscale",
        "Analyser les indicateurs financiers",
        "Organiser la vie statutaire et l’animation de réseau",
        "Mettre en place une organisation fonctionnelle",
    } <= labels
    assert not ThemeAccompagnement.objects.filter(type_prestation__isnull=True).exists()
    assert TypeIntervention.objects.count() == 4


def test_the_five_rubrics_have_the_titles_of_002():
    assert [r.titre for r in RUBRIQUES] == [
        "Identité",
        "Caractéristiques",
        "Expériences dans le champ de l’accompagnement",
        "Ressources humaines",
        "Autres informations",
    ]


# --- Entering ---------------------------------------------------------------------------------------------------------


def test_who_inscribes_a_prestataire_is_its_referent_and_has_a_draft(centre, actor):
    prestataire = create_prestataire(actor=actor, siret=f" {siret_of(41)} ", name="Cabinet", region=centre)
    assert Membre.objects.get().is_referent
    assert draft(prestataire).raison_sociale == "Cabinet"


def test_a_wrong_siret_is_refused_and_a_known_one_leads_to_asking_its_referent(centre, actor):
    with pytest.raises(ValidationError, match="clé de contrôle"):
        create_prestataire(actor=actor, siret="12345678901234", name="X", region=centre)
    there = prestataire_of()
    with pytest.raises(SiretKnown) as refused:
        create_prestataire(actor=actor, siret=there.siret, name="Le même", region=centre)
    assert refused.value.prestataire == there
    asked = ask_to_join(there, actor=actor)
    assert ask_to_join(there, actor=actor) == asked
    # Until the référent answers, nothing opens.
    assert not FicheVersion.objects.visible_to(actor).exists()


def test_the_referent_answers_who_asks_to_join_and_nobody_else_does(user, actor):
    there = prestataire_of(user)
    newcomer, stranger = UserFactory(), actor_of(UserFactory())
    asked = ask_to_join(there, actor=actor_of(newcomer))
    prestataire_of(stranger.user, number=49)
    with pytest.raises(NotAllowed):
        answer_request(asked, True, actor=stranger)
    answer_request(asked, True, actor=actor)
    assert can_write(actor_of(newcomer), there)
    assert why_not_lead(actor_of(newcomer), there) == NOT_REFERENT
    with pytest.raises(StaleState):
        answer_request(asked, False, actor=actor)


def test_the_last_referent_names_another_before_leaving(user, actor):
    there = prestataire_of(user)
    mine = Membre.objects.get(user=user)
    colleague = join(there, UserFactory(), actor=actor)
    with pytest.raises(ConditionsNotMet, match="autre référent"):
        end(mine, actor=actor)
    set_role(colleague, "referent", actor=actor)
    end(mine, actor=actor)
    assert not can_write(actor_of(user), there)
    assert not Prestataire.objects.visible_to(actor_of(user)).exists()


# --- Writing ----------------------------------------------------------------------------------------------------------


def test_a_fiche_says_what_it_lacks_rubric_by_rubric_without_any_other_query(user, django_assert_num_queries):
    prestataire_of(user)
    with django_assert_num_queries(1):
        fiche = completeness.with_completeness(FicheVersion.objects.all()).get()
        lacking = completeness.missing(fiche)
        whole, parts = completeness.progress(lacking)
    assert ("caracteristiques", "departements") in {(m.rubrique.code, m.champ) for m in lacking}
    assert 0 < whole.percent < 20 and parts["ressources"].done == 0
    fiche = fill_fiche(FicheVersion.objects.get())
    assert completeness.missing(fiche) == []


def test_an_incomplete_fiche_is_not_sent_and_says_why(actor, user):
    fiche = draft(prestataire_of(user))
    with pytest.raises(ConditionsNotMet) as refused:
        submit(fiche, actor=actor, expected_state="brouillon")
    assert "Ressources humaines : un intervenant au moins" in refused.value.reasons


def test_two_colleagues_meet_in_the_same_field_and_nowhere_else(user, actor):
    fiche = draft(prestataire_of(user))
    shown = fiche.version
    update_rubrique(fiche, "experiences", {"methode": "La mienne"}, actor=actor, expected_version=shown)
    # Another rubric, another field of the same rubric saved alone: nobody meets.
    update_rubrique(fiche, "autres", {"frais": "Au réel"}, actor=actor, expected_version=shown)
    update_rubrique(fiche, "experiences", {"presentation": "Nous"}, actor=actor, expected_version=shown, only=True)
    with pytest.raises(EditConflict):
        update_rubrique(fiche, "experiences", {"methode": "La sienne"}, actor=actor, expected_version=shown, only=True)


def test_prices_in_disorder_and_a_foundation_in_the_future_are_refused(user, actor):
    fiche = draft(prestataire_of(user))
    update_rubrique(fiche, "autres", {"prix_min": 800}, actor=actor)
    with pytest.raises(InvalidInput, match="plus haut"):
        update_rubrique(fiche, "autres", {"prix_max": 700}, actor=actor)
    with pytest.raises(InvalidInput, match="futur"):
        update_rubrique(fiche, "caracteristiques", {"annee_creation": 2150}, actor=actor)
    with pytest.raises(InvalidInput):
        update_rubrique(fiche, "identite", {"prix_max": 700}, actor=actor)


def test_an_insurance_has_a_date_that_is_not_past_and_replaces_the_former(user, actor, clock_at):
    clock_at("2026-11-21 10:00")
    fiche = draft(prestataire_of(user))
    with pytest.raises(InvalidInput, match="jusqu’à quand"):
        add_piece(fiche, "assurance", uploaded("a.pdf"), actor=actor)
    with pytest.raises(InvalidInput, match="plus valable"):
        add_piece(fiche, "assurance", uploaded("a.pdf"), actor=actor, expire_le=dt.date(2026, 11, 20))
    with pytest.raises(InvalidInput):
        add_piece(fiche, "statuts", uploaded("kbis.pdf", EXE), actor=actor)
    add_piece(fiche, "assurance", uploaded("a.pdf"), actor=actor, expire_le=dt.date(2026, 12, 31))
    add_piece(fiche, "assurance", uploaded("b.pdf"), actor=actor, expire_le=dt.date(2027, 12, 31))
    fiche.refresh_from_db()
    assert fiche.pieces.count() == 1 and fiche.assurance_expire_le == dt.date(2027, 12, 31)
    assert Attachment.objects.present().count() == 1


def test_the_next_version_is_a_copy_and_the_published_one_never_changes(user, actor, c2ra):
    prestataire = published_prestataire(user)
    old = FicheVersion.objects.get()
    new = start_version(prestataire, actor=actor)
    assert new.numero == 2 and new.presentation == old.presentation and not new.charte
    assert new.references.count() == new.intervenants.count() == 1
    remove_intervenant(new.intervenants.get(), actor=actor)
    update_rubrique(new, "identite", {"raison_sociale": "Autre nom"}, actor=actor)
    prestataire.refresh_from_db()
    assert prestataire.name == old.raison_sociale
    # The CV is still that of the published version: its file stays.
    assert old.pieces.filter(nature="cv").get().fichier.removed_at is None
    with pytest.raises(NotAllowed, match="acceptée"):
        update_rubrique(old, "identite", {"sigle": "X"}, actor=actor)


# --- The decision of the C2RA -----------------------------------------------------------------------------------------


def test_the_c2ra_returns_with_remarks_then_publishes(user, actor, c2ra, centre):
    prestataire = prestataire_of(user)
    fiche = submitted_fiche(prestataire)
    with pytest.raises(ConditionsNotMet) as refused:
        send_back(fiche, actor=c2ra, expected_state="soumise")
    assert "remarque" in refused.value.reasons[0]
    add_remark(fiche, "experiences", "references", "Précisez les jours.", actor=c2ra)
    with pytest.raises(InvalidInput):
        add_remark(fiche, "experiences", "prix_min", "Mauvaise rubrique.", actor=c2ra)
    fiche = send_back(fiche, actor=c2ra, expected_state="soumise")
    assert [r.champ for r in open_remarks(fiche)] == ["references"]
    fiche = submit(fiche, actor=actor, expected_state="a_completer")
    fiche = publish(fiche, actor=c2ra, expected_state="soumise")
    assert fiche.state == "figee"
    assert may_be_retained(prestataire, centre).ok


def test_only_the_c2ra_of_the_home_region_decides(user, actor, c2ra, other_c2ra, centre):
    fiche = submitted_fiche(prestataire_of(user))
    dla = member_actor(OrganisationFactory(region=centre))
    reader = member_actor(c2ra.organisation, "lecture")
    for stranger in (other_c2ra, dla, reader, actor):
        with pytest.raises(NotAllowed):
            publish(fiche, actor=stranger, expected_state="soumise")
        with pytest.raises(NotAllowed):
            refuse(fiche, actor=stranger, reason="Non.", expected_state="soumise")
    with pytest.raises(InvalidInput, match="motif"):
        refuse(fiche, actor=c2ra, reason=" ", expected_state="soumise")


def test_each_region_decides_for_its_own(user, c2ra, other_c2ra, centre, bretagne):
    prestataire = prestataire_of(user)
    fiche = submitted_fiche(prestataire, regions=[bretagne])
    assert not FicheVersion.objects.visible_to(other_c2ra).exists()
    publish(fiche, actor=c2ra, expected_state="soumise")
    offered = Publication.objects.to_decide().get()
    assert offered.region == bretagne and FicheVersion.objects.visible_to(other_c2ra).exists()
    assert "attend encore" in may_be_retained(prestataire, bretagne).reason
    with pytest.raises(NotAllowed):
        publish_in_region(offered, actor=c2ra, expected_state="demandee")
    publish_in_region(offered, actor=other_c2ra, expected_state="demandee")
    assert may_be_retained(prestataire, bretagne).ok
    offered.refresh_from_db()
    deactivate(offered, actor=other_c2ra, reason="Plainte.", expected_state="publiee")
    assert not may_be_retained(prestataire, bretagne) and may_be_retained(prestataire, centre)


# --- Once a year ------------------------------------------------------------------------------------------------------


def test_a_published_fiche_is_to_be_updated_after_twelve_months_then_leaves_the_searches(user, c2ra, centre, clock_at):
    clock_at("2026-03-10 10:00")
    prestataire = published_prestataire(user)
    publication = Publication.objects.get()
    assert publication.statut() == "publiee" and publication.a_actualiser_le == dt.date(2027, 3, 10)
    clock_at("2027-03-09 23:59")
    assert may_be_retained(prestataire, centre).ok
    clock_at("2027-03-10 00:01")
    assert publication.statut() == "a_actualiser"
    refused = may_be_retained(prestataire, centre)
    assert not refused and "à actualiser depuis le 10 mars 2027" in refused.reason.replace("\u00a0", " ")
    # The decision of last month was right.
    assert may_be_retained(prestataire, centre, dt.date(2027, 2, 1)).ok
    assert Publication.objects.shown().exists() and not Publication.objects.current().exists()
    clock_at("2028-03-10 00:01")
    assert publication.statut() == "inactive" and not Publication.objects.shown().exists()


def test_saying_that_all_is_still_right_starts_another_year(user, actor, c2ra, centre, clock_at):
    clock_at("2026-03-10 10:00")
    prestataire = published_prestataire(user)
    clock_at("2026-08-01 10:00")
    fiche = confirm_unchanged(prestataire, actor=actor)
    assert fiche.numero == 2 and fiche.state == "soumise"
    # Meanwhile the former one is what one sees.
    assert may_be_retained(prestataire, centre).periode.fiche.numero == 1
    publish(fiche, actor=c2ra, expected_state="soumise")
    assert Publication.objects.get().a_actualiser_le == dt.date(2027, 8, 1)
    assert may_be_retained(prestataire, centre, dt.date(2026, 7, 1)).periode.fiche.numero == 1
    assert may_be_retained(prestataire, centre, dt.date(2026, 8, 1)).periode.fiche.numero == 2
    assert Periode.objects.filter(au__isnull=True).count() == 1


def test_an_expired_insurance_stops_the_yearly_confirmation_in_words(user, actor, clock_at):
    clock_at("2026-03-10 10:00")
    prestataire = published_prestataire(user)
    clock_at("2027-02-10 10:00")
    with pytest.raises(ConditionsNotMet) as refused:
        confirm_unchanged(prestataire, actor=actor)
    assert refused.value.reasons == ["Caractéristiques : une attestation d’assurance en cours de validité"]
    # The version begun stays, to be completed: what lacks has a place where to be mended.
    assert under_way(prestataire).numero == 2


def test_nobody_knows_yet_what_will_be_published_tomorrow(user, centre, clock_at):
    clock_at("2026-03-10 10:00")
    prestataire = published_prestataire(user)
    assert "futur" in may_be_retained(prestataire, centre, dt.date(2026, 3, 11)).reason
    assert "que depuis" in may_be_retained(prestataire, centre, dt.date(2026, 3, 9)).reason
    assert statuts([prestataire.pk, 0], centre)[0][0] == "absente"


def test_a_month_later_on_the_last_day_of_february():
    assert months_after(dt.date(2028, 2, 29), 12) == dt.date(2029, 2, 28)
    assert months_after(dt.date(2026, 12, 31), -12) == dt.date(2025, 12, 31)
    assert months_after(dt.date(2026, 12, 15), 1) == dt.date(2027, 1, 15)


# --- Who reads what ---------------------------------------------------------------------------------------------------


def test_the_staff_reads_what_is_published_and_the_competitor_nothing(user, c2ra, other_c2ra, centre):
    competitor = actor_of(UserFactory())
    prestataire_of(competitor.user, number=48)
    prestataire = published_prestataire(user)
    published = FicheVersion.objects.get(prestataire=prestataire)
    start_version(prestataire, actor=actor_of(user))
    dla = member_actor(OrganisationFactory(region=centre, departements=[DepartementFactory(loiret=True)]))
    cnar = member_actor(OrganisationFactory(cnar=True))
    for reader in (dla, c2ra, other_c2ra, cnar):
        assert set(FicheVersion.objects.visible_to(reader).filter(prestataire=prestataire)) == {published}
        assert can_read(reader, published) and can_view(reader, prestataire)
    assert not FicheVersion.objects.visible_to(competitor).filter(prestataire=prestataire).exists()
    assert not can_view(competitor, prestataire)
    for nobody in (Actor.anonymous(), actor_of(UserFactory())):
        assert not FicheVersion.objects.visible_to(nobody).exists()
        assert not Prestataire.objects.visible_to(nobody).exists()


def test_who_opens_a_cv_is_journaled_except_its_own_people(user, actor, c2ra):
    published_prestataire(user)
    cv = FicheVersion.objects.get().pieces.get(nature="cv")
    note_reading(cv, actor=actor)
    assert not JournalEntry.objects.filter(verb="portfolio.cv_lu").exists()
    note_reading(cv, actor=c2ra)
    entry = JournalEntry.objects.get(verb="portfolio.cv_lu")
    assert entry.actor_user_id == c2ra.user_id and "Intervenante" not in str(entry.object_label)


def test_the_journal_keeps_personal_fields_out(user, actor):
    fiche = draft(prestataire_of(user))
    update_rubrique(fiche, "identite", {"contact_name": "Nom Secret", "sigle": "SGL"}, actor=actor)
    add_intervenant(fiche, {"nom": "Nom Secret"}, actor=actor)
    entry = JournalEntry.objects.get(verb="portfolio.rubrique")
    assert entry.changes == {"contact_name": None, "sigle": ["", "SGL"]}
    assert not any("Secret" in f"{e.changes}{e.object_label}" for e in JournalEntry.objects.all())
