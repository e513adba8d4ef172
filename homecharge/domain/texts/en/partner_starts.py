"""English: what to do about a start that a mobility partner asked for; read by support, for the partner."""

from homecharge.domain.rejections import Code

PARTNER_STARTS = {
    Code.CANCELLED: "Start again if the partner still wants to charge.",
    Code.WINDOW_MISSED: "Start again if the partner still wants to charge.",
    Code.CHARGER_OFFLINE: "Start again once the charger is online.",
    Code.ALREADY_IN_PROGRESS: "Start again once the other session is over.",
    Code.CHARGER_FAULTED: "Start again once the fault is gone; restarting the charger may clear it.",
    Code.CHARGER_UNAVAILABLE: "Start again once the charger is back in service.",
    Code.CAR_UNPLUGGED: "Ask the partner's customer to plug in, then start again.",
    Code.BATTERY_FULL: "Tell the partner's customer that the car takes no power: it is full, or set to charge later.",
    Code.NOT_AUTHORIZED: "Look at the decision about the card, and tell the partner.",
    Code.CHARGER_REFUSED: "Restart the charger, then start again.",
    Code.NO_ANSWER: "Restart the charger, then start again.",
    Code.START_NOT_CONFIRMED: "Ask the partner's customer to push the plug in firmly, then start again.",
    Code.NO_ENERGY_DRAWN: "Ask the partner's customer to check the car's own timer and charge limit.",
}
