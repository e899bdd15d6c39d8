"""The convention of a mission: written from the dossier, complete before it is signed, frozen once it is."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db.models import QuerySet
from django.urls import reverse

from consultations.choix import projet
from consultations.choix.avis import record_avis
from consultations.choix.models import ChoixPrestataire, VersionProjet
from consultations.choix.registry import PROJET_FIGE
from consultations.choix.services import take_back
from core import clock
from core.canonical import canonical
from core.errors import ConditionsNotMet, EditConflict, InvalidInput, NotAllowed, StaleState
from core.models import FrozenError, Job, JournalEntry
from core.uploads import KEPT_FOR_GOOD, detach
from engagement.budget.services.conventions import add_convention
from engagement.budget.services.lignes import add_charge, add_ressource
from engagement.budget.summary import budget_of
from missions.conventions import content as contents
from missions.conventions import facts
from missions.conventions.completude import a_relire, manques
from missions.conventions.documents import blocks_of
from missions.conventions.enums import RolePartie
from missions.conventions.models import Convention, EtapeConvention, PaiementPrevu, Partie
from missions.conventions.prefill import pieces_of, projet_annexe
from missions.conventions.services import conventions
from missions.conventions.services.actes import current_acte, perform_action
from missions.conventions.services.budget import to_budget
from projects.cycle import gates
from projects.cycle.services import attest
from projects.evidence import evidence_for
from projects.tabs import TABS
from tests.factories import OrganisationFactory, actor_of, member
from tests.missions import mission
from tests.missions.mission import SYSTEM, fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def dla():
    return OrganisationFactory(structure_porteuse="Fédération des acteurs", email="dla@example.org")


@pytest.fixture
def user(dla):
    return member(dla)


@pytest.fixture
def actor(user):
    return actor_of(user)


@pytest.fixture
def dossier(dla):
    return mission.dossier(dla)


def plain(answer):
    return answer.content.decode().replace("\xa0", " ").replace("\u202f", " ")


def condition(ingenierie):
    return next(c for c in gates.conditions_of(ingenierie) if c.definition.code == "convention")


def labels(convention):
    return [manque.label for manque in manques(convention)]


# --- From the dossier -----------------------------------------------------------------------------------------------


def test_it_begins_with_all_that_the_dossier_knows(dossier, dla, client_for):
    add_ressource(dossier, {"nature": "autres", "financeur": "Département", "obtenu": "3000.00"}, actor=SYSTEM)
    version = mission.diffused(dossier)
    choix = mission.chosen(dossier)
    convention = conventions.begin(choix, actor=SYSTEM)
    assert convention.reference == "CONV-2026-0001" and convention.version_cahier == version
    assert "Atelier des possibles" in convention.objet
    # The budget's price, the period of the dossier, the calendar of the cahier.
    assert (convention.prix, convention.prix_ttc, convention.prix_ht) == (
        Decimal("15000.00"),
        Decimal("15000.00"),
        None,
    )
    assert convention.debut == dossier.date_debut and "Restitution : 22" in convention.calendrier
    assert convention.propriete and convention.donnees and convention.evaluation and convention.modifications
    rows = {row.role: row for row in convention.parties.all()}
    assert rows[RolePartie.DLA].nom == f"Fédération des acteurs, pour {dla.name}"
    assert rows[RolePartie.DLA].email == "dla@example.org"
    assert rows[RolePartie.PRESTATAIRE].siret == choix.prestataire.siret
    funder = rows[RolePartie.COFINANCEUR]
    assert (funder.nom, funder.apport, funder.signe) == ("Département", Decimal("3000.00"), False)
    # What it says of the co-funders is proposed to their own convention in the budget, until one quotes it.
    page = reverse("engagement:convention_ajouter", args=[dossier.pk])
    form = client_for(member(dla)).get(page).context["form"]
    assert (form["reference"].value(), form["montant"].value()) == ("CONV-2026-0001", "3\u202f000,00")
    assert form["objet"].value() == convention.objet
    add_convention(dossier, {"reference": "conv-2026-0001", "cofinanceurs": "Département"}, actor=SYSTEM)
    assert facts.for_cofunders(dossier) == {}


def test_one_per_mission_and_phase_and_never_for_who_is_not_retained(dossier):
    mission.diffused(dossier)
    choix = mission.chosen(dossier)
    conventions.begin(choix, actor=SYSTEM)
    with pytest.raises(InvalidInput, match="autre phase"):
        conventions.begin(choix, actor=SYSTEM)
    second = conventions.begin(choix, actor=SYSTEM, phase="2")
    assert second.reference == "CONV-2026-0002" and second.titre == "CONV-2026-0002, phase 2"
    with pytest.raises(InvalidInput, match="autre phase"):
        conventions.begin(choix, actor=SYSTEM, phase=" 2 ")
    take_back(choix, actor=SYSTEM, reason="Il a renoncé.")
    with pytest.raises(InvalidInput, match="plus retenu"):
        conventions.begin(choix, actor=SYSTEM, phase="3")
    assert Convention.objects.count() == 2


def test_who_contributes_writes_it_who_is_elsewhere_does_not(dossier, dla, actor):
    convention = mission.begun(dossier)
    conventions.write(convention, {"objet": "Accompagner."}, actor=actor)
    for stranger in (member(OrganisationFactory()), member(dla, "lecture")):
        with pytest.raises(NotAllowed):
            conventions.write(convention, {"objet": "Pris."}, actor=actor_of(stranger))
        with pytest.raises(NotAllowed):
            conventions.add_ligne(convention, EtapeConvention, {"intitule": "X"}, actor=actor_of(stranger))
    assert fresh(convention).objet == "Accompagner."


def test_two_people_on_the_same_part_are_told_on_two_parts_they_are_not(dossier, actor):
    convention = mission.begun(dossier)
    conventions.write(convention, {"objet": "Un"}, actor=actor, expected_version=1)
    conventions.write(convention, {"jours": Decimal("3")}, actor=actor, expected_version=1)
    with pytest.raises(EditConflict):
        conventions.write(convention, {"objet": "Deux"}, actor=actor, expected_version=1)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"jours": Decimal("2"), "jours_individuels": Decimal("3")}, "plus de jours individuels"),
        ({"jours": Decimal("2"), "jours_hors_site": Decimal("3")}, "plus de jours hors site"),
        ({"jours": Decimal("1.3")}, "demi-journées"),
        ({"prix": Decimal("0")}, "supérieur à zéro"),
        ({"reference": ""}, "Référence"),
    ],
)
def test_what_cannot_be_is_refused_in_words(dossier, values, words):
    convention = mission.begun(dossier)
    with pytest.raises(InvalidInput, match=words):
        conventions.write(convention, values, actor=SYSTEM)


# --- Complete -------------------------------------------------------------------------------------------------------


def test_each_thing_that_is_missing_has_its_name_and_the_payments_make_the_price_to_the_cent(dossier):
    convention = mission.begun(dossier)
    told = labels(convention)
    assert "les étapes de la mission" in told and "le taux de TVA, même nul" in told
    assert "le projet retenu, annexé à la convention" in told
    assert any("qui signe pour Fédération" in label for label in told)
    with pytest.raises(ConditionsNotMet):
        perform_action(convention, "mettre_a_signer", actor=SYSTEM, expected_state="projet")
    convention = mission.complete(dossier, phase="2")
    assert convention.montants.ttc == Decimal("12000.01") and not labels(convention)
    last = convention.paiements.last()
    last.convention = convention
    conventions.update_ligne(last, {"montant": Decimal("8000.00")}, actor=SYSTEM)
    assert any("0,01" in label and "12" in label for label in labels(convention))
    conventions.update_ligne(last, {"montant": Decimal("8000.02")}, actor=SYSTEM)
    assert any("de trop" in label for label in labels(convention))


def test_what_differs_from_elsewhere_is_said_and_blocks_nothing(dossier):
    convention = mission.complete(dossier)
    conventions.write(convention, {"jours": Decimal("9")}, actor=SYSTEM)
    convention = fresh(convention)
    assert any("Les étapes font ensemble 6" in text for text in a_relire(convention))
    assert any("Le cahier des charges demandait" in text for text in a_relire(convention))
    perform_action(convention, "mettre_a_signer", actor=SYSTEM, expected_state="projet")


# --- Frozen ---------------------------------------------------------------------------------------------------------


def test_to_be_signed_it_is_frozen_and_its_pdf_is_asked_for_once(dossier, actor):
    convention = mission.complete(dossier)
    other = actor_of(member(OrganisationFactory()))
    with pytest.raises(NotAllowed):
        perform_action(convention, "mettre_a_signer", actor=other, expected_state="projet")
    done = perform_action(convention, "mettre_a_signer", actor=actor, expected_state="projet")
    with pytest.raises(StaleState):
        perform_action(convention, "mettre_a_signer", actor=actor, expected_state="projet")
    acte = current_acte(fresh(done))
    assert acte.is_intact and acte.data["prix"] == {
        "ht": "10000.01",
        "tva": "2000.00",
        "ttc": "12000.01",
        "taux": "20.00",
    }
    assert acte.data["cahier"]["sha256"] == convention.version_cahier.empreinte
    assert acte.data["projet"]["sha256"] == pieces_of(convention, "projet").get().sha256
    assert [e["intitule"] for e in acte.data["etapes"]] == ["État des lieux", "Atelier"]
    assert Job.objects.filter(key=f"convention-acte-{acte.pk}").count() == 1
    assert sorted(acte.signataires.values_list("organisation", flat=True)) == sorted(
        Partie.objects.filter(convention=convention, signe=True).values_list("nom", flat=True)
    )
    acte.contenu = "{}"
    with pytest.raises(FrozenError):
        acte.save()
    convention = fresh(convention)
    for refused in (
        lambda: conventions.write(convention, {"objet": "Autre"}, actor=actor),
        lambda: conventions.add_ligne(convention, PaiementPrevu, {"libelle": "X", "montant": 1}, actor=actor),
        lambda: conventions.remove_ligne(convention.etapes.first(), actor=actor),
        lambda: conventions.withdraw(convention, actor=actor),
        lambda: detach(pieces_of(convention, "projet").get(), actor=actor),
    ):
        with pytest.raises(NotAllowed):
            refused()
    piece = pieces_of(convention, "projet").get().pk
    assert KEPT_FOR_GOOD.get("annexes et copies des conventions")([piece]) == {piece}


def test_a_draft_that_nobody_saw_is_taken_out_and_the_journal_keeps_it(dossier, actor):
    convention = mission.begun(dossier)
    conventions.withdraw(convention, actor=actor)
    assert not Convention.objects.exists()
    assert JournalEntry.objects.filter(verb="missions.convention_retiree").exists()
    again = mission.complete(dossier)
    acte = mission.to_sign(again)
    back = perform_action(fresh(again), "reprendre", actor=actor, expected_state="a_signer", reason="Une erreur.")
    with pytest.raises(InvalidInput, match="reste au dossier"):
        conventions.withdraw(fresh(back), actor=actor)
    assert not acte.__class__.objects.get(pk=acte.pk).est_le_dernier


# --- What the rest of the dossier reads -----------------------------------------------------------------------------


def test_the_gate_opens_on_it_and_takes_no_word_for_it(dossier, actor):
    assert condition(dossier).detail == "pas encore commencée" and not condition(dossier).attestable
    with pytest.raises(InvalidInput, match="ne s’atteste pas"):
        attest(dossier, "convention", actor=actor, date=dossier.date_debut, text="Signée.")
    acte = mission.to_sign(mission.complete(dossier))
    found = condition(dossier)
    assert not found.ok and found.detail == "CONV-2026-0001 : à signer"
    mission.signed(acte)
    assert condition(dossier).ok and condition(dossier).detail.startswith("CONV-2026-0001, signée le 20")
    # A second prestataire has its own convention to sign; one whose choice is taken back counts no more.
    second = mission.chosen(dossier, "Second cabinet")
    assert not condition(dossier).ok
    take_back(second, actor=SYSTEM, reason="Il a renoncé.")
    assert condition(dossier).ok
    take_back(acte.convention.choix, actor=SYSTEM, reason="Il a renoncé.")
    assert not condition(dossier).ok


def test_the_stages_go_to_the_mission_once_it_is_signed(dossier):
    acte = mission.to_sign(mission.complete(dossier))
    assert conventions.etapes_of(fresh(acte.convention)) == []
    convention = mission.signed(acte)
    assert [e.intitule for e in conventions.etapes_of(convention)] == ["État des lieux", "Atelier"]


def test_the_budget_says_where_it_differs_and_takes_the_price_in_one_click(dossier, actor, user, client_for):
    convention = mission.complete(dossier)
    page = plain(client_for(user).get(reverse("engagement:budget", args=[dossier.pk])))
    assert "la convention CONV-2026-0001 en fixe le prix" in page
    to_budget(convention, actor=actor)
    (line,) = budget_of(dossier.pk).charges
    assert (line.montant, line.base, line.taux_tva, line.libelle) == (
        Decimal("10000.01"), "ht", Decimal("20.00"), "Prestations",
    )  # fmt: skip
    page = plain(client_for(user).get(reverse("engagement:budget", args=[dossier.pk])))
    assert "en fixe le prix" not in page
    add_charge(dossier, {"libelle": "Autre", "montant": "1.00"}, actor=SYSTEM)
    with pytest.raises(InvalidInput, match="plusieurs lignes"):
        to_budget(convention, actor=actor)


# --- Pages ----------------------------------------------------------------------------------------------------------


def test_one_begins_completes_and_reads_it_in_the_pages(dossier, user, client_for):
    mission.diffused(dossier)
    client = client_for(user)
    tab = reverse(TABS.get("conventions").route, args=[dossier.pk])
    assert "une fois le prestataire retenu" in client.get(tab).content.decode()
    choix = mission.chosen(dossier)
    begin = reverse("missions:commencer", args=[dossier.pk])
    posted = {"choix": str(choix.pk), "phase": ""}
    client.get(begin)
    assert client.post(begin, posted).status_code == 302
    again = client.post(begin, posted)
    assert again.status_code == 422 and "autre phase" in again.content.decode()
    convention = Convention.objects.get()
    page = client.get(tab, follow=True).content.decode()
    assert "Les étapes de la mission" in page and "pas encore possible" in page

    def url(name, *more):
        return reverse(f"missions:{name}", args=[dossier.pk, convention.pk, *more])

    client.get(url("convention_section", "prix"))
    values = {"prix": "1 000,01", "base": "ht", "taux_tva": "20.00", "version": str(fresh(convention).version)}
    assert client.post(url("convention_section", "prix"), values).status_code == 302
    assert "1 200,01 € TTC" in client.get(url("convention")).content.decode().replace("\xa0", " ").replace(
        "\u202f", " "
    )
    added = {"ordre": "1", "intitule": "<b>Atelier</b>", "duree": "2"}
    assert client.post(url("ligne_ajouter", "etapes"), added).status_code == 302
    page = client.get(url("convention")).content.decode()
    assert "&lt;b&gt;Atelier&lt;/b&gt;" in page
    # What is left to place is proposed; another convention's row is not there.
    assert "1 200,01" in plain(client.get(url("ligne_ajouter", "paiements")))
    assert client.get(url("ligne_ajouter", "autre")).status_code == 404
    other = mission.begun(dossier, phase="2").parties.first()
    assert client.get(url("ligne", "parties", other.pk)).status_code == 404
    stale = {"action": "mettre_a_signer", "expected_state": "projet", "version": str(fresh(convention).version)}
    refused = client.post(url("convention_action"), stale)
    assert refused.status_code == 409 and "Il manque" in refused.content.decode()
    assert "phase 2" in client.get(tab).content.decode()


def test_the_individual_action_of_the_demarche_shows_it(dla):
    from tests.factories import individuelle_of

    ingenierie = individuelle_of(dla)
    assert "confirmer.choix.convention" not in evidence_for(ingenierie)


def test_the_validated_project_gives_its_stages_its_price_and_is_annexed_without_a_file(dossier, actor):
    mission.diffused(dossier)
    choix = mission.chosen(dossier)
    contenu = {
        "etapes": [
            {"intitule": "Entendre", "duree": "1.5", "par_qui": "Sam", "avec_qui": "les bureaux", "comment": "",
             "debut": "2027-03-01", "fin": "en mars"},
            {"intitule": "Restituer", "duree": "2", "productions": "Un rapport"},
        ],
        "jours_site": "3", "jours_hors_site": "0.5", "prix_ht": "2500.05", "tva": "20", "prix_ttc": "3000.06",
        "justification_prix": "Frais compris.", "calendrier": "De mars à mai.",
    }  # fmt: skip
    version = VersionProjet(choix=choix, numero=2, cote="dla", contenu=canonical(contenu), par="Le DLA")
    version.save()
    ChoixPrestataire.objects.filter(pk=choix.pk).update(projet=version, projet_valide_at=clock.now())
    choix = ChoixPrestataire.objects.get(pk=choix.pk)
    convention = conventions.begin(choix, actor=actor)
    assert [(e.intitule, e.duree) for e in convention.etapes.all()] == [
        ("Entendre", Decimal("1.5")), ("Restituer", Decimal("2.0")),
    ]  # fmt: skip
    first = convention.etapes.first()
    assert first.realisation == "Par : Sam\nAvec : les bureaux" and first.fin is None
    assert (convention.prix, convention.base, convention.taux_tva) == (Decimal("2500.05"), "ht", Decimal("20.00"))
    assert (convention.jours, convention.jours_hors_site) == (Decimal("3.5"), Decimal("0.5"))
    assert convention.calendrier == "De mars à mai." and convention.prix_precisions == "Frais compris."
    found = projet_annexe(convention)
    assert "version 2" in found.libelle and found.sha256 == version.empreinte
    assert "le projet retenu, annexé à la convention" not in labels(convention)
    assert not any(why(choix) for why in PROJET_FIGE)
    Convention.objects.filter(pk=convention.pk).delete()
    mission.to_sign(mission.complete(dossier, phase="2"))
    assert any("ne change plus" in why(choix) for why in PROJET_FIGE)


def test_the_project_validated_by_the_structures_is_annexed_whole_and_does_not_change_under_the_convention(dla):
    ingenierie = mission.dossier(dla)
    mission.diffused(ingenierie)
    choix = mission.chosen(ingenierie)
    choix.ingenierie = ingenierie
    etapes = [{"intitule": "Cinq modules", "duree": "15"}]
    projet.write_section(choix, "etapes", {"etapes": etapes}, actor=SYSTEM)
    projet.write_section(choix, "prix", {"prix_ttc": "9800.00", "tva": "20.00"}, actor=SYSTEM, expected=1)
    assert projet_annexe(conventions.begin(choix, actor=SYSTEM, phase="0")) is None  # not validated yet
    said = {"sens": "valide", "date": clock.today(), "mode": "reunion", "qui": "Les structures"}
    record_avis(choix, None, said, actor=SYSTEM)
    choix.refresh_from_db()
    convention = conventions.begin(choix, actor=SYSTEM)
    assert (convention.prix_ttc, convention.etapes.get().intitule) == (Decimal("9800.00"), "Cinq modules")
    annexed = contents.build(convention)["projet"]
    assert (annexed["numero"], annexed["sha256"]) == (2, choix.projet.empreinte)
    assert "Annexe : le projet retenu" in [getattr(b, "text", "") for b in blocks_of(contents.build(convention))]
    assert projet.why_frozen(choix) == ""
    QuerySet(Convention).filter(pk=convention.pk).update(state="a_signer")
    assert "il ne change plus" in projet.why_frozen(choix)
