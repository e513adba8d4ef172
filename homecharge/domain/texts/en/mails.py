"""English: mails about accounts, by their kind."""

MAILS: dict[tuple[str, str], str] = {
    ("reset_password", "subject"): "Choose a new password",
    ("reset_password", "text"): (
        "Hello {name},\n\nsomebody, hopefully you, asked for a new password. "
        "Choose one within 30 minutes:\n\n{link}\n\n"
        "If it was not you, there is nothing to do: your password is as it was.\n\nHomecharge"
    ),
    ("verify_email", "subject"): "Confirm your e-mail address",
    ("verify_email", "text"): (
        "Hello {name},\n\nplease confirm within three days that this is your e-mail address:\n\n{link}\n\n"
        "If you have no account with Homecharge, there is nothing to do.\n\nHomecharge"
    ),
    ("change_email", "subject"): "Confirm your new e-mail address",
    ("change_email", "text"): (
        "Hello {name},\n\nplease confirm within 24 hours that this is to be your e-mail address:\n\n{link}\n\n"
        "Until then the old one stays. If it was not you, there is nothing to do.\n\nHomecharge"
    ),
    ("password_changed", "subject"): "Your password was changed",
    ("password_changed", "text"): (
        "Hello {name},\n\nyour password was changed, and other devices were signed out. If it was not you, "
        "ask for a new one at once (“Forgot password” where you sign in).\n\nHomecharge"
    ),
    ("email_changed", "subject"): "Your e-mail address was changed",
    ("email_changed", "text"): (
        "Hello {name},\n\nyour account now has another e-mail address, and this one is no longer used. "
        "If it was not you, tell our support at once.\n\nHomecharge"
    ),
}
