"""Loads the person with the active membership and its organisation in one query."""

from allauth.account.auth_backends import AuthenticationBackend as AllauthBackend

from accounts.models import User


class AuthenticationBackend(AllauthBackend):
    """allauth's sign-in; ``get_user`` brings what every page shows of the person."""

    def get_user(self, user_id):
        try:
            user = User.objects.select_related("active_membership__organisation").get(pk=user_id)
        except User.DoesNotExist:
            return None
        return user if self.user_can_authenticate(user) else None
