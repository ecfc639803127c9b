# Two commands do everything: `make run` and `make test`. Both set up .venv first.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
ARGS ?=

FULL ?=

.PHONY: run test install check prove bench simulate listen format clean

run: install
	@$(BIN)/tongluo demo $(ARGS)

# Both cores. The journeys live by the wall clock, so they have the machine to themselves.
test: install services
	@$(BIN)/pytest -q -m "not slow" --ignore tests/journeys -n 2 --dist loadfile $(ARGS)
	@$(BIN)/pytest -q -m "not slow" tests/journeys $(ARGS)

prove: proofs services
	@TONGLUO_FULL=$(FULL) $(BIN)/pytest -q -m slow $(ARGS)

# Figures beside their floors (docs/performance.md); FULL=1 for the sizes that stand there.
bench: install services
	@TONGLUO_FULL=$(FULL) $(BIN)/pytest -q -m slow tests/bench $(ARGS)
# The simulation for longer: HOURS=1, or SEEDS=0:5000; SEED=1234 replays one story line by line; BUG=name plants a bug.
SEEDS ?= 0:100000000
HOURS ?= 0.1
SIMULATION := tests/simulation/campaign.py
simulate: install
ifdef SEED
	@$(BIN)/python $(SIMULATION) --seed $(SEED) $(if $(BUG),--bug $(BUG))
else
	@$(BIN)/python $(SIMULATION) --seeds $(SEEDS) --seconds $$(awk 'BEGIN { print 3600 * $(HOURS) }') $(if $(BUG),--bug $(BUG) --until any)
endif

# What villages hear, as WAV files and as pictures: var/listen/index.html. Then how well each installed voice is understood.
listen: install
	@$(BIN)/python tests/listening/listen.py $(ARGS)
	@$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[hear]' || true
	@$(BIN)/python tests/listening/heard.py

check: install
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: install
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

install: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	@command -v $(PYTHON) >/dev/null || { echo "缺少 Python：sudo apt install python3 / Python is missing: sudo apt install python3" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "需要 Python 3.11 以上：sudo apt install python3.11 / Python 3.11 or newer is needed: sudo apt install python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "缺少 venv：sudo apt install python3-venv / venv is missing: sudo apt install python3-venv" >&2; exit 1; }
	@echo "正在准备 .venv ……（第一次约一两分钟，其中语音约 120 MB） / setting up .venv (a minute or two, once; 120 MB of it are the voice)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,voice]'
	@$(BIN)/tongluo voice install --if-possible || true
	@touch $(STAMP)

# What only `make prove` needs: a second normaliser, other codecs, a recogniser of speech.
PROOFS := $(VENV)/.proofs
.PHONY: proofs
proofs: install $(PROOFS)

$(PROOFS): pyproject.toml constraints.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[proof]'
	@touch $(PROOFS)

# What real-service tests need. Where Debian packages cannot be installed the tests say that they were skipped, and why.
# $(call debian,package,what needs it)
define debian
if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
  echo "installing $(1) for $(2)"; \
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(1); } >/dev/null 2>&1 \
    || echo "$(1) could not be installed: $(2) will be skipped"; \
else echo "没有 $(1)：sudo apt install $(1) / $(1) is missing: $(2) will be skipped"; fi
endef

.PHONY: services
services:
	@command -v mosquitto >/dev/null || test -x /usr/sbin/mosquitto || { $(call debian,mosquitto,the real-service tests); }
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || { $(call debian,chromium,the tests of the page); }
	@command -v systemd-analyze >/dev/null || { $(call debian,systemd,the tests of the unit file); }

clean:
	@rm -rf $(VENV) var .mypy_cache .ruff_cache .pytest_cache
