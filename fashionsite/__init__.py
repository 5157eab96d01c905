"""The Django project: settings, URL map and the ASGI routing of both ports."""
