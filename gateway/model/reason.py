"""Why: a reason from a closed list, with fields. gateway/i18n makes a sentence of it, in Chinese or
English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Reason(StrEnum):
    """Every reason that the gateway gives a sender or a person. gateway/i18n/{zh,en}.toml has a sentence for
    each."""

    # unreadable: quarantine
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_DEEP = "too_deep"
    NOT_XML = "not_xml"
    DOCTYPE = "doctype"
    NOT_JSON = "not_json"
    UNKNOWN_FORMAT = "unknown_format"
    MISSING_ELEMENT = "missing_element"
    BAD_VALUE = "bad_value"
    READER_FAILED = "reader_failed"
    JUDGE_FAILED = "judge_failed"
    GRAVE_UNREAD = "grave_unread"
    # held or not aired
    STATUS_UNKNOWN = "status_unknown"
    MSG_TYPE_UNKNOWN = "msg_type_unknown"
    SENDER_NOT_ALLOWED = "sender_not_allowed"
    DEMO_SENDER = "demo_sender"
    NOT_ACTUAL = "not_actual"
    HEARTBEAT = "heartbeat"
    ACKNOWLEDGEMENT = "acknowledgement"
    SCOPE_NOT_PUBLIC = "scope_not_public"
    LOOKS_LIKE_DRILL = "looks_like_drill"
    LOOKS_LIKE_LIFT = "looks_like_lift"
    LOOKS_OVER = "looks_over"
    LIFT_UNCLEAR = "lift_unclear"
    DUPLICATE = "duplicate"
    CONTENT_CHANGED = "content_changed"
    CONTENT_GRAVER = "content_graver"
    REISSUED = "reissued"
    OTHER_ROAD = "other_road"
    LESS_TRUSTED = "less_trusted"
    SIGNATURE_MISSING = "signature_missing"
    SIGNATURE_UNVERIFIABLE = "signature_unverifiable"
    SIGNATURE_WRONG = "signature_wrong"
    DRAFT = "draft"
    NO_WARNING = "no_warning"
    RESPONSE_ONLY = "response_only"
    QUAKE_REPORT = "quake_report"
    EXPIRED = "expired"
    ALREADY_CANCELLED = "already_cancelled"
    SUPERSEDED = "superseded"
    NO_AREA = "no_area"
    NO_SPEAKER_IN_AREA = "no_speaker_in_area"
    NO_POSITION = "no_position"
    OTHER_TOWNSHIPS = "other_townships"
    EXCEPTED_TOWNSHIPS = "excepted_townships"
    LEVELS_DIFFER = "levels_differ"
    CANNOT_BE_SAID = "cannot_be_said"
    RARE_CHARACTERS = "rare_characters"
    RELAYED = "relayed"
    WATCH_ONLY = "watch_only"
    NO_TEXT = "no_text"
    SAME_RECENTLY = "same_recently"
    STORED_BY_RULE = "stored_by_rule"
    HELD_AT_NIGHT = "held_at_night"
    VETO_WINDOW = "veto_window"
    ONE_PERSON = "one_person"
    NO_RULE = "no_rule"
    TWO_PEOPLE = "two_people"
    QUIET_HOURS = "quiet_hours"
    FAN_OUT = "fan_out"
    NIGHT_MINUTES = "night_minutes"
    OUTSIDE_DRILL = "outside_drill"
    DRILL_OVER = "drill_over"
    # why a drill is not opened
    DRILL_TOO_SOON = "drill_too_soon"
    DRILL_LENGTH = "drill_length"
    DRILL_IN_QUIET_HOURS = "drill_in_quiet_hours"
    DRILL_THERE = "drill_there"
    DRILL_SOURCE = "drill_source"
    # why a test is refused
    TEST_WORDS = "test_words"
    TEST_LENGTH = "test_length"
    TEST_SPEAKERS = "test_speakers"
    TEST_IN_QUIET_HOURS = "test_in_quiet_hours"
    # why an act is refused: nothing has this name
    UNKNOWN_TARGET = "unknown_target"
    UNKNOWN_SPEAKER = "unknown_speaker"
    UNKNOWN_PLACE = "unknown_place"
    UNKNOWN_ALERT = "unknown_alert"
    UNKNOWN_DRILL = "unknown_drill"
    NEVER_AIRED = "never_aired"
    NOT_QUARANTINED = "not_quarantined"
    WHICH_LIFT = "which_lift"
    NOT_RINGING = "not_ringing"
    # why a warning is not said again
    TAKEN_BACK = "taken_back"
    AGAIN_HEARD = "again_heard"
    AGAIN_LIFTED = "again_lifted"
    AGAIN_REPLACED = "again_replaced"
    AGAIN_EXPIRED = "again_expired"
    # why an act is refused: not like this
    HOLD_LENGTH = "hold_length"
    PRONUNCIATION_WRONG = "pronunciation_wrong"
    # why a request is refused
    UNAUTHENTICATED = "unauthenticated"
    CROWDED = "crowded"
    # why an order's text is refused
    READING_TOO_LONG = "reading_too_long"
    # aired
    AIRED = "aired"
    UPDATED = "updated"
    LIFTED = "lifted"
    CORRECTED = "corrected"
    NOTHING_TO_STOP = "nothing_to_stop"
    # why a delivery ended as it did
    SPOKEN = "spoken"
    NO_EVIDENCE_POSSIBLE = "no_evidence_possible"
    UNREACHED = "unreached"
    NO_FORM = "no_form"
    DEVICE_REFUSED = "device_refused"
    STOPPED = "stopped"
    CANCELLED = "cancelled"
    REPLACED = "replaced"
    OUTRANKED = "outranked"
    WAITING = "waiting"
    INTERRUPTED = "interrupted"
    ON_HOLD = "on_hold"
    # alarms
    RELAY = "relay"
    # what is wrong with the gateway itself
    TASK_DOWN = "task_down"
    CLOCK_UNTRUSTED = "clock_untrusted"
    CLOCK_JUMPED = "clock_jumped"
    CLOCK_PARTED = "clock_parted"
    LINE_DOWN = "line_down"
    BROKER_DOWN = "broker_down"
    VOICE_DOWN = "voice_down"
    DISK_TROUBLE = "disk_trouble"
    DISK_LOW = "disk_low"
    BACKUP_FAILED = "backup_failed"
    UNACKNOWLEDGED = "unacknowledged"
    CANARY_MISSING = "canary_missing"
    SOURCE_SILENT = "source_silent"
    STATION_SILENT = "station_silent"
    ON_BATTERY = "on_battery"
    BATTERY_LOW = "battery_low"
    UNORDERED = "unordered"
    NO_DUTY_ROOM = "no_duty_room"
    ACKNOWLEDGED = "acknowledged"


@dataclass(frozen=True)
class Why:
    """A reason with the values of its sentence."""

    reason: Reason
    fields: Mapping[str, str] = field(default_factory=dict)
    """By the names that stand in braces in the sentence."""
