"""How allauth is fitted to the house: no public sign-up, French words, mails that leave at once."""

from __future__ import annotations

from smtplib import SMTPException

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib import messages
from django.template.loader import render_to_string
from django.urls import reverse

logger = structlog.get_logger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    """allauth's account adapter.

    Mails of sign-in (codes, password links, security notices) leave within the request and not through the outbox:
    a code lives ten minutes and must not wait for the worker, nothing is gained by sending it later, and the outbox
    would have to keep a secret in the database to render it. When the mail server does not answer, the person is told
    at once and may try again.
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
        """Send at once; a mail server that fails is logged and told to the person, never an error page."""
        subject = " ".join(render_to_string(f"{template_prefix}_subject.txt", context).split())
        try:
            super().send_mail(template_prefix, email, {"site_url": settings.SITE_URL, "subject": subject, **context})
        except (SMTPException, OSError):
            logger.exception("courrier de connexion non parti", template=template_prefix)
            request = allauth_context.request
            if request is not None:
                messages.error(
                    request,
                    "Le courrier n’a pas pu partir : le serveur de messagerie ne répond pas. "
                    "Réessayez dans quelques minutes.",
                )


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
