"""English: what went wrong, by the code of the failure, or of the kind of failure it is."""

PROBLEMS = {
    "error": "The request failed",
    "invalid": "The request is not valid",
    "token_missing": "Sign in first",
    "bad_credentials": "This e-mail address and password do not belong together",
    "role_insufficient": "Your role does not allow this",
    "not_staff": "The console is for support agents and operators",
    "not_found": "There is no such thing",
    "conflict": "Not possible right now",
    "charger_offline": "The charger is offline",
    "foreign_form": "This form is out of date; go back, load the page again and repeat what you did",
    "stale": "It was changed meanwhile",
    "rate_limited": "Too many attempts; try again later",
    "unavailable": "Not available at the moment",
    "internal_error": "Something went wrong on our side; quote the request id when you report it",
}
