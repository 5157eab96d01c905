"""The URL map of everything HTTP, all of it on the session port."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LogoutView
from django.templatetags.static import static
from django.urls import include, path
from django.views.generic import RedirectView
from django.views.i18n import set_language

from fashionsite.health import health, ready
from fashionsite.metrics import metrics
from fashionsite.sign_in import SignIn

# The admin and the API's pages name no icon, so browsers ask for this one.
_icon = login_not_required(RedirectView.as_view(url=static("results/icon.svg"), permanent=True))

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/", include("results.api.urls")),
    path("sign-in/", SignIn.as_view(), name="sign-in"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    # Whoever can see a page may choose its language, signed in or not.
    path("language/", login_not_required(set_language), name="set-language"),
    path("health/", health, name="health"),
    path("ready/", ready, name="ready"),
    path("metrics", metrics, name="metrics"),
    path("favicon.ico", _icon),
    path("", include("results.urls")),
]

handler404 = "results.views.errors.not_found"
