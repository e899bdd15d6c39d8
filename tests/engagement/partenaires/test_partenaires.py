"""The network of partners of an ingénierie."""

from __future__ import annotations

import pytest

from core import journal
from core.errors import InvalidInput, NotAllowed, StaleState
from engagement.budget.services.lignes import add_ressource
from engagement.partenaires import summary
from engagement.partenaires.models import PartenaireProjet
from engagement.partenaires.services import add_new_partenaire, add_partenaire, remove_partenaire, update_partenaire
from partners.directory.annuaire import PARTENAIRES
from partners.directory.models import Partenaire
from tests.engagement.conftest import text, url
from tests.factories import PartenaireFactory

pytestmark = pytest.mark.django_db


def test_a_partner_of_the_directory_is_associated_with_its_family_and_journaled(client, ingenierie, partenaire):
    answer = client.post(url("partenaire_ajouter", ingenierie), {"partenaire": partenaire.pk})
    row = PartenaireProjet.objects.get()
    assert answer.status_code == 302 and answer["Location"] == url("partenaire", ingenierie, row.pk)
    assert (row.ingenierie, row.partenaire, row.famille) == (ingenierie, partenaire, "financeurs")
    entry = journal.entries_for(ingenierie).first()
    assert (entry.verb, entry.object_label) == ("engagement.partenaire_ajoute", "Conseil départemental")


def test_a_double_click_associates_once(client, ingenierie, partenaire):
    for _ in range(2):
        assert client.post(url("partenaire_ajouter", ingenierie), {"partenaire": partenaire.pk}).status_code == 302
    assert PartenaireProjet.objects.count() == 1


def test_partners_show_by_family_in_the_order_of_the_fiche(client, ingenierie, actor, world):
    for famille in ("ressources", "reseau_dla", "reseaux_beneficiaires", "financeurs"):
        add_partenaire(
            ingenierie, PartenaireFactory(organisation=world.pilote, famille=famille, name=f"P {famille}"), actor=actor
        )
    page = text(client.get(url("partenaires", ingenierie)))
    page = page[page.index("famille-reseau_dla") :]
    found = [page.index(f"P {f}") for f in ("reseau_dla", "financeurs", "reseaux_beneficiaires", "ressources")]
    assert found == sorted(found)
    assert [len(f.partenaires) for f in summary.partenaires_of(ingenierie.pk)] == [1, 1, 1, 1]


def test_the_directory_of_the_region_is_searched_without_javascript(client, ingenierie, world):
    PartenaireFactory(organisation=world.voisin, name="Fédération Saint-Éloi")
    PartenaireFactory(organisation=world.voisin, name="Union rurale")
    PartenaireFactory(organisation=world.loin, name="Fédération Saint-Malo")
    page = text(client.get(url("partenaire_ajouter", ingenierie), {"q": "federation st"}))
    assert "Fédération Saint-Éloi" in page
    assert "Union rurale" not in page and "Saint-Malo" not in page


def test_a_partner_of_another_region_or_set_aside_cannot_be_posted(client, ingenierie, world, partenaire):
    far = PartenaireFactory(organisation=world.loin)
    Partenaire.objects.filter(pk=partenaire.pk).update(is_active=False)
    for raw in (far.pk, partenaire.pk, 999_999, "abc", "", "9" * 30):
        assert client.post(url("partenaire_ajouter", ingenierie), {"partenaire": raw}).status_code == 404
    assert not PartenaireProjet.objects.exists()


def test_the_service_refuses_a_partner_one_may_not_read(ingenierie, actor, world):
    with pytest.raises(NotAllowed):
        add_partenaire(ingenierie, PartenaireFactory(organisation=world.loin), actor=actor)


def test_a_new_partner_is_inscribed_and_associated_in_one_page(client, ingenierie, world):
    data = {"name": "Fonds régional", "famille": "ressources", "roles": "Apporte sa garantie"}
    answer = client.post(url("partenaire_nouveau", ingenierie), data)
    assert answer.status_code == 302
    row = PartenaireProjet.objects.get()
    assert (row.partenaire.organisation, row.roles) == (world.pilote, "Apporte sa garantie")


def test_a_close_name_asks_to_look_before_inscribing(client, ingenierie, partenaire):
    data = {"name": "Conseil Departemental", "famille": "financeurs"}
    data["name"] = "Le conseil départemental du Cher"
    PartenaireFactory(organisation=partenaire.organisation, name="Conseil départemental du Cher")
    answer = client.post(url("partenaire_nouveau", ingenierie), data)
    assert answer.status_code == 422 and "peut-être déjà inscrit" in text(answer)
    assert not PartenaireProjet.objects.exists()
    assert client.post(url("partenaire_nouveau", ingenierie), {**data, "confirme": "on"}).status_code == 302


def test_nothing_is_inscribed_when_the_association_fails(ingenierie, actor):
    with pytest.raises(InvalidInput):
        add_new_partenaire(
            ingenierie, {"name": "Fonds", "famille": "ressources"}, actor=actor, values={"roles": "x" * 301}
        )
    assert not Partenaire.objects.filter(name="Fonds").exists()


def _edit(row, **values):
    return {
        "famille": row.famille,
        "problematique_partagee": "a_voir",
        "complementaire": "a_voir",
        "interet": "a_voir",
        "version": row.version,
        **values,
    }


def test_the_checks_expectations_and_contributions_are_kept_and_shown(client, ingenierie, actor, partenaire):
    row = add_partenaire(ingenierie, partenaire, actor=actor)
    data = _edit(
        row,
        roles="Cofinanceur",
        problematique_partagee="oui",
        problematique_texte="Une étude de 2024.",
        complementaire="non",
        attentes="Appliquer sa politique.",
        systeme_intervenant="on",
    )
    assert client.post(url("partenaire", ingenierie, row.pk), data).status_code == 302
    page = text(client.get(url("partenaires", ingenierie)))
    for expected in ("Cofinanceur", "Une étude de 2024.", "Appliquer sa politique.", "système intervenant"):
        assert expected in page


def test_the_prompt_follows_the_family(client, ingenierie, actor, partenaire):
    row = add_partenaire(ingenierie, partenaire, actor=actor)
    assert "politique publique" in text(client.get(url("partenaire", ingenierie, row.pk)))


def test_a_stale_form_tells_who_changed_what_and_keeps_ones_own_text(as_, ingenierie, world, partenaire):
    row = add_partenaire(ingenierie, partenaire, actor=world.actor("pilote"))
    data = _edit(row, attentes="Ce que j’avais écrit.")
    update_partenaire(row, {"attentes": "Ce que dit Alix."}, actor=world.actor("associe"), expected_version=row.version)
    answer = as_("pilote").post(url("partenaire", ingenierie, row.pk), data)
    page = text(answer)
    assert answer.status_code == 409
    assert "Ce que j’avais écrit." in page and "Ce que dit Alix." in page and "Alix Associé" in page
    row.refresh_from_db()
    assert row.attentes == "Ce que dit Alix."


def test_a_partner_is_taken_out_and_the_budget_keeps_its_name(client, ingenierie, actor, partenaire):
    row = add_partenaire(ingenierie, partenaire, actor=actor, values={"roles": "Cofinanceur"})
    line = add_ressource(
        ingenierie, {"nature": "collectivites_ponctuel", "partenaire": row, "demande": "500.00"}, actor=actor
    )
    answer = client.post(url("partenaire_retirer", ingenierie, row.pk), {"version": row.version})
    assert answer.status_code == 302 and not PartenaireProjet.objects.exists()
    line.refresh_from_db()
    assert (line.partenaire, line.financeur, line.demande) == (None, "Conseil départemental", 500)
    assert journal.entries_for(ingenierie).first().changes["roles"] == ["Cofinanceur", None]


def test_a_stale_or_versionless_removal_is_refused(client, ingenierie, actor, partenaire):
    row = add_partenaire(ingenierie, partenaire, actor=actor)
    fresh = update_partenaire(row, {"roles": "Relais"}, actor=actor, expected_version=row.version)
    path = url("partenaire_retirer", ingenierie, row.pk)
    assert client.post(path, {"version": row.version}).status_code == 409
    assert client.post(path).status_code == 422
    with pytest.raises(StaleState):
        remove_partenaire(fresh, actor=actor, expected_version=1)
    assert PartenaireProjet.objects.count() == 1


@pytest.mark.parametrize("name", ["attentes", "motivations"])
def test_ten_megabytes_of_text_are_refused_with_words(client, ingenierie, actor, partenaire, name):
    row = add_partenaire(ingenierie, partenaire, actor=actor)
    answer = client.post(url("partenaire", ingenierie, row.pk), _edit(row, **{name: "a" * 30_000}))
    assert answer.status_code == 422 and "trop long" in text(answer)
    row.refresh_from_db()
    assert getattr(row, name) == ""


def test_the_directory_tells_the_ingenieries_of_a_partner_to_who_may_know(ingenierie, world, partenaire):
    add_partenaire(ingenierie, partenaire, actor=world.actor("pilote"), values={"roles": "Cofinanceur"})
    whole = PARTENAIRES.history(partenaire, world.actor("associe"))
    assert [(line.label, line.detail) for line in whole] == [("Mutualiser la paie", "Cofinanceur")]
    assert whole[0].url == f"/ingenieries/{ingenierie.pk}/"
    summary_only = PARTENAIRES.history(partenaire, world.actor("voisin"))
    assert [(line.label, line.detail) for line in summary_only] == [("Mutualiser la paie", "")]
    assert summary_only[0].url.endswith("/resume/")
    assert PARTENAIRES.history(partenaire, world.actor("loin")) == []


def test_the_page_costs_the_same_for_1_and_30_partners(client, ingenierie, actor, world, count_queries):
    def add():
        add_partenaire(ingenierie, PartenaireFactory(organisation=world.pilote), actor=actor)

    add()
    pages = [url("partenaires", ingenierie), url("partenaire_ajouter", ingenierie)]
    client.get(pages[0])
    few = [count_queries(lambda p=p: client.get(p)) for p in pages]
    for _ in range(29):
        add()
    assert [count_queries(lambda p=p: client.get(p)) for p in pages] == few
    assert few[0] <= 12
