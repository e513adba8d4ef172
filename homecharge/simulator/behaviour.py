"""How one simulated charge point deviates from the textbook: every switch can be turned while it runs."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias

Payload: TypeAlias = dict[str, Any]
"""The body of an OCPP message, as decoded JSON."""
Unit = Literal["Wh", "kWh", "alternating"]


@dataclass(slots=True, kw_only=True)
class Behaviour:
    """Switches of one charge point; the defaults are a well-mannered one.

    Times are seconds on the wall unless said otherwise. A switch acts on the next message or sample it concerns.
    """

    # The electricity. Power in W; `time_scale` simulated seconds pass per second, for energy and sample intervals.
    power_w: int = 7400
    time_scale: float = 1.0
    register_wh: int = 1000
    """What the meter shows when the charge point is made."""
    soc_percent: float | None = None
    """State of charge in the samples where SoC is sampled; most AC chargers cannot know it."""

    # Meter values.
    sample_every_s: float | None = None
    """Overrides MeterValueSampleInterval / time_scale."""
    samples: bool = True
    unit: Unit = "Wh"
    measurands: tuple[str, ...] | None = None
    """Overrides MeterValuesSampledData."""
    supported_measurands: tuple[str, ...] = (
        "Energy.Active.Import.Register",
        "Power.Active.Import",
        "Current.Import",
        "Voltage",
        "SoC",
    )
    power_stuck_at_zero: bool = False
    samples_without_transaction: bool = False
    """MeterValues carry no transactionId."""
    samples_of_connector_zero: bool = False
    """Each sample is followed by one of connector 0, whose register is the whole house."""

    # Starting and stopping.
    refuse_remote_start: bool = False
    callerror_on_remote_start: bool = False
    accept_and_do_nothing: bool = False
    authorize_remote: bool = False
    """AuthorizeRemoteTxRequests: sends Authorize before a remote start and obeys the verdict."""
    other_tag: str | None = None
    """The tag put in StartTransaction whatever was asked for."""
    start_delay_s: float = 0.0
    """Between the answer to RemoteStartTransaction and what follows from it."""
    free_vend: bool = False
    """Starts by itself at plug-in with `free_vend_tag`; accepts RemoteStartTransaction and ignores it."""
    free_vend_tag: str = "FREEVEND"
    refuse_remote_stop: bool = False
    ignore_remote_stop: bool = False
    """Accepts RemoteStopTransaction and goes on."""
    keep_refused_transaction: bool = False
    """Keeps a transaction whose tag was refused open, without energy, in place of ending it DeAuthorized."""
    restart_needs_replug: bool = False
    """Refuses RemoteStartTransaction from Finishing."""
    preparing_expires_s: float | None = None
    """Falls from Preparing to Finishing after this time without a start."""
    stop_transaction_id: int | None = None
    """The transactionId of every StopTransaction (-1 or 0 on some), in place of the true one."""

    # Smart Charging. Limits come from the server's profiles; power follows them, and 0 is SuspendedEVSE.
    smart_charging: bool = False
    phases: int = 1
    rate_units: frozenset[str] = frozenset({"W", "A"})
    """The units it takes, whatever its configuration says."""
    refuse_profiles: bool = False
    refuse_start_with_profile: bool = False
    """Refuses a RemoteStartTransaction that carries a profile."""
    ignore_start_profile: bool = False
    """Accepts it, and takes no notice of the profile."""
    zero_limit_ends_transaction: bool = False
    """Ends the transaction (Other) in place of SuspendedEVSE."""

    # Cards that are known without a line (Local Auth List), and what was last heard of those that were asked about.
    local_list: bool = False
    local_list_answer: str | None = None
    """The status of every SendLocalList, which changes nothing then: Failed, NotSupported or VersionMismatch."""
    authorization_cache: bool = False

    # Reservation.
    reservations: bool = False
    reservation_answer: str | None = None
    """The status of every ReserveNow, which changes nothing then: Faulted, Occupied, Rejected or Unavailable."""

    # Firmware Management. Nothing is fetched or sent; each stage takes `stage_s` simulated seconds.
    firmware: bool = False
    stage_s: float = 20.0
    firmware_failure: str | None = None
    """How every update ends: DownloadFailed or InstallationFailed."""
    has_diagnostics: bool = True
    """Else it answers GetDiagnostics with no file, and uploads none."""
    upload_fails: bool = False

    # Answers to the server, by action.
    mute: bool = False
    """Answers no CALL, and still sends its own."""
    answer_delays_s: dict[str, float] = field(default_factory=dict)
    """Before the answer to an action; the key "*" is any."""
    answers: dict[str, Payload] = field(default_factory=dict)
    """The answer to an action, word for word, and nothing follows from it."""
    callerrors: dict[str, str] = field(default_factory=dict)
    """The errorCode of the CALLERROR that answers an action."""
    refuse_configuration: frozenset[str] = frozenset()
    """ChangeConfiguration of these keys is Rejected; the key "*" is any."""
    drop_before_reset_answer: bool = False
    refuse_availability: bool = False
    unlock_answer: str = "Unlocked"
    """UnlockFailed and NotSupported leave the transaction alone."""
    vendors: dict[str, frozenset[str]] = field(default_factory=dict)
    """Whose DataTransfers it takes, and which messages of theirs; it answers with the data it was given."""

    # The line.
    ca_file: Path | None = None
    """Whom to trust where the server has a certificate (wss), in PEM, in place of those that the system trusts."""
    pins_certificate: bool = False
    """`ca_file` is the server's own certificate: good under any name and whoever has signed it, and no other is."""
    status_before_boot: bool = False
    """Sends its statuses before BootNotification."""
    boot_on_reconnect: bool = False
    status_on_reconnect: bool = False
    """A charge point that merely reconnects sends neither; one that rebooted sends both."""
    heartbeat_s: float | None = None
    """Overrides the interval given at boot; 0 is never."""
    clock_skew_s: float = 0.0
    """How far the charge point's clock is ahead."""
    status_timestamps: bool = True
    """StatusNotification carries its timestamp, which is optional."""
    call_timeout_s: float = 30.0
    retry_s: float = 10.0
    """Until an unanswered or refused StartTransaction or StopTransaction is repeated; it is repeated for ever."""
    replay_twice: bool = False
    """Sends what was queued offline twice over."""
    reboot_s: float = 0.05
    """How long a reboot takes."""
    reconnect_s: float = 1.0
    """Before the first attempt to reconnect; doubled at each, up to 30 s."""
