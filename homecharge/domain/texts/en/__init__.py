"""English."""

from homecharge.domain.texts.catalogue import Language
from homecharge.domain.texts.en.attention import ATTENTION
from homecharge.domain.texts.en.authorizations import (
    AUTHORIZATION_PENDING,
    AUTHORIZATION_VARIANTS,
    AUTHORIZATIONS,
    TRACE_STEPS,
)
from homecharge.domain.texts.en.codes import CODES
from homecharge.domain.texts.en.commands import DEEDS
from homecharge.domain.texts.en.conventions import CONVENTIONS, MOMENTS
from homecharge.domain.texts.en.facts import FACTS, UNKNOWN_FACT
from homecharge.domain.texts.en.findings import FINDINGS
from homecharge.domain.texts.en.insights import INSIGHTS
from homecharge.domain.texts.en.mails import MAILS
from homecharge.domain.texts.en.notices import CHECKS, WAITING, WARNINGS, WORDS
from homecharge.domain.texts.en.notifications import NOTIFICATIONS
from homecharge.domain.texts.en.partner_starts import PARTNER_STARTS
from homecharge.domain.texts.en.plans import PLAN_SHORTFALLS, PLANS
from homecharge.domain.texts.en.problems import PROBLEMS
from homecharge.domain.texts.en.reasons import EXHAUSTED, REASONS, TRIED_AGAIN
from homecharge.domain.texts.en.schedules import SCHEDULES
from homecharge.domain.texts.en.shortfalls import SHORTFALL_VARIANTS, SHORTFALLS
from homecharge.domain.texts.en.statement import STATEMENT
from homecharge.domain.texts.en.steps import CAUSES, STEPS
from homecharge.domain.texts.en.variants import VARIANTS

ENGLISH = Language(
    tag="en",
    conventions=CONVENTIONS,
    reasons=REASONS,
    variants=VARIANTS,
    partner_starts=PARTNER_STARTS,
    exhausted=EXHAUSTED,
    tried_again=TRIED_AGAIN,
    shortfalls=SHORTFALLS,
    shortfall_variants=SHORTFALL_VARIANTS,
    steps=STEPS,
    causes=CAUSES,
    facts=FACTS,
    unknown_fact=UNKNOWN_FACT,
    waiting=WAITING,
    warnings=WARNINGS,
    checks=CHECKS,
    schedules=SCHEDULES,
    plans=PLANS,
    statement=STATEMENT,
    insights=INSIGHTS,
    plan_shortfalls=PLAN_SHORTFALLS,
    words=WORDS,
    moments=MOMENTS,
    authorizations=AUTHORIZATIONS,
    authorization_variants=AUTHORIZATION_VARIANTS,
    authorization_pending=AUTHORIZATION_PENDING,
    trace_steps=TRACE_STEPS,
    findings=FINDINGS,
    deeds=DEEDS,
    attention=ATTENTION,
    notifications=NOTIFICATIONS,
    mails=MAILS,
    codes=CODES,
    problems=PROBLEMS,
)
