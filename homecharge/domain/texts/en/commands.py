"""English: what has become of what the people of a home asked of their charger."""

DEEDS = {
    ("restart", "queued"): "The charger is about to be told to restart.",
    ("restart", "sent"): "The charger has been told to restart, and has not answered yet.",
    ("restart", "accepted"): "The charger agreed to restart. That takes a minute or two.",
    ("restart", "done"): "The charger has restarted.",
    ("restart", "rejected"): "The charger refused to restart. Switch its power off and on again.",
    ("restart", "error"): "The charger could not make sense of it. Switch its power off and on again.",
    ("restart", "no_answer"): "The charger did not answer. It may restart all the same.",
    ("restart", "not_sent"): "The charger could not be told: it is offline. Try again once it is back.",
    ("unlock_cable", "queued"): "The charger is about to be told to let the cable go.",
    ("unlock_cable", "sent"): "The charger has been told to let the cable go, and has not answered yet.",
    ("unlock_cable", "accepted"): "The cable is unlocked.",
    ("unlock_cable", "rejected"): "The charger could not unlock the cable. Restart the charger, and try again.",
    ("unlock_cable", "NotSupported"): "This charger has no lock that can be opened from here.",
    ("unlock_cable", "error"): "The charger could not make sense of it. Restart the charger, and try again.",
    ("unlock_cable", "no_answer"): "The charger did not answer. The cable may be unlocked all the same.",
    (
        "unlock_cable",
        "not_sent",
    ): "The charger could not be told: it is offline. Try again once it is back.",
}
