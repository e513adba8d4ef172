"""The HTTP side: a Flask application and the ASGI edge around it.

Adding an area
--------------
`web/api/<area>/schemas.py` says what goes in and out, `web/api/<area>/routes.py` parses, calls and answers; the area is
served once it stands in `web/api/__init__.py`. `web/api/accounts` is the example to follow::

    area = Area("chargers", "Charge points of a location.")

    @area.patch(
        "/chargers/<id:charger_id>", access=SIGNED_IN, actions=[Action.EDIT_CHARGERS], body=ChargerBody,
        answer=Charger, has_etag=True, refuses=[SessionInProgress],
    )
    def change_charger(ask: Ask, body: dict[str, Any], charger_id: str) -> ChargerView:
        '''Change a charger.

        The first line is the summary in the documentation, the rest its description; area and name are the id.
        '''
        current = chargers.get(ask.db, ask.caller, charger_id, for_update=True)
        etags.require_match(Charger, current)
        return chargers.change(ask.db, current, body, now=ask.now)

- **A view** is called as `view(ask, body, query, **path)`, each only where declared. It returns a frozen value for
  the schema, or an `Answer` with a status, `location`, `bell` or `is_settled` of its own. Without `answer=` it is a
  204.
- **`ask`**: `ask.caller` (a `domain.accounts.Caller`), `ask.now`, `ask.request_id`, `ask.context.settings`, and
  `ask.db`, the request's one unit of work: opened at first use, committed after the view has returned, before
  rendering. Values must therefore be complete: nothing is read from the database while they are rendered.
- **Who may call**: `access=` is PUBLIC, SIGNED_IN (any role), STAFF (support, operator) or OPERATOR, and of what
  belongs to a home `actions=` says what a member has to be allowed; `docs/routes.md` is made of both. What belongs to
  somebody is looked up through its owner by the service, which raises `NotFound`.
- **Failures**: services raise a kind of `domain.errors` with a `code`; `web/errors.py` gives it a status, a body and
  its headers. To commit *and* refuse, return the failure instead of raising it. `refuses=` is for the documentation.
- **Bodies**: schemas inherit `web.schemas.Schema` and use the strict fields of `web.fields` (`Id, Instant, Whole,
  Flag, Label, WallTime, …`). `EXAMPLES` has what the examples in the documentation cannot take from the fields; those
  of bodies are right: the tests break them field by field. A secret in an answer is marked
  `metadata={"x-secret": True}`, and a replay leaves it out. Several fields that disagree: `@validates_schema`.
- **Lists**: `query=` inherits `PageQuery`, `answer=page_of(Charger)`, the view returns the `domain.pages.Page` that
  the service made with `storage.queries.pages.fetch_page(…)` for `paging.keyset(query)`.
- **ETags**: `has_etag=True` takes `value.revision`. A change locks the row (`with_for_update`), then `require_match`.
- **`Prefer: wait`**: answer 202 with `Answer(value=…, location="/v1/sessions/…", bell="session:<id>")`; the view
  behind that location answers with `is_settled=`. The edge does the waiting; with `patience_s=` it waits for clients
  that prefer nothing, too.
- **POST** needs nothing for `Idempotency-Key`; the claim, the effect and the stored answer are taken care of.

The support console
-------------------
`web/console/<what>_routes.py` has a `Pages` and its views, served once they stand in `web/console/site.py`::

    @pages.action("/providers/<id:provider_id>/block", access=OPERATOR)
    def block_provider(ask: Ask, provider_id: str) -> Moved: ...

A view that shows says whose things with `ask.shows(Look(…))`, which is noted in the audit log before the page is sent,
and returns `Shown(template, values)`. One that takes a form returns `Moved` to where the agent goes on. Templates get
`caller`, `csrf` (in every form) and `may_write`. A form that edits has `shown_with(thing)` of `parts.html`, and its
view `etags.require_match(…, wanted=shown_with())`. There is no script, and the policy of `web/console/pages.py` allows
none, save on a page that is `Shown(…, under_way=True)`: there `console.js` keeps the elements that have an `id` and
`data-live` up to date.
"""
