"""Named failures of the gateway."""

from __future__ import annotations

import math

from fincc.common.problem import Conflict, Forbidden, Invalid, Problem, Unauthenticated


class BadCredentials(Unauthenticated):
    slug, title = "bad-credentials", "The user name or the password is wrong"


class CsrfFailed(Forbidden):
    slug, title = "csrf", "The request does not come from the app"


class WrongPassword(Invalid):
    slug, title = "wrong-password", "The old password is wrong"


class LocalSignInOff(Forbidden):
    slug, title = "local-sign-in-off", "People do not sign in with a password here"

    def __init__(self) -> None:
        super().__init__("sign in with the identity provider; FINCC_GATEWAY_LOCAL_SIGN_IN is false")


class TooManyRequests(Problem):
    """A session, a token or an address asks more often than it may; `retry_after_s` says how long to wait."""

    status, slug, title = 429, "too-many-requests", "Too many requests"

    def __init__(self, what: str, wait_s: float) -> None:
        seconds = max(1, math.ceil(wait_s))
        super().__init__(
            f"too many requests from this {what}; ask again in {seconds} s",
            headers={"Retry-After": str(seconds)},
            retry_after_s=seconds,
        )


class TooManyAttempts(Problem):
    """Sign-in has to wait; `retry_after_s` says how long."""

    status, slug, title = 429, "too-many-attempts", "Too many failed sign-ins"

    def __init__(self, what: str, wait_s: float) -> None:
        seconds = math.ceil(wait_s)
        super().__init__(
            f"too many failed sign-ins for this {what}; try again in {seconds} s",
            headers={"Retry-After": str(seconds)},
            retry_after_s=seconds,
        )


class SignInBusy(Problem):
    """More passwords wait to be checked than can be soon."""

    status, slug, title = 503, "sign-in-busy", "Too many people sign in at once"

    def __init__(self) -> None:
        super().__init__("too many sign-ins at once; try again in some seconds", headers={"Retry-After": "5"})


class LastAdmin(Conflict):
    slug, title = "last-admin", "Somebody has to be admin of everything"

    def __init__(self) -> None:
        super().__init__(
            "after this nobody could give roles everywhere any more: make somebody else an admin of everything first, "
            "who is not disabled"
        )


class NameTaken(Conflict):
    slug, title = "name-taken", "There is a saved view of this name"

    def __init__(self, name: str) -> None:
        message = f"you have a saved view {name!r} already; choose another name, or delete that one first"
        super().__init__(message, errors=[{"field": "name", "message": message}])


class TooManyViews(Conflict):
    slug, title = "too-many-views", "There is no room for another saved view"

    def __init__(self, limit: int) -> None:
        super().__init__(f"you have {limit} saved views, which is the most there can be; delete one first")


class NotText(Problem):
    status, slug, title = 400, "not-text", "The request cannot be passed on"

    def __init__(self) -> None:
        super().__init__("the path, the query or a header is not UTF-8; percent-encode it")


class ServiceDown(Problem):
    """The service behind a route cannot be reached."""

    status, slug, title = 503, "service-down", "A service does not answer"

    def __init__(self, service: str, reason: str) -> None:
        super().__init__(
            f"the service {service!r} does not answer ({reason}); the others are not affected, try again shortly",
            headers={"Retry-After": "5"},
            service=service,
        )


class ServiceTimeout(Problem):
    status, slug, title = 504, "service-timeout", "A service took too long"

    def __init__(self, service: str, timeout_s: float) -> None:
        super().__init__(f"the service {service!r} made no progress for {timeout_s:g} s", service=service)


class MethodNotAllowed(Problem):
    status, slug, title = 405, "method-not-allowed", "A page can only be read"
