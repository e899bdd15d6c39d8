"""How allauth is fitted to the house: no public sign-up, French words, mails that leave by the outbox."""

from __future__ import annotations

from email.utils import parseaddr

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from core import clock
from core.actor import Actor
from core.outbox import queue_mail

#: What allauth says once a code is asked for, whether the address is known or not.
SENT = "account/messages/login_code_sent.txt"


class AccountAdapter(DefaultAccountAdapter):
    """allauth's account adapter.

    Mails of sign-in (codes, password links, security notices) are written in the request, sealed (:mod:`core.sealing`)
    and sent by the outbox: a known address takes no longer than an unknown one, and a slow mail server holds nobody.
    What is sealed is erased once sent; a code that has died while it waited is not sent.
    """

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "Ce compte est désactivé. Adressez-vous à la personne responsable de votre organisation.",
        "email_password_mismatch": "L’adresse électronique ou le mot de passe ne correspond pas.",
        "email_taken": "Cette adresse a déjà un compte.",
        "enter_current_password": "Saisissez votre mot de passe actuel.",
        "incorrect_code": "Ce code n’est pas le bon, ou il a expiré.",
        "incorrect_password": "Ce mot de passe n’est pas le bon.",
        "invalid_or_expired_key": "Ce lien n’est plus valable.",
        "invalid_password_reset": "Ce lien n’est plus valable.",
        "too_many_login_attempts": "Trop de tentatives. Attendez quelques minutes avant de recommencer.",
        "same_as_current": "La nouvelle valeur doit être différente de l’actuelle.",
        "rate_limited": "Trop de demandes en peu de temps. Attendez quelques minutes avant de recommencer.",
    }

    def is_open_for_signup(self, request) -> bool:
        """Never: an account is opened by accepting an invitation (accounts.views.invitation)."""
        return False

    def get_password_change_redirect_url(self, request) -> str:
        return reverse("accounts:profil")

    def get_email_verification_redirect_url(self, email_address) -> str:
        request = allauth_context.request
        if request is not None and request.user.is_authenticated:
            return reverse("accounts:profil")
        return reverse("account_login")

    def get_reauthentication_methods(self, user) -> list[dict]:
        words = {
            "reauthenticate": "Avec votre mot de passe",
            "mfa_reauthenticate": "Avec un code",
            "mfa_reauthenticate:webauthn": "Avec votre clé d’accès",
        }
        methods = super().get_reauthentication_methods(user)
        for method in methods:
            method["description"] = words.get(method["id"], method["description"])
        return methods

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        """Owe the mail, written now and sealed: the worker only sends it. Nothing here waits for the mail server."""
        if template_prefix == "account/email/unknown_account":
            self._as_if_known()
            return
        subject = " ".join(render_to_string(f"{template_prefix}_subject.txt", context).split())
        request, nobody = allauth_context.request, bool(context.get("personne"))
        values = {"request": request, "email": email, "site_url": settings.SITE_URL, "subject": subject, **context}
        written = self.render_mail(template_prefix, email, values)
        html = next((part.content for part in written.alternatives if part.mimetype == "text/html"), "")
        life = settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT if "code" in context else settings.PASSWORD_RESET_TIMEOUT
        queue_mail(
            "accounts/connexion",
            to=email,
            context={"sujet": template_prefix, "jusqu_a": int(clock.now().timestamp()) + life, "personne": nobody},
            secret={"objet": written.subject, "texte": written.body, "html": html},
            actor=Actor.system("connexion"),
        )
        if request is not None:
            request.sign_in_mail_owed = True

    def _as_if_known(self) -> None:
        """The same work for an address that nobody has, so that the time of an answer says nothing: a mail written,
        sealed and owed, which has no object and goes to nobody (the address that was typed is not kept)."""
        self.send_mail("account/email/login_code", parseaddr(settings.SERVER_EMAIL)[1], {"code": "", "personne": True})

    def add_message(self, request, level, message_template=None, message_context=None, *args, **kwargs) -> None:
        """Asked again for an address that nobody has, allauth says that a code was sent without calling us before."""
        if message_template == SENT and not getattr(request, "sign_in_mail_owed", False):
            self._as_if_known()
        super().add_message(request, level, message_template, message_context, *args, **kwargs)


class MFAAdapter(DefaultMFAAdapter):
    """allauth's second-factor adapter, in French."""

    def generate_authenticator_name(self, user, type) -> str:
        """« Ma clé », then « Ma clé 2 »: what the form proposes."""
        from allauth.mfa.models import Authenticator

        already = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return f"Ma clé {already + 1}" if already else "Ma clé"

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "add_email_blocked": "Désactivez d’abord le second facteur pour changer d’adresse.",
        "cannot_delete_authenticator": "Le second facteur ne peut pas être désactivé.",
        "cannot_generate_recovery_codes": "Activez d’abord le second facteur.",
        "incorrect_code": "Ce code n’est pas le bon, ou il a déjà servi.",
        "unverified_email": "Confirmez d’abord votre adresse électronique.",
    }
