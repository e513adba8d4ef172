"""English: the steps of a session's story."""

from homecharge.domain.texts.catalogue import Sentences
from homecharge.domain.timeline import StepKind

STEPS: dict[StepKind, Sentences] = {
    StepKind.PLANNED: ("Planned for {due_at}.", "Planned."),
    StepKind.MOVED: ("Moved from {from_at} to {due_at}.", "Moved to {due_at}.", "Moved to another time."),
    StepKind.OVERRIDDEN: (
        "Changed for this night: {energy_wh} by {ready_by}.",
        "Changed for this night: as much as {amount} buys, by {ready_by}.",
        "Changed for this night: {percent} % by {ready_by}.",
        "Changed for this night.",
    ),
    StepKind.WAITING: ("Due, and waiting until {until}.", "Due, and waiting."),
    StepKind.COMMANDED: ("The charger is told to start.",),
    StepKind.COMMAND_ANSWERED: ("The charger answered “{status}”.", "The charger answered."),
    StepKind.TRANSACTION_STARTED: (
        "The charger began transaction {transaction_id}.",
        "The charger began a transaction.",
    ),
    StepKind.TRANSACTION_ADOPTED: (
        "It took over transaction {transaction_id}, which was already open.",
        "It took over a transaction that was already open.",
    ),
    StepKind.CHARGING: ("Charging.",),
    StepKind.ENERGY_FLOWS: ("Energy flows into the car.",),
    StepKind.PAUSED: ("Paused.",),
    StepKind.RESUMED: ("Charging goes on.",),
    StepKind.PLAN_MADE: (
        "Planned: {energy_wh} from {starts_at} to {finishes_at}.",
        "Planned: there is no time in which it could charge.",
    ),
    StepKind.DELAY_ENDED: ("{who} ended the random delay.", "The random delay was ended."),
    StepKind.HOURS_OVERRIDDEN: (
        "Restricted hours last until {until}. This charge overrides them: it was started by hand.",
        "This charge overrides the restricted hours: it was started by hand.",
    ),
    StepKind.BOOSTED: (
        "Boosted for {limit_s}: charging at once, whatever its plan and restricted hours say.",
        "Boosted for {energy_wh}: charging at once, whatever its plan and restricted hours say.",
        "Boosted for {amount}: charging at once, whatever its plan and restricted hours say.",
        "Boosted: charging at once, whatever its plan and restricted hours say.",
    ),
    StepKind.BOOST_ENDED: ("The boost is over.",),
    StepKind.PROFILE_KEPT: ("The charger keeps to the plan, also without its line.",),
    StepKind.PROFILE_CLEARED: ("The charger is bound by no plan any more.",),
    StepKind.PROFILE_REFUSED: (
        "The charger does not keep to the plan: it answered “{status}”.",
        "The charger does not keep to the plan.",
    ),
    StepKind.STOP_REQUESTED: ("Asked to stop.",),
    StepKind.STOP_SENT: ("The charger is told to stop.",),
    StepKind.STOP_ANSWERED: ("The charger answered the stop with “{status}”.", "The charger answered the stop."),
    StepKind.TRANSACTION_STOPPED: (
        "The charger ended transaction {transaction_id} after {energy_wh} ({cause}).",
        "The charger ended the transaction ({cause}).",
        "The charger ended the transaction.",
    ),
    StepKind.COMPLETED: ("Completed with {energy_wh}.", "Completed."),
    StepKind.CORRECTED: (
        "Corrected by a later message of the charger to {energy_wh}.",
        "Corrected by a later message of the charger.",
    ),
    StepKind.REJECTED: ("Rejected.",),
    StepKind.RECOVERY_PLANNED: ("Another try follows (session {reference}).", "Another try follows."),
    StepKind.RECOVERY_CANCELLED: ("{who} called off any further try.", "Any further try was called off."),
}

CAUSES: dict[tuple[StepKind, str], Sentences] = {
    (StepKind.PLANNED, "boost"): ("Boost asked for.",),
    (StepKind.PLANNED, "schedule"): ("Planned by its schedule for {due_at}.", "Planned by its schedule."),
    (StepKind.PLANNED, "plugged_in"): ("The car was plugged in: try {attempt}, due {at_due_at}.",),
    (StepKind.PLANNED, "line_up"): ("The charger is back: try {attempt}, due {at_due_at}.",),
    (StepKind.PLANNED, "session_ended"): ("The other session is over: try {attempt}, due {at_due_at}.",),
    (StepKind.PLANNED, "fault_cleared"): ("The fault is gone: try {attempt}, due {at_due_at}.",),
    (StepKind.PLANNED, "available_again"): ("The charger is in service again: try {attempt}, due {at_due_at}.",),
    (StepKind.PLANNED, "car_draws"): ("The car draws power now: try {attempt}, due {at_due_at}.",),
    (StepKind.PLANNED, "hours_changed"): ("The restricted hours have changed: try {attempt}, due {at_due_at}.",),
    (StepKind.PLANNED, "back_off"): ("Tried again after a pause: try {attempt}, due {at_due_at}.",),
    (StepKind.PLANNED, "surplus"): ("There is solar surplus: try {attempt}, due {at_due_at}.",),
    (StepKind.MOVED, "restricted_hours"): (
        "Due inside restricted hours: moved from {from_at} to {due_at}.",
        "Due inside restricted hours: moved to {due_at}.",
        "Due inside restricted hours: moved to their end.",
    ),
    (StepKind.MOVED, "outage"): (
        "Homecharge was not there when it was due: moved from {from_at} to {due_at}.",
        "Homecharge was not there when it was due: moved to {due_at}.",
        "Homecharge was not there when it was due: moved to after our return.",
    ),
    (StepKind.MOVED, "restricted_hours_changed"): (
        "The restricted hours have changed: moved from {from_at} to {due_at}.",
        "The restricted hours have changed: moved to {due_at}.",
        "The restricted hours have changed: moved to another time.",
    ),
    (StepKind.OVERRIDDEN, "as_scheduled"): (
        "Back to what its schedule says: {energy_wh} by {ready_by}.",
        "Back to what its schedule says: as much as {amount} buys, by {ready_by}.",
        "Back to what its schedule says: {percent} % by {ready_by}.",
    ),
    (StepKind.WAITING, "plug"): ("Waiting for the car to be plugged in.",),
    (StepKind.WAITING, "charger_online"): (
        "The charger is offline; waiting for it until {until}.",
        "The charger is offline; waiting for it.",
    ),
    (StepKind.WAITING, "line_settles"): (
        "The charger has only just come back; waiting until {until} for it to settle.",
        "The charger has only just come back; waiting for it to settle.",
    ),
    (StepKind.WAITING, "surplus"): (
        "Waiting for solar surplus until {until}: the charger gives its full power or nothing.",
        "Waiting for solar surplus: the charger gives its full power or nothing.",
    ),
    (StepKind.WAITING, "car"): ("Power is offered; waiting for the car to take it.",),
    (StepKind.COMMAND_ANSWERED, "accepted"): ("The charger agreed to start.",),
    (StepKind.COMMAND_ANSWERED, "rejected"): (
        "The charger refused to start (“{status}”).",
        "The charger refused to start.",
    ),
    (StepKind.COMMAND_ANSWERED, "error"): (
        "The charger answered with an error ({status}).",
        "The charger answered with an error.",
    ),
    (StepKind.COMMAND_ANSWERED, "no_answer"): ("The charger did not answer in time.",),
    (StepKind.COMMAND_ANSWERED, "not_sent"): ("The command never left: the charger's line was gone.",),
    (StepKind.TRANSACTION_STARTED, "refused"): (
        "The charger began transaction {transaction_id}, which was refused.",
        "The charger began a transaction, which was refused.",
    ),
    (StepKind.PLAN_MADE, "rates_changed"): (
        "The prices have changed. Planned anew: {energy_wh} from {starts_at} to {finishes_at}.",
        "The prices have changed, and nothing can be charged any more.",
    ),
    (StepKind.PLAN_MADE, "restricted_hours_changed"): (
        "The restricted hours have changed. Planned anew: {energy_wh} from {starts_at} to {finishes_at}.",
        "The restricted hours have changed, and no time is left to charge.",
    ),
    (StepKind.PLAN_MADE, "window_changed"): (
        "It is to be ready at another time. Planned anew: {energy_wh} from {starts_at} to {finishes_at}.",
        "It is to be ready at another time, and no time is left to charge.",
    ),
    (StepKind.PLAN_MADE, "energy_changed"): (
        "It needs more or less energy than planned. Planned anew: {energy_wh} from {starts_at} to {finishes_at}.",
        "It needs another amount of energy than planned, and nothing can be charged any more.",
    ),
    (StepKind.PLAN_MADE, "outage"): (
        "Homecharge was not there when it was due. Planned anew: {energy_wh} from {starts_at} to {finishes_at}.",
        "Homecharge was not there when it was due, and no time is left to charge.",
    ),
    (StepKind.PLAN_MADE, "boost_ended"): (
        "The boost is over. Planned anew: {energy_wh} from {starts_at} to {finishes_at}.",
        "The boost is over, and there is no time in which more could be charged.",
    ),
    (StepKind.BOOST_ENDED, "limit_duration"): ("The time of the boost is up.",),
    (StepKind.BOOST_ENDED, "limit_energy"): ("The boost has given what it was for.",),
    (StepKind.BOOST_ENDED, "limit_cost"): ("The boost has cost what it was to cost.",),
    (StepKind.PAUSED, "suspended_evse"): ("The charger paused by itself.",),
    (StepKind.PAUSED, "plan"): ("Paused by its plan, for cheaper hours.",),
    (StepKind.PAUSED, "restricted_hours"): ("Paused: restricted hours have begun.",),
    (StepKind.PAUSED, "surplus"): ("Paused: there is too little solar surplus.",),
    (StepKind.RESUMED, "surplus"): ("There is solar surplus: charging goes on.",),
    (StepKind.STOP_REQUESTED, "driver"): ("{who} asked to stop.", "A driver asked to stop."),
    (StepKind.STOP_REQUESTED, "target_reached"): ("The target is reached: it is stopped.",),
    (StepKind.STOP_REQUESTED, "limit_duration"): ("The time limit is reached: it is stopped.",),
    (StepKind.STOP_REQUESTED, "limit_energy"): ("The energy limit is reached: it is stopped.",),
    (StepKind.STOP_REQUESTED, "limit_cost"): ("The cost limit is reached: it is stopped.",),
    (StepKind.STOP_REQUESTED, "surplus"): (
        "There is too little solar surplus, and the charger cannot be held: it is stopped.",
    ),
    (StepKind.STOP_REQUESTED, "restricted_hours"): (
        "Restricted hours have begun, and the charger cannot be held: it is stopped.",
    ),
    (StepKind.STOP_REQUESTED, "window_end"): ("Its time is over: it is stopped.",),
    (StepKind.STOP_ANSWERED, "accepted"): ("The charger agreed to stop.",),
    (StepKind.STOP_ANSWERED, "rejected"): ("The charger refused to stop.",),
    (StepKind.STOP_ANSWERED, "error"): ("The charger answered the stop with an error.",),
    (StepKind.STOP_ANSWERED, "no_answer"): ("The charger did not answer the stop in time.",),
    (StepKind.STOP_ANSWERED, "not_sent"): ("The stop never left: the charger's line was gone.",),
    (StepKind.COMMANDED, "resume"): ("The charger is told to start again.",),
    (StepKind.PAUSED, "nothing_due"): ("Held: the charger started by itself, and nothing is due yet.",),
    (StepKind.PAUSED, "stopped"): ("Paused: the charger was stopped for a pause, and is told to start again.",),
    (StepKind.PAUSED, "zero_limit"): (
        "Paused: the charger ends its transaction when it is held. It is told to start again when the plan goes on.",
    ),
    (StepKind.PROFILE_KEPT, "full_power"): (
        "The charger gives it full power: hours that the charger keeps by itself do not bind this charge.",
    ),
    (StepKind.PROFILE_REFUSED, "no_smart_charging"): (
        "The charger has no Smart Charging, so it cannot keep to a plan.",
    ),
    (StepKind.PROFILE_REFUSED, "stop_and_start"): (
        "The charger has no Smart Charging: to keep to the plan it is stopped, and started again.",
    ),
    (StepKind.PROFILE_REFUSED, "no_answer"): ("The charger did not answer when it was told the plan.",),
    (StepKind.PROFILE_REFUSED, "with_start"): (
        "The charger refused to start with a plan: it is asked to start without.",
    ),
    (StepKind.COMPLETED, "target_reached"): ("Completed: the target was reached.",),
    (StepKind.COMPLETED, "limit_duration"): ("Completed: the time limit was reached.",),
    (StepKind.COMPLETED, "limit_energy"): ("Completed: the energy limit was reached.",),
    (StepKind.COMPLETED, "limit_cost"): ("Completed: the cost limit was reached.",),
    (StepKind.COMPLETED, "window_end"): ("Completed: its time was over.",),
    (StepKind.COMPLETED, "driver"): ("Completed: a driver stopped it.",),
    (StepKind.COMPLETED, "stopped_at_charger"): ("Completed: it was stopped at the charger.",),
    (StepKind.COMPLETED, "unplugged"): ("Completed: the car was unplugged.",),
    (StepKind.COMPLETED, "power_lost"): ("Completed: the charger lost its power.",),
    (StepKind.COMPLETED, "charger_restart"): ("Completed: the charger restarted.",),
    (StepKind.COMPLETED, "emergency"): ("Completed: the emergency stop was pressed.",),
    (StepKind.COMPLETED, "not_authorized"): ("Completed: the card was no longer accepted.",),
    (StepKind.COMPLETED, "lost"): ("Completed: the charger never reported its end.",),
    (StepKind.COMPLETED, "adopted"): ("Completed: a charge that was due took its transaction over.",),
    (StepKind.COMPLETED, "other"): ("Completed: the charger ended it.",),
}
