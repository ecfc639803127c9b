"""Site data as its configuration names it: the roster, the relay rules, the pronunciations.

The files are TOML. The ledger keeps every version of the roster and the rules.
"""

from __future__ import annotations

from dataclasses import replace

from gateway.config.config import Config
from gateway.config.table import ConfigWrong
from gateway.judge.rules import DEFAULTS, Rules, RulesWrong
from gateway.model.speaker import Roster
from gateway.site.seed import load_roster
from gateway.voice.mandarin.lexicon import OURS, Lexicon, LexiconWrong


def load_site(config: Config) -> Roster:
    """The roster with the relay rules. The rules and the pronunciations are checked too. Raises
    ConfigWrong."""
    lexicon(config)
    roster = load_roster(config.seed, {line.name for line in config.lines})
    if config.rules is None:
        return roster
    try:
        text = config.rules.read_text("utf-8")
        Rules.parse(text)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigWrong(config.rules, [f"it cannot be read: {error}"]) from error
    except RulesWrong as wrong:
        raise ConfigWrong(config.rules, wrong.faults) from wrong
    return replace(roster, rules=text)


def lexicon(config: Config) -> Lexicon:
    """The pronunciations of names: the site's own go before the product's. Raises ConfigWrong."""
    if config.readings is None:
        return OURS
    try:
        return Lexicon.read(config.readings.read_text("utf-8")).over(OURS)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigWrong(config.readings, [f"it cannot be read: {error}"]) from error
    except LexiconWrong as wrong:
        raise ConfigWrong(config.readings, wrong.faults) from wrong


def rules_of(roster: Roster) -> Rules:
    """The relay rules of this version of the site data; the product's where it has none of its own."""
    return Rules.parse(roster.rules or DEFAULTS)
