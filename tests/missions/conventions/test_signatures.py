"""Signing: by one's own link with the code, or on paper with its copy; the proof stays, nothing else signs."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.core import mail
from django.urls import reverse

from accounts.models import Grant
from accounts.services import link_token
from accounts.services.links import LinkClosed, holder
from consultations.choix.services import take_back
from core.errors import InvalidInput, NotAllowed, StaleState
from core.jobs import run_pending
from core.models import FrozenError, Job, JournalEntry, OutboxMail
from core.uploads import KEPT_FOR_GOOD
from missions.conventions.enums import EtatAvenant, EtatConvention
from missions.conventions.models import CODE_ESSAIS, CODE_VALABLE, Preuve, Signataire
from missions.conventions.services import signatures
from missions.conventions.services.actes import current_acte, perform_action
from missions.conventions.services.avenants import open_avenant, termes_of, update_avenant
from missions.conventions.services.liens import SIGNATURE, SIGNE
from tests.factories import OrganisationFactory, actor_of, member
from tests.missions import mission
from tests.missions.mission import SYSTEM, fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def dla():
    return OrganisationFactory(email="dla@example.org")


@pytest.fixture
def actor(dla):
    return actor_of(member(dla))


@pytest.fixture
def acte(dla):
    """A text to sign by two parties, its PDF made."""
    found = mission.to_sign(mission.complete(mission.dossier(dla)))
    mission.printed(found)
    return found


def by_link(acte, actor, role="prestataire"):
    """Who signs for this party, and the actor that holds the link sent to it."""
    row = Signataire.objects.select_related("acte__convention__ingenierie").get(acte=acte, partie__role=role)
    grant = Grant.objects.of(row, SIGNATURE).first()
    if grant is None:
        signatures.send_links(acte, actor=actor)
        grant = Grant.objects.of(row, SIGNATURE).get()
    return row, holder(grant)


def asked(row, held, nom="Sam Essai"):
    """The code that leaves, read in the mail."""
    signatures.ask_code(row, nom=nom, qualite="gérance", actor=held)
    run_pending()
    sent = [m for m in mail.outbox if "code pour signer" in m.subject]
    assert sent[-1].to == [row.email]
    return re.search(r"^(\d{6})$", sent[-1].body, re.M).group(1)


# --- Online ---------------------------------------------------------------------------------------------------------


def test_each_signs_by_its_own_link_and_code_and_the_last_one_makes_it_signed(acte, actor, monkeypatch):
    monkeypatch.setattr(signatures, "request_document", lambda *a, **k: None)
    for role in ("prestataire", "dla"):
        row, held = by_link(acte, actor, role)
        proof = signatures.sign_online(row, asked(row, held), actor=held, adresse_ip="192.0.2.7")
        assert (proof.nom, proof.qualite, proof.email) == ("Sam Essai", "gérance", row.email)
        assert (proof.mode, proof.sha256, proof.adresse_ip) == ("en_ligne", acte.empreinte, "192.0.2.7")
        assert len(proof.pdf_sha256) == 64
    convention = fresh(acte.convention)
    assert convention.state == EtatConvention.SIGNEE and convention.signee_le == dt.date(2026, 11, 20)
    verbs = list(JournalEntry.objects.filter(scope_id=convention.ingenierie_id).values_list("verb", flat=True))
    assert verbs.count("missions.signature") == 2 and "missions.convention.signer" in verbs
    # All are told, with a link to the signed text; nothing of the code is kept.
    run_pending()
    told = [m for m in mail.outbox if m.subject.startswith("Signée par tous")]
    assert sorted(m.to[0] for m in told) == ["dla@example.org", "prestataire@example.org"]
    assert not [m for m in OutboxMail.objects.all() if "scelle" in m.context]
    with pytest.raises(StaleState):
        signatures.sign_online(row, "000000", actor=held)
    with pytest.raises(FrozenError):
        proof.delete()


def test_a_guessed_code_is_counted_whatever_happens_and_three_kill_it(acte, actor):
    row, held = by_link(acte, actor)
    code = asked(row, held)
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    for attempt in range(CODE_ESSAIS):
        with pytest.raises(InvalidInput, match="dernier essai" if attempt == CODE_ESSAIS - 1 else "pas le bon"):
            signatures.sign_online(row, wrong, actor=held)
    assert Signataire.objects.get(pk=row.pk).code_essais == CODE_ESSAIS
    with pytest.raises(InvalidInput, match="ne sert plus"):
        signatures.sign_online(row, code, actor=held)
    assert not Preuve.objects.exists()
    assert JournalEntry.objects.filter(verb="missions.code_faux").count() == CODE_ESSAIS


def test_a_code_dies_with_time_is_replaced_by_the_next_and_does_not_rain(acte, actor, clock_at):
    clock_at("2026-11-20 10:00")
    row, held = by_link(acte, actor)
    first = asked(row, held)
    with pytest.raises(InvalidInput, match="attendez une minute"):
        signatures.ask_code(row, nom="Sam", qualite="gérance", actor=held)
    clock_at("2026-11-20 10:02")
    second = asked(row, held)
    if first != second:
        with pytest.raises(InvalidInput, match="pas le bon"):
            signatures.sign_online(row, first, actor=held)
    clock_at((dt.datetime(2026, 11, 20, 10, 2) + CODE_VALABLE).isoformat())
    with pytest.raises(InvalidInput, match="expiré"):
        signatures.sign_online(row, second, actor=held)
    Signataire.objects.filter(pk=row.pk).update(codes_envoyes=signatures.CODES_MAX)
    with pytest.raises(InvalidInput, match="Trop de codes"):
        signatures.ask_code(row, nom="Sam", qualite="gérance", actor=held)


def test_the_link_of_another_signatory_signs_nothing_nor_does_a_member_or_a_code_of_the_other(acte, actor):
    row, held = by_link(acte, actor)
    other, other_held = by_link(acte, actor, "dla")
    code = asked(row, held)
    for stranger in (other_held, actor, SYSTEM):
        with pytest.raises(NotAllowed):
            signatures.sign_online(row, code, actor=stranger)
        with pytest.raises(NotAllowed):
            signatures.ask_code(row, nom="Sam", qualite="gérance", actor=stranger)
    asked(other, other_held)
    with pytest.raises(InvalidInput, match="pas le bon"):
        signatures.sign_online(other, code, actor=other_held)
    assert not Preuve.objects.exists()


def test_links_wait_for_the_pdf_and_are_sent_by_the_pilot_only(dla, actor):
    acte = mission.to_sign(mission.complete(mission.dossier(dla)))
    with pytest.raises(InvalidInput, match="en cours de fabrication"):
        signatures.send_links(acte, actor=actor)
    mission.printed(acte)
    for stranger in (member(dla, "lecture"), member(OrganisationFactory())):
        with pytest.raises(NotAllowed):
            signatures.send_links(acte, actor=actor_of(stranger))
    assert signatures.send_links(acte, actor=actor) == 2
    assert signatures.send_links(acte, actor=actor) == 0, "ils viennent de partir"


def test_who_is_no_longer_retained_is_not_signed_with(acte, actor):
    row, held = by_link(acte, actor)
    code = asked(row, held)
    take_back(acte.convention.choix, actor=SYSTEM, reason="Il a renoncé.")
    with pytest.raises(StaleState):
        signatures.sign_online(row, code, actor=held)
    with pytest.raises(StaleState):
        signatures.sign_on_paper(acte, {row.pk: dt.date(2026, 11, 20)}, mission.copie(), actor=actor)


def test_back_to_the_draft_links_stop_with_the_reason_and_what_was_signed_is_void(acte, actor, monkeypatch):
    row, held = by_link(acte, actor)
    signatures.sign_online(row, asked(row, held), actor=held)
    other, other_held = by_link(acte, actor, "dla")
    code = asked(other, other_held)
    perform_action(
        fresh(acte.convention), "reprendre", actor=actor, expected_state="a_signer", reason="Le prix est faux."
    )
    run_pending()
    told = [m for m in mail.outbox if m.subject.startswith("Retiré de la signature")]
    assert len(told) == 2 and all("Le prix est faux." in m.body for m in told)
    assert any("ne vaut plus" in m.body for m in told)
    with pytest.raises((LinkClosed, StaleState)):
        signatures.sign_online(other, code, actor=other_held)
    assert not Grant.objects.filter(purpose=SIGNATURE, revoked_at=None).exists()
    # The next text is signed from the first signature on.
    again = perform_action(fresh(acte.convention), "mettre_a_signer", actor=actor, expected_state="projet")
    assert current_acte(fresh(again)).signataires.filter(signe_le=None).count() == 2
    assert Preuve.objects.count() == 1


# --- The pages of the link ------------------------------------------------------------------------------------------


def test_the_holder_reads_declares_and_signs_in_the_page(acte, actor, client):
    row, held = by_link(acte, actor)
    url = reverse("lien", args=[link_token(held.grant)])
    page = client.get(url).content.decode()
    assert "Lire le PDF" in page and row.nom in page
    read = client.get(reverse("lien_page", args=[link_token(held.grant), "pdf"]))
    assert b"".join(read.streaming_content).startswith(b"%PDF")
    assert client.post(url, {"etape": "code", "nom": "Sam", "qualite": "gérance"}).status_code == 422, "rien n’est lu"
    declared = {"etape": "code", "nom": "Sam Essai", "qualite": "gérance", "lu": "on"}
    assert client.post(url, declared).status_code == 302
    run_pending()
    code = re.search(r"^(\d{6})$", mail.outbox[-1].body, re.M).group(1)
    wrong = client.post(url, {"etape": "signer", "code": f"{(int(code) + 1) % 1_000_000:06d}"})
    assert wrong.status_code == 422 and "pas le bon" in wrong.content.decode()
    assert Signataire.objects.get(pk=row.pk).code_essais == 1, "compté, bien que refusé"
    signed = client.post(url, {"etape": "signer", "code": f"{code[:3]} {code[3:]}"}, follow=True).content.decode()
    assert "Vous avez signé le" in signed
    assert Preuve.objects.get().adresse_ip == "127.0.0.1"
    # The other's page is not reached from there, and a second sending signs once.
    assert client.post(url, {"etape": "signer", "code": code}).status_code == 409
    assert Preuve.objects.count() == 1


# --- On paper -------------------------------------------------------------------------------------------------------


def test_on_paper_the_day_of_each_and_one_copy_that_stays(acte, actor, dla, client_for):
    first, second = acte.signataires.order_by("pk")
    today = dt.date(2026, 11, 20)
    other = actor_of(member(OrganisationFactory()))
    with pytest.raises(NotAllowed):
        signatures.sign_on_paper(acte, {first.pk: today}, mission.copie(), actor=other)
    for dates, words in (({}, "une partie"), ({first.pk: today + dt.timedelta(1)}, "futur"), (
        {first.pk: today - dt.timedelta(1)}, "précède le texte",
    )):  # fmt: skip
        with pytest.raises(InvalidInput, match=words):
            signatures.sign_on_paper(acte, dates, mission.copie(), actor=actor)
    (proof,) = signatures.sign_on_paper(acte, {first.pk: today}, mission.copie(), actor=actor)
    assert proof.mode == "papier" and proof.piece_sha256 == proof.piece.sha256 and proof.adresse_ip is None
    assert KEPT_FOR_GOOD.get("annexes et copies des conventions")([proof.piece_id]) == {proof.piece_id}
    with pytest.raises(StaleState):
        signatures.sign_on_paper(acte, {first.pk: today}, mission.copie(), actor=actor)
    # The rest in the page; a mixed signature is one all the same.
    client = client_for(actor.user)
    args = [acte.convention.ingenierie_id, acte.convention_id, acte.pk]
    page = reverse("missions:acte_papier", args=args)
    assert first.organisation not in client.get(page).content.decode()
    refused = client.post(page, {f"le_{second.pk}": "2026-11-20"})
    assert refused.status_code == 422 and "2026-11-20" in refused.content.decode()
    posted = {f"le_{second.pk}": "2026-11-20", "fichier": mission.copie()}
    assert client.post(page, posted).status_code == 302
    assert fresh(acte.convention).state == EtatConvention.SIGNEE
    assert Job.objects.filter(key=f"convention-preuve-{acte.pk}").exists()
    proofs = client.get(reverse("missions:acte", args=args)).content.decode()
    assert "intact" in proofs and proof.piece_sha256 in proofs and "La copie signée" in proofs
    assert client.get(page).status_code == 409


def test_the_signed_text_is_read_by_the_link_that_tells_so(acte, actor, client):
    convention = mission.signed(acte)
    grant = Grant.objects.filter(purpose=SIGNE).first()
    assert grant.organisation == convention.ingenierie.pilote
    page = client.get(reverse("lien", args=[link_token(grant)])).content.decode()
    assert "Le texte signé" in page and "en cours de fabrication" in page
    assert client.get(reverse("lien_page", args=[link_token(grant), "preuves"])).status_code == 404


# --- Avenants -------------------------------------------------------------------------------------------------------

CHANGE = {
    "quoi": "fin", "de": "Fin le 29 octobre 2027", "a": "Fin le 30 novembre 2027", "pourquoi": "Un atelier reporté.",
    "demande_par": "prestataire", "fin": dt.date(2027, 11, 30), "contact_le": dt.date(2026, 11, 18),
    "contact_moyen": "telephone",
}  # fmt: skip


def test_an_avenant_is_numbered_accepted_by_both_and_signed_the_same_way(acte, actor, client_for):
    with pytest.raises(NotAllowed, match="convention signée"):
        open_avenant(fresh(acte.convention), CHANGE, actor=actor)
    convention = mission.signed(acte)
    with pytest.raises(InvalidInput, match="précède le début"):
        open_avenant(convention, {**CHANGE, "fin": dt.date(2027, 1, 1)}, actor=actor)
    with pytest.raises(InvalidInput, match="nouvelle date de fin"):
        open_avenant(convention, {**CHANGE, "fin": None}, actor=actor)
    avenant = open_avenant(convention, CHANGE, actor=actor)
    client = client_for(actor.user)
    args = [convention.ingenierie_id, convention.pk, avenant.pk]
    put = {"action": "mettre_a_signer", "expected_state": "projet", "version": str(avenant.version)}
    refused = client.post(reverse("missions:avenant_action", args=args), put)
    assert refused.status_code == 409 and "la structure a accepté" in refused.content.decode()
    today = dt.date(2026, 11, 20)
    avenant = update_avenant(avenant, {"accepte_dla_le": today, "accepte_structure_le": today}, actor=actor)
    assert termes_of(convention).fin == dt.date(2027, 10, 29)
    done = perform_action(avenant, "mettre_a_signer", actor=actor, expected_state="projet")
    text = current_acte(done)
    assert text.data["a"] == "Fin le 30 novembre 2027" and text.signataires.count() == 2
    with pytest.raises(NotAllowed):
        update_avenant(done, {"a": "Autre chose"}, actor=actor)
    signatures.sign_on_paper(text, {row.pk: today for row in text.signataires.all()}, mission.copie(), actor=actor)
    done.refresh_from_db(fields=["signe_le"])
    assert type(done).objects.get(pk=done.pk).state == EtatAvenant.SIGNE
    assert termes_of(convention).fin == dt.date(2027, 11, 30)
    page = client.get(reverse("missions:convention", args=args[:2])).content.decode()
    assert "Avenant 1" in page and "reportée au 30" in page
    assert client.get(reverse("missions:avenant", args=args)).status_code == 200
    second = open_avenant(convention, {**CHANGE, "quoi": "contenu", "fin": None}, actor=actor)
    assert second.numero == 2
    left = perform_action(second, "abandonner", actor=actor, expected_state="projet", reason="Finalement non.")
    assert left.state == EtatAvenant.ABANDONNE


def test_a_convention_with_an_avenant_that_waits_is_not_closed(acte, actor):
    convention = mission.signed(acte)
    avenant = open_avenant(convention, CHANGE, actor=actor)
    close = {"actor": actor, "expected_state": "signee", "reason": "Mission terminée."}
    from core.errors import ConditionsNotMet

    with pytest.raises(ConditionsNotMet):
        perform_action(convention, "clore", **close)
    perform_action(avenant, "abandonner", actor=actor, expected_state="projet", reason="Non.")
    assert perform_action(fresh(convention), "clore", **close).state == EtatConvention.CLOSE
