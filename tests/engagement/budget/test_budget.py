"""The budget: exact, balanced or not at every moment, never overwritten."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from core import journal
from core.errors import ConditionsNotMet, EditConflict, InvalidInput, NotAllowed, StaleState
from engagement.budget import summary
from engagement.budget.models import Budget, LigneCharge, LigneRessource, ScenarioBudget, ValorisationTemps
from engagement.budget.services.budget import confirm_budget, unconfirm_budget, update_budget
from engagement.budget.services.lignes import add_charge, add_ressource, add_valorisation, update_ligne
from engagement.partenaires.services import add_partenaire
from tests.engagement.conftest import text, url
from tests.marks import mark_of

pytestmark = pytest.mark.django_db


def charge(client, ingenierie, version=0, **values):
    data = {"nature": "realisation", "libelle": "Prestataire", "montant": "1 000,00", **values, "version": version}
    return client.post(
        url("ligne_ajouter", ingenierie, "charges"), {f"charges-{name}": value for name, value in data.items()}
    )


def ressource(client, ingenierie, version=0, **values):
    data = {"nature": "credits_dla", "demande": "1000", **values, "version": version}
    return client.post(
        url("ligne_ajouter", ingenierie, "ressources"), {f"ressources-{name}": value for name, value in data.items()}
    )


def page(client, ingenierie) -> str:
    return text(client.get(url("budget", ingenierie)))


def test_the_balance_is_said_in_words_at_every_moment(client, ingenierie):
    assert "Le budget est vide." in page(client, ingenierie)
    assert charge(client, ingenierie).status_code == 302
    assert "Il manque 1 000,00 € de ressources." in page(client, ingenierie)
    assert ressource(client, ingenierie, version=1, demande="650").status_code == 302
    assert "Il manque 350,00 € de ressources." in page(client, ingenierie)
    assert ressource(client, ingenierie, version=2, nature="c2ra", financeur="C2RA", demande="350").status_code == 302
    assert "Le budget est équilibré à 1 000,00 €." in page(client, ingenierie)
    surplus = ressource(client, ingenierie, version=3, nature="autres", financeur="Fondation", demande="0,01")
    assert surplus.status_code == 302
    assert "Les ressources dépassent les charges de 0,01 €." in page(client, ingenierie)


def test_what_is_obtained_counts_instead_of_what_was_asked_and_a_refusal_counts_for_nothing(ingenierie, actor):
    add_charge(ingenierie, {"libelle": "Prestataire", "montant": "1000.00"}, actor=actor)
    line = add_ressource(ingenierie, {"nature": "credits_dla", "demande": "1000.00"}, actor=actor)
    assert summary.budget_of(ingenierie.pk).balance.equilibre
    update_ligne(line, {"obtenu": Decimal("800.00")}, actor=actor, expected_version=None)
    assert summary.budget_of(ingenierie.pk).balance.phrase == "Il manque 200,00\u00a0€ de ressources."
    update_ligne(line, {"obtenu": Decimal("0.00")}, actor=actor, expected_version=None)
    lu = summary.budget_of(ingenierie.pk)
    assert lu.balance.ecart == Decimal("-1000.00")
    assert (lu.total_demande, lu.total_obtenu) == (Decimal("1000.00"), Decimal("0.00"))


def test_thirty_times_ten_cents_make_three_euros_exactly(ingenierie, actor):
    for n in range(30):
        add_charge(ingenierie, {"libelle": f"Copie {n}", "montant": "0.10"}, actor=actor)
    add_ressource(ingenierie, {"nature": "credits_dla", "demande": "3.00"}, actor=actor)
    balance = summary.budget_of(ingenierie.pk).balance
    assert (balance.charges, balance.equilibre) == (Decimal("3.00"), True)


WRONG = [
    "-5",
    "0",
    "0,00",
    "1,234",
    "12345678901,00",
    "99999999999999999999",
    "abc",
    "",
    "1.2.3",
    "NaN",
    "Infinity",
    "1e3",
]


@pytest.mark.parametrize("montant", WRONG)
def test_a_wrong_amount_is_refused_with_words_and_nothing_is_written(client, ingenierie, montant):
    answer = charge(client, ingenierie, montant=montant)
    assert answer.status_code == 422
    assert "À corriger avant d’enregistrer" in text(answer)
    assert not LigneCharge.objects.exists() and not Budget.objects.exists()


@pytest.mark.parametrize("values", [{"demande": "-1"}, {"obtenu": "-0,01"}, {"demande": "1,005"}, {"demande": ""}])
def test_a_wrong_funding_is_refused_with_words(client, ingenierie, values):
    answer = ressource(client, ingenierie, **values)
    assert answer.status_code == 422 and "À corriger" in text(answer)
    assert not LigneRessource.objects.exists()


@pytest.mark.parametrize("montant", ["-5.00", "0.00", "1.234", "12345678901.00", "abc"])
def test_the_service_refuses_what_the_form_refuses(ingenierie, actor, montant):
    with pytest.raises(InvalidInput):
        add_charge(ingenierie, {"libelle": "Prestataire", "montant": montant}, actor=actor)
    assert not LigneCharge.objects.exists()


def test_the_database_refuses_a_negative_amount_too(ingenierie):
    where = {"ingenierie": ingenierie, "scenario": ScenarioBudget.objects.create(ingenierie=ingenierie, nom="Un")}
    for row in (
        LigneCharge(**where, libelle="X", montant=Decimal("-1")),
        LigneCharge(**where, libelle="X", montant=Decimal("1"), taux_tva=Decimal("-1")),
        LigneRessource(**where, demande=Decimal("-1")),
        LigneRessource(**where, obtenu=Decimal("-1")),
        LigneRessource(**where, obtenu=Decimal("1"), verse=Decimal("2")),
        LigneRessource(**where, demande=Decimal("1"), verse=Decimal("1")),
        LigneRessource(**where),
        ValorisationTemps(**where, qui="X", jours=Decimal("0")),
        ValorisationTemps(**where, qui="X", jours=Decimal("1"), taux_jour=Decimal("0")),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save()


def test_amounts_are_typed_the_french_way_with_spaces_comma_and_euro_sign(client, ingenierie):
    charge(client, ingenierie, montant="23\u202f824,32 €")
    assert LigneCharge.objects.get().montant == Decimal("23824.32")


def test_a_quantity_goes_with_its_unit(client, ingenierie):
    assert charge(client, ingenierie, quantite="3").status_code == 422
    assert charge(client, ingenierie, unite="jour").status_code == 422
    assert charge(client, ingenierie, quantite="9,5", unite="jour", phase="1").status_code == 302
    assert "phase 1 · 9,5 jours" in page(client, ingenierie)


def test_a_funding_other_than_dla_credits_says_who_pays(client, ingenierie):
    answer = ressource(client, ingenierie, nature="etat")
    assert answer.status_code == 422 and "Dites qui finance" in text(answer)


def test_a_partner_of_the_project_funds_a_line(client, ingenierie, actor, partenaire):
    row = add_partenaire(ingenierie, partenaire, actor=actor)
    assert ressource(client, ingenierie, nature="collectivites_ponctuel", partenaire=row.pk).status_code == 302
    line = LigneRessource.objects.get()
    assert (line.partenaire, line.financeur, line.nom) == (row, "", "Conseil départemental")
    assert "Conseil départemental" in page(client, ingenierie)


def test_a_partner_of_another_ingenierie_cannot_fund_here(client, ingenierie, world, partenaire):
    far = add_partenaire(world.other, partenaire, actor=world.actor("voisin"))
    for raw in (far.pk, 999_999, "abc"):
        answer = ressource(client, ingenierie, nature="collectivites_ponctuel", partenaire=raw)
        assert answer.status_code == 404
    with pytest.raises(InvalidInput):
        add_ressource(ingenierie, {"nature": "etat", "partenaire": far, "demande": "1.00"}, actor=world.actor("pilote"))
    assert not LigneRessource.objects.exists()


def test_a_line_opens_in_a_form_is_changed_and_taken_out(client, ingenierie):
    charge(client, ingenierie)
    line = LigneCharge.objects.get()
    opened = text(client.get(url("budget", ingenierie), {"modifier": f"charges-{line.pk}"}))
    assert "Modifier « Prestataire »" in opened and 'value="1 000,00"' in opened
    data = {"charges-nature": "suivi", "charges-libelle": "Suivi", "charges-montant": "250", "charges-version": 1}
    assert client.post(url("ligne", ingenierie, "charges", line.pk), data).status_code == 302
    line.refresh_from_db()
    assert (line.libelle, line.montant, Budget.objects.get().version) == ("Suivi", 250, 2)
    path = url("ligne_retirer", ingenierie, "charges", line.pk)
    assert client.post(path, {"version": 2}).status_code == 302
    assert not LigneCharge.objects.exists()
    assert journal.entries_for(ingenierie).first().changes["montant"] == ["250.00", None]


def test_nonsense_in_the_address_of_the_page_is_harmless(client, ingenierie):
    for raw in ("charges-", "charges-abc", "autre-1", "-", "charges-" + "9" * 30):
        assert client.get(url("budget", ingenierie), {"modifier": raw}).status_code == 200
    assert client.get(url("budget", ingenierie), {"modifier": "charges-999999"}).status_code == 404


def test_two_people_on_the_budget_the_second_is_told_and_keeps_what_was_typed(as_, ingenierie, world):
    assert charge(as_("associe"), ingenierie, libelle="Animation").status_code == 302
    answer = charge(as_("pilote"), ingenierie, libelle="Location de salle")
    shown = text(answer)
    assert answer.status_code == 409
    assert "Alix Associé" in shown and "a ajouté une ligne au budget" in shown
    assert 'value="Location de salle"' in shown and 'name="charges-version" value="1"' in shown
    assert [c.libelle for c in LigneCharge.objects.all()] == ["Animation"]


def test_a_double_click_adds_a_line_once_and_says_so(client, ingenierie):
    address = url("ligne_ajouter", ingenierie, "charges")
    sent = {
        "charges-nature": "realisation",
        "charges-libelle": "Prestataire",
        "charges-montant": "1000",
        "charges-version": 0,
        **mark_of(client, url("budget", ingenierie)),
    }
    assert client.post(address, sent).status_code == 302
    assert "n’a compté qu’une fois" in text(client.post(address, sent, follow=True))
    assert LigneCharge.objects.count() == 1


def test_two_people_on_one_line_the_other_value_is_shown_beside(as_, ingenierie, world):
    line = add_charge(ingenierie, {"libelle": "Prestataire", "montant": "1000.00"}, actor=world.actor("pilote"))
    update_ligne(line, {"libelle": "Cabinet"}, actor=world.actor("associe"), expected_version=1)
    data = {
        "charges-nature": "realisation",
        "charges-libelle": "Prestataire",
        "charges-montant": "1200",
        "charges-version": 1,
    }
    answer = as_("pilote").post(url("ligne", ingenierie, "charges", line.pk), data)
    shown = text(answer)
    assert answer.status_code == 409 and "Alix Associé" in shown
    assert 'value="1200"' in shown and "1 000" in shown
    # What she had left as it was takes the other's words.
    assert 'value="Cabinet"' in shown
    line.refresh_from_db()
    assert (line.libelle, line.montant) == ("Cabinet", 1000)


def test_a_stale_or_versionless_button_is_refused(client, ingenierie, actor):
    line = add_charge(ingenierie, {"libelle": "Prestataire", "montant": "10.00"}, actor=actor)
    add_ressource(ingenierie, {"nature": "credits_dla", "demande": "10.00"}, actor=actor)
    for path in (
        url("ligne_retirer", ingenierie, "charges", line.pk),
        url("budget_confirmer", ingenierie),
        url("budget_revenir", ingenierie),
    ):
        assert client.post(path, {"version": 1}).status_code == 409
        assert client.post(path, {"version": "x"}).status_code == 422
    assert LigneCharge.objects.count() == 1 and Budget.objects.get().confirme_le is None


def test_a_balanced_budget_is_confirmed_by_the_pilot_and_a_change_takes_it_back(as_, client, ingenierie, world):
    add_charge(ingenierie, {"libelle": "Prestataire", "montant": "10.00"}, actor=world.actor("pilote"))
    refused = client.post(url("budget_confirmer", ingenierie), {"version": 1})
    assert refused.status_code == 409 and "Seul un budget équilibré se confirme" in text(refused)
    add_ressource(ingenierie, {"nature": "credits_dla", "demande": "10.00"}, actor=world.actor("pilote"))
    associe = as_("associe").post(url("budget_confirmer", ingenierie), {"version": 2})
    assert associe.status_code == 403 and "revient au pilote" in text(associe)
    assert client.post(url("budget_confirmer", ingenierie), {"version": 2}).status_code == 302
    budget = Budget.objects.get()
    assert (budget.confirme_par, budget.version) == ("Camille Pilote", 3)
    update_budget(ingenierie, {"commentaire": "Relu."}, actor=world.actor("associe"))
    budget.refresh_from_db()
    assert budget.confirme_le is None
    assert "à confirmer de nouveau" in journal.entries_for(ingenierie).get(verb="engagement.budget_deconfirme").reason


def test_confirming_twice_confirms_once_and_may_be_taken_back(ingenierie, actor, world):
    add_charge(ingenierie, {"libelle": "Prestataire", "montant": "10.00"}, actor=actor)
    add_ressource(ingenierie, {"nature": "credits_dla", "demande": "10.00"}, actor=actor)
    confirm_budget(ingenierie, actor=actor)
    confirm_budget(ingenierie, actor=actor)
    assert journal.entries_for(ingenierie).filter(verb="engagement.budget_confirme").count() == 1
    with pytest.raises(NotAllowed):
        unconfirm_budget(ingenierie, actor=world.actor("associe"))
    assert unconfirm_budget(ingenierie, actor=actor).confirme_le is None
    with pytest.raises(StaleState):
        confirm_budget(ingenierie, actor=actor, expected_version=1)


def test_an_empty_budget_is_not_balanced(ingenierie, actor):
    with pytest.raises(ConditionsNotMet):
        confirm_budget(ingenierie, actor=actor)
    assert not Budget.objects.exists()


def test_valued_time_stays_apart_and_its_rounding_is_said(client, ingenierie):
    data = {"acteur": "dla", "qui": "Chargée de mission", "jours": "0,5", "taux_jour": "333,33", "version": 0}
    posted = {f"valorisations-{name}": value for name, value in data.items()}
    assert client.post(url("ligne_ajouter", ingenierie, "valorisations"), posted).status_code == 302
    lu = summary.budget_of(ingenierie.pk)
    assert (lu.total_valorise, lu.total_jours_valorises) == (Decimal("166.67"), Decimal("0.5"))
    assert lu.balance.charges == lu.balance.ressources == 0
    shown = page(client, ingenierie)
    assert "arrondi au centime" in shown and "Le budget est vide." in shown


@pytest.mark.parametrize("jours", ["0", "-1", "1,555", "100000"])
def test_wrong_days_are_refused(client, ingenierie, jours):
    posted = {"valorisations-acteur": "dla", "valorisations-qui": "X", "valorisations-jours": jours}
    answer = client.post(url("ligne_ajouter", ingenierie, "valorisations"), {**posted, "valorisations-version": 0})
    assert answer.status_code == 422 and not ValorisationTemps.objects.exists()


def test_the_budget_says_ht_or_ttc(client, ingenierie):
    assert "montants TTC" in page(client, ingenierie)
    data = {"regime": "ht", "tva_note": "Récupérée.", "non_superposition": "Vérifié avec la DRAC.", "version": 0}
    assert client.post(url("budget_cadre", ingenierie), data).status_code == 302
    shown = page(client, ingenierie)
    assert "montants HT" in shown and "Vérifié avec la DRAC." in shown
    stale = client.post(url("budget_cadre", ingenierie), {**data, "tva_note": "Autre."})
    assert stale.status_code == 409 and "Autre." in text(stale)


def test_an_unknown_kind_of_line_is_not_found(client, ingenierie):
    assert client.post(url("ligne_ajouter", ingenierie, "autres"), {}).status_code == 404
    assert client.post(url("ligne", ingenierie, "autres", 1), {}).status_code == 404
    assert client.get(url("ligne_ajouter", ingenierie, "charges")).status_code == 405


def test_a_form_without_its_version_is_refused(client, ingenierie):
    answer = charge(client, ingenierie, version="")
    assert answer.status_code == 422 and "n’est plus à jour" in text(answer)


def test_lines_of_a_stale_page_are_refused_by_the_service(ingenierie, actor):
    add_charge(ingenierie, {"libelle": "Un", "montant": "1.00"}, actor=actor, expected_version=0)
    with pytest.raises(EditConflict) as refusal:
        add_charge(ingenierie, {"libelle": "Deux", "montant": "1.00"}, actor=actor, expected_version=0)
    assert [e.object_label for e in refusal.value.entries] == ["Un"]


def test_the_page_costs_the_same_for_1_and_30_lines(client, ingenierie, actor, partenaire, count_queries):
    row = add_partenaire(ingenierie, partenaire, actor=actor)

    def add():
        add_charge(ingenierie, {"libelle": "Prestataire", "montant": "10.00"}, actor=actor)
        add_ressource(ingenierie, {"nature": "etat", "partenaire": row, "demande": "10.00"}, actor=actor)
        add_valorisation(ingenierie, {"qui": "DLA", "jours": "1"}, actor=actor)

    add()
    path = url("budget", ingenierie)
    client.get(path)
    few = count_queries(lambda: client.get(path))
    for _ in range(29):
        add()
    assert count_queries(lambda: client.get(path)) == few <= 13
