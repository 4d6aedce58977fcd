# Segue's commands. `make help` lists them.
#
# Each environment is a file that says when it was last brought up to date, so that a second call skips what is done.

PYTHON ?= python3
CATALOGUE ?= data/sample/tracks.jsonl
LOG ?= data/sample/events.jsonl
ARTIFACTS ?= data/artifacts
PORT ?=
EVERY ?=
EPISODES ?= 30000
SEED ?= 31312
EXPERIMENT ?= SEGUE
WORLD ?= dot
HTML ?= reports/report.html
# Files that make a world: empty, and the simulator generates it. E.g. WORLD_FILES='--catalogue F --listeners F'
WORLD_FILES ?=

VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
CHECKED := app benchmarks cli docs/site experiments preprocessing simulator strategies tests templates

.DEFAULT_GOAL := help
.PHONY: help setup faults fuzz soak setup-spark sample preprocess learn serve run test simulate report claim leaderboard loop-demo ablation novelty bench bench-serving bench-workers bench-preprocess bench-million bench-cluster profile docs lint format type clean screenshots

help: ## List every target with a sentence.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-17s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(ARTIFACTS)/current/manifest.json ## Do everything: set up, make a sample, preprocess it, and serve.
	@$(MAKE) --no-print-directory serve

setup: $(VENV)/serve $(VENV)/develop ## Make .venv with all that serving, testing and measuring need.

setup-spark: $(VENV)/spark ## Add PySpark to .venv (650 MB); it needs Java 17 or later.

sample: $(VENV)/serve ## Generate a catalogue and a playback log of invented music in data/sample.
	$(BIN)/python -m preprocessing.sample --folder data/sample

preprocess: $(VENV)/serve ## Make artifacts: make preprocess CATALOGUE=FILE LOG=FILE_OR_FOLDER_OR_GLOB ARTIFACTS=DIR.
	$(BIN)/python -m preprocessing --catalogue '$(CATALOGUE)' --log '$(LOG)' --artifacts '$(ARTIFACTS)'

learn: $(VENV)/serve ## Learn from the log again and again, each round judged before it is served: make learn LOG=data/log EVERY=24h.
	$(BIN)/python -m preprocessing learn --catalogue '$(CATALOGUE)' --log '$(LOG)' --artifacts '$(ARTIFACTS)' \
		$(if $(EVERY),--every $(EVERY))

serve: $(VENV)/serve ## Serve the artifacts with the embedded session store: make serve PORT=N.
	SEGUE_ARTIFACTS__PATH='$(ARTIFACTS)' $(BIN)/python -m app $(if $(PORT),--port $(PORT))

test: $(VENV)/develop ## Run every test; each real server that a test needs is started by it.
	$(BIN)/python -m pytest

faults: $(VENV)/develop $(ARTIFACTS)/current/manifest.json ## Pull every plug under load and count what is lost; writes the table of docs/reliability.md.
	$(BIN)/python -m tests.faults --artifacts '$(ARTIFACTS)/current' --write

fuzz: $(VENV)/develop ## Invent 20,000 requests by the OpenAPI document, alone and in sequences, and check every answer.
	$(BIN)/python -m tests.fuzz

soak: $(VENV)/develop $(ARTIFACTS)/current/manifest.json ## Serve at 80 % of capacity for 10 minutes; draws docs/soak.svg.
	$(BIN)/python -m tests.faults.soak --artifacts '$(ARTIFACTS)/current'

simulate: $(VENV)/lab $(ARTIFACTS)/current/manifest.json ## Run simulated listeners: make simulate EPISODES=30000 SEED=31312 EXPERIMENT=SEGUE.
	$(BIN)/python -m simulator run --episodes $(EPISODES) --seed $(SEED) --experiment $(EXPERIMENT) --world $(WORLD) \
		--artifacts '$(ARTIFACTS)' --log data/simulated $(or $(WORLD_FILES),--catalogue '$(CATALOGUE)')

report: $(VENV)/lab ## Judge the experiments of a playback log: make report LOG=FILE_OR_FOLDER_OR_GLOB.
	@mkdir -p '$(dir $(HTML))'
	$(BIN)/python -m experiments report '$(LOG)' --html '$(HTML)'

claim: $(VENV)/lab ## Prove the claim: the default chain against the control, in two worlds, in process and over HTTP.
	$(BIN)/python -m simulator claim --episodes $(EPISODES) $(WORLD_FILES)

leaderboard: $(VENV)/lab ## Compare every chain of settings.toml in every world; writes docs/leaderboard.md and its plot.
	$(BIN)/python -m simulator leaderboard $(WORLD_FILES)

loop-demo: $(VENV)/lab ## Let a chain learn from its own log, six rounds of it; writes a picture of the climb: make loop-demo WORLD=dot.
	$(BIN)/python -m simulator loop --world $(WORLD) $(WORLD_FILES)

ablation: $(VENV)/lab ## Take session taste apart; writes docs/ablation.md.
	$(BIN)/python -m simulator ablation $(WORLD_FILES)

novelty: $(VENV)/lab ## Turn the chains' novelty up; writes docs/novelty.md and its plot.
	$(BIN)/python -m simulator novelty $(WORLD_FILES)

bench: $(VENV)/develop $(ARTIFACTS)/current/manifest.json ## Print the measured ratios: serving, preprocessing, start-up.
	$(BIN)/python -m benchmarks --artifacts '$(ARTIFACTS)'

screenshots: $(VENV)/develop $(ARTIFACTS)/current/manifest.json ## Take the pictures of the documentation, with Chromium; writes docs/pictures.
	$(BIN)/python -m tests.browser.screenshots --artifacts '$(ARTIFACTS)' --catalogue '$(CATALOGUE)'

docs: $(VENV)/docs ## Make the documentation a site, site/index.html; its search works without a server.
	$(BIN)/python -m sphinx --quiet --fail-on-warning --keep-going -b html -c docs/site docs site

bench-serving: $(VENV)/develop $(ARTIFACTS)/current/manifest.json ## Measure an answer beside a bare endpoint's; draws docs/serving.svg.
	$(BIN)/python -m benchmarks.serving --artifacts '$(ARTIFACTS)' --svg docs/serving.svg

bench-workers: $(VENV)/develop ## Measure 1, 2 and 4 workers over a million tracks: CPU of an answer, how requests spread, memory.
	$(BIN)/python -m benchmarks.workers

bench-preprocess: $(VENV)/develop ## Measure the preprocessing by size, and after one more day; draws docs/preprocessing.svg.
	$(BIN)/python -m benchmarks.preprocessing --svg docs/preprocessing.svg
	$(BIN)/python -m benchmarks.one_more_day

bench-million: $(VENV)/develop ## Measure a million tracks by a million users: mapping, start, memory, requests.
	$(BIN)/python -m benchmarks.million

bench-cluster: $(VENV)/develop ## Measure sessions in a Redis Cluster of three beside those in one server; both are started.
	$(BIN)/python -m benchmarks.cluster

profile: $(VENV)/develop $(ARTIFACTS)/current/manifest.json ## Draw a flame graph of a worker under load, reports/profile.svg: where the CPU time of a request goes.
	$(BIN)/python -m benchmarks.profile --artifacts '$(ARTIFACTS)'

lint: $(VENV)/develop ## Check style and formatting.
	$(BIN)/ruff check $(CHECKED)
	$(BIN)/ruff format --check $(CHECKED)

format: $(VENV)/develop ## Format the code.
	$(BIN)/ruff check --fix $(CHECKED)
	$(BIN)/ruff format $(CHECKED)

type: $(VENV)/develop ## Check types.
	$(BIN)/mypy

clean: ## Remove the environment, the sample, artifacts, logs and sessions.
	rm -rf $(VENV) data site docs/generated .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Segue needs Python 3.11 or later; '$(PYTHON)' is $$($(PYTHON) --version 2>&1). Try: make PYTHON=python3.12 run"; exit 2; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/serve: pyproject.toml constraints.txt | $(BIN)/python
	@echo "installing Segue into $(VENV) ..."
	@$(INSTALL) --editable .
	@touch $@

$(VENV)/lab: $(VENV)/serve
	@echo "installing what simulating and judging need ..."
	@$(INSTALL) --editable '.[lab]'
	@touch $@

$(VENV)/develop: $(VENV)/lab
	@echo "installing what testing and measuring need ..."
	@$(INSTALL) --editable '.[lab,dev,trace]'
	@touch $@

$(VENV)/spark: $(VENV)/serve
	@echo "installing what preprocessing on Spark needs ..."
	@$(INSTALL) --editable '.[spark]'
	@touch $@

$(VENV)/docs: $(VENV)/serve
	@echo "installing what the documentation needs ..."
	@$(INSTALL) --editable '.[docs]'
	@touch $@

data/sample/events.jsonl: | $(VENV)/serve
	$(BIN)/python -m preprocessing.sample --folder data/sample

$(ARTIFACTS)/current/manifest.json: | $(VENV)/serve data/sample/events.jsonl
	$(BIN)/python -m preprocessing --catalogue '$(CATALOGUE)' --log '$(LOG)' --artifacts '$(ARTIFACTS)'
