"""Two sheets of one partner: signalled, compared, made one; nothing of either is lost."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.enums import Role
from core.actor import Actor
from core.errors import EditConflict, InvalidInput, NotAllowed, StaleState
from core.merging import BOTH, GONE, KEPT, field_choices
from core.models import JournalEntry, PaireDistincte
from partners.directory.annuaire import PARTENAIRES
from partners.directory.imports import PartenaireImport
from partners.directory.models import Partenaire
from tests.factories import (
    DepartementFactory,
    OrganisationFactory,
    PartenaireFactory,
    RegionFactory,
    actor_of,
    member,
)

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
PAIRS = reverse("directory:doublons")


@pytest.fixture
def user():
    return member()


@pytest.fixture
def dla(user):
    return user.active_membership.organisation


@pytest.fixture
def actor(user):
    return actor_of(user)


@pytest.fixture
def kept(dla):
    return PartenaireFactory(
        organisation=dla, name="Ligue de l’enseignement du Loiret", notes="Une.",
        contact_name="Noa Premier", contact_email="noa@example.org",
    )  # fmt: skip


@pytest.fixture
def gone(dla):
    return PartenaireFactory(
        organisation=dla, name="Ligue de l’enseignement Loiret", sigle="LEL", notes="Deux.",
        contact_name="Sam Second", contact_email="sam@example.org",
    )  # fmt: skip


@pytest.fixture
def client(client_for, user):
    return client_for(user)


def url(name: str, *args) -> str:
    return reverse(f"directory:{name}", args=args)


def merge(kept, gone, actor, **chosen) -> Partenaire:
    return PARTENAIRES.merge(kept, gone, chosen, actor=actor, versions=(kept.version, gone.version))


def emails(partenaire) -> set[str]:
    return {partenaire.contact_email, *partenaire.contacts.values_list("email", flat=True)}


# --- The page of the pairs ------------------------------------------------------------------------------------------


def test_a_pair_of_ones_own_directory_is_compared_and_one_with_a_neighbour_is_only_told_apart(client, dla, kept, gone):
    mine = PartenaireFactory(organisation=dla, name="Fonds de dotation du Val")
    theirs = PartenaireFactory(organisation=OrganisationFactory(name="DLA Voisin"), name="Fonds dotation Val")
    page = client.get(PAIRS).content.decode()
    assert url("reunir", kept.pk, gone.pk) in page
    assert url("reunir", mine.pk, theirs.pk) not in page and url("reunir", theirs.pk, mine.pk) not in page
    assert "dans deux annuaires" in page and "annuaire de DLA Voisin" in page
    assert client.get(url("reunir", mine.pk, theirs.pk)).status_code == 403
    assert client.post(url("distinctes"), {"une": theirs.pk, "autre": mine.pk}).status_code == 302
    assert "DLA Voisin" not in client.get(PAIRS).content.decode()


def test_a_pair_said_distinct_is_not_signalled_again(client, user, kept, gone):
    for pks in ((gone.pk, kept.pk), (kept.pk, gone.pk)):
        response = client.post(url("distinctes"), {"une": pks[0], "autre": pks[1]}, follow=True)
        assert "sont deux partenaires" in response.content.decode()
    assert PaireDistincte.objects.get().object_type == "directory.partenaire"
    assert PARTENAIRES.pairs(actor_of(user)) == []
    assert "Aucun partenaire de votre annuaire ne ressemble" in client.get(PAIRS).content.decode()


def test_nothing_is_told_apart_by_who_keeps_neither(client, kept, gone):
    neighbour = OrganisationFactory()
    others = [PartenaireFactory(organisation=neighbour) for _ in range(2)]
    data = {"une": others[0].pk, "autre": others[1].pk}
    assert client.post(url("distinctes"), data).status_code == 403
    assert client.post(url("distinctes"), {"une": kept.pk, "autre": kept.pk}).status_code == 422
    assert client.post(url("distinctes"), {"une": kept.pk}).status_code == 422
    assert not PaireDistincte.objects.exists()


def test_who_only_reads_sees_the_pairs_without_the_buttons(client_for, dla, kept, gone):
    page = client_for(member(dla, Role.LECTURE)).get(PAIRS).content.decode()
    assert "lecture seule" in page and "Ce sont deux partenaires" not in page and "Comparer" not in page


# --- Field by field -------------------------------------------------------------------------------------------------


def test_the_kept_sheet_takes_what_was_chosen_the_name_of_the_other_included(actor, kept, gone):
    merged = merge(kept, gone, actor, name=GONE, notes=BOTH, sigle=GONE)
    assert (merged.name, merged.sigle, merged.notes) == ("Ligue de l’enseignement Loiret", "LEL", "Une.\n\nDeux.")
    assert merged.search_text.startswith("ligue de l enseignement loiret")
    gone.refresh_from_db()
    assert (gone.merged_into, gone.is_active, gone.name) == (merged, False, "Ligue de l’enseignement Loiret")


def test_a_territory_is_not_proposed_beside_another_and_both_are_refused(actor, kept, gone):
    kept.departement, gone.region = DepartementFactory(loiret=True), RegionFactory()
    kept.save(), gone.save()
    choices = {c.name: c for c in field_choices(kept, gone, PARTENAIRES.fields, one_of=PARTENAIRES.one_of)}
    assert choices["region"].proposed == KEPT and choices["sigle"].proposed == GONE
    with pytest.raises(InvalidInput) as refused:
        merge(kept, gone, actor, region=GONE)
    assert "un département ou une région" in refused.value.sentence
    merged = merge(kept, gone, actor, region=GONE, departement=GONE)
    assert (merged.departement, merged.region) == (None, gone.region)


def test_the_journal_tells_both_and_names_nobody(actor, kept, gone, client):
    merge(kept, gone, actor, notes=BOTH, contact_name=GONE, contact_email=GONE)
    entry = JournalEntry.objects.get(verb="directory.merge")
    assert entry.changes == {"notes": None, "contact_name": None, "contact_email": None}
    assert f"« Ligue de l’enseignement Loiret (LEL) » (n° {gone.pk})" in entry.reason
    told = " ".join(f"{e.changes}{e.reason}{e.object_label}" for e in JournalEntry.objects.all())
    assert "Noa" not in told and "sam@" not in told
    page = client.get(url("journal", kept.pk)).content.decode()
    assert "a réuni une autre fiche" in page and "qui la remplace" in page


# --- Contacts -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("chosen", [{}, {"contact_name": GONE, "contact_email": GONE}])
def test_the_main_contact_that_is_not_on_the_sheet_stays_among_the_others(actor, kept, gone, chosen):
    PARTENAIRES.contacts.add(gone, {"function": "Accueil", "email": "accueil@example.org"}, actor=actor)
    merged = merge(kept, gone, actor, **chosen)
    assert emails(merged) == {"noa@example.org", "sam@example.org", "accueil@example.org"}


def test_a_contact_that_both_have_is_there_once(actor, kept, gone):
    for sheet in (kept, gone):
        PARTENAIRES.contacts.add(sheet, {"function": "Accueil", "email": "accueil@example.org"}, actor=actor)
    Partenaire.objects.filter(pk=gone.pk).update(contact_name="", contact_email="noa@example.org")
    gone.refresh_from_db()
    merged = merge(kept, gone, actor)
    assert list(merged.contacts.values_list("email", flat=True)) == ["accueil@example.org"]


# --- Nothing lost, nothing shown twice ------------------------------------------------------------------------------


def test_old_addresses_lead_to_the_kept_sheet_and_lists_show_one(actor, kept, gone, client):
    merge(kept, gone, actor)
    for name in ("detail", "journal"):
        assert client.get(url(name, gone.pk))["Location"] == url(name, kept.pk)
    for etat in ("actifs", "retires", "tous"):
        assert gone.name not in client.get(url("liste"), {"etat": etat}).content.decode()
    assert "Ligue de l’enseignement Loiret" in client.get(url("detail", kept.pk)).content.decode()
    assert client.get(url("modifier", gone.pk)).status_code == 404
    assert client.post(url("reprendre", gone.pk)).status_code == 404


def test_a_sheet_merged_twice_over_leads_to_the_last(actor, dla, kept, gone, client):
    last = PartenaireFactory(organisation=dla, name="La dernière")
    merge(kept, gone, actor)
    kept.refresh_from_db()
    merge(last, kept, actor)
    assert client.get(url("detail", gone.pk))["Location"] == url("detail", last.pk)


def test_a_merged_sheet_is_read_corrected_imported_and_proposed_by_nobody(actor, dla, kept, gone):
    merge(kept, gone, actor)
    gone.refresh_from_db()
    for who in (actor, Actor.system("essai")):
        assert gone not in Partenaire.objects.visible_to(who) and not PARTENAIRES.can_view(who, gone)
    assert "réunie à une autre" in PARTENAIRES.why_not_edit(actor, gone)
    assert PARTENAIRES.same(dla.pk, {"name": gone.name}) is None
    assert gone.pk not in dict(PartenaireImport().known(actor)).values()
    assert PartenaireImport().objects([gone.pk], actor) == {}
    assert PARTENAIRES.pairs(actor) == []
    again = PARTENAIRES.create({"name": gone.name, "famille": "financeurs"}, actor=actor, confirmed=True)
    assert again.pk != gone.pk, "son nom est libre"


# --- Who, and when two people do it ---------------------------------------------------------------------------------


def test_only_the_members_of_the_directory_who_write_may_merge(dla, kept, gone):
    others = [
        actor_of(member(dla, Role.LECTURE)),
        actor_of(member(OrganisationFactory(region=dla.region))),
        actor_of(member(OrganisationFactory(c2ra=True, region=dla.region))),
    ]
    for other in others:
        with pytest.raises(NotAllowed):
            merge(kept, gone, other)


def test_the_partner_of_another_directory_is_merged_by_nobody(kept):
    with pytest.raises(NotAllowed, match="deux annuaires"):
        merge(kept, PartenaireFactory(), Actor.system("essai"))


def test_a_sheet_changed_or_merged_meanwhile_is_not_merged_blindly(actor, dla, kept, gone):
    with pytest.raises(EditConflict):
        PARTENAIRES.merge(kept, gone, {}, actor=actor, versions=(kept.version, gone.version + 1))
    merge(kept, gone, actor)
    other = PartenaireFactory(organisation=dla)
    with pytest.raises(StaleState):
        PARTENAIRES.merge(other, gone, {}, actor=Actor.system("essai"), versions=(None, None))


def test_the_whole_way_on_the_pages_and_the_second_tab(client, kept, gone):
    pair = url("reunir", kept.pk, gone.pk)
    assert url("reunir_choisir", kept.pk) in client.get(url("detail", kept.pk)).content.decode()
    assert pair in client.get(url("reunir_choisir", kept.pk)).content.decode()
    assert pair in client.get(url("reunir_choisir", kept.pk), {"q": "enseignement loiret"}).content.decode()
    assert "Les deux textes" in client.get(pair).content.decode()
    data = {"version": kept.version, "version-autre": gone.version, "champ-sigle": "autre", "champ-notes": "deux"}
    late = client.post(pair, {**data, "version-autre": 99})
    assert late.status_code == 409 and 'value="deux" checked' in late.content.decode()
    assert client.post(pair, data)["Location"] == url("detail", kept.pk)
    kept.refresh_from_db()
    assert (kept.sigle, kept.notes) == ("LEL", "Une.\n\nDeux.")
    assert client.post(pair, data).status_code == 404
