"""What every template may use."""

from django.conf import settings


def site(request):
    """``operator`` and ``app_env``; the actor is on the request itself."""
    return {"operator": settings.OPERATOR, "app_env": settings.APP_ENV}
