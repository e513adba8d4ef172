"""English: the facts a decision used; `{value}` is what was known, `{who}` the person whose id it is."""

from homecharge.domain.texts.catalogue import Sentences

UNKNOWN_FACT = "{fact}: {value}"

FACTS: dict[str, Sentences] = {
    "session_cancelled": ("Cancelled by {who}", "The session was cancelled"),
    "occurrence_skipped": ("Skipped by {who}", "The occurrence was skipped"),
    "schedule_deleted": ("Schedule deleted by {who}", "The schedule was deleted"),
    "schedule_disabled": ("Schedule switched off by {who}", "The schedule was switched off"),
    "schedule_changed": ("Schedule changed by {who}", "The schedule was changed"),
    "time_zone_changed": ("Time zone changed by {who}", "The time zone was changed"),
    "charger_deleted": ("Charger removed by {who}", "The charger was removed"),
    "account_deleted": ("The driver's account was deleted",),
    "device": ("Done on {value}", "Done on an unnamed device"),
    "stop_requested": ("Stop asked for by {who}", "A stop was asked for"),
    "window_ended": ("The time for a start ended {at_value}", "The time for a start ended"),
    "our_outage_began": ("Homecharge stopped working {at_value}", "Homecharge stopped working"),
    "our_outage_ended": ("Homecharge worked again {at_value}", "Homecharge worked again"),
    "gateway_outage": ("Homecharge lost the charger's line {at_value}", "Homecharge lost the charger's line"),
    "never_connected": ("The charger has never connected",),
    "connection_refused": ("The charger's connection was refused: {value}", "The charger's connection was refused"),
    "last_seen": ("The charger was last heard of {at_value}", "The charger has not been heard of"),
    "last_known_status": ("The connector's last known status was “{value}”", "The connector's status was not known"),
    "connector_status": ("The connector said “{value}”", "The connector's status was not known"),
    "error_code": ("The charger gave the error code {value}", "The charger gave no error code"),
    "firmware_status": ("The firmware status was “{value}”", "The firmware status was not known"),
    "session_in_progress": ("Session {value} was in progress", "Another session was in progress"),
    "transaction_open": ("Transaction {value} was open", "A transaction was open"),
    "state_of_charge": ("The state of charge was {value} %", "The state of charge was not known"),
    "car_stopped_drawing": ("The car stopped drawing by itself",),
    "commanded": ("The charger was told to start ({value})", "The charger was told to start"),
    "start_answer": ("The charger answered the start with “{value}”", "The charger did not answer the start"),
    "delivery_unknown": ("Whether the command reached the charger is not known",),
    "energy_offered_since": ("Power was offered since {value}", "Power was offered"),
    "energy_wh": ("The meter had counted {value} Wh", "The meter had counted nothing"),
    "transaction_stopped": ("The charger ended the transaction: {value}", "The charger ended the transaction"),
    "stop_reason": ("It ended: {value}", "It ended"),
    "restricted_until": ("Restricted hours last until {value}", "Restricted hours cover all of its time"),
    "budget": ("The budget was {value}", "There was no budget"),
    "id_tag": ("The card was {value}", "The card was not readable"),
    "authorization_code": ("The authorization's code was {value}", "The authorization has no code"),
}
