# Every command of the project. `make` alone lists them. Written for make 3.81 (macOS) and later.
# ARGS= is passed on: make test ARGS="tests/unit -k wallet", make dev ARGS=--detach.

.DEFAULT_GOAL := help
.PHONY: help dev down test e2e fuzz simulate simulate-rewards bench verify lint fmt clients synth deploy destroy keys docs lock audit explain reconcile repair ready

PY := .venv/bin/python
export PYTHONPATH := layers/common/python:.

# Only synth, deploy, destroy, keys, audit, explain, reconcile and repair may see a real account's credentials.
NO_ACCOUNT := env -u AWS_PROFILE -u AWS_ACCESS_KEY_ID -u AWS_SECRET_ACCESS_KEY -u AWS_SESSION_TOKEN \
	AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null AWS_EC2_METADATA_DISABLED=true

HISTORIES := $(if $(FAMILY),--family $(FAMILY)) $(if $(SEEDS),--seeds $(SEEDS)) $(if $(SEED),--seed $(SEED)) \
	$(if $(STEPS),--steps $(STEPS)) $(if $(CALM),--calm $(CALM))

LIVES := $(if $(RULES),--rules "$(RULES)") $(if $(DAYS),--days $(DAYS)) $(if $(VIEWERS),--viewers $(VIEWERS)) \
	$(if $(SEED),--seed $(SEED)) $(if $(REPORT),--report "$(REPORT)")

help: ## List the commands
	@echo 'make COMMAND [ARGS="..."]'
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-16s %s\n", $$1, $$2 }' Makefile

# --- Every day -------------------------------------------------------------------------------------------------------

dev: ready ## Start the whole platform on this machine and deploy the app to it (ARGS=--detach returns when ready)
	@$(NO_ACCOUNT) $(PY) -m local up $(ARGS)

down: ready ## Stop the local platform
	@$(NO_ACCOUNT) $(PY) -m local down $(ARGS)

test: ready ## Unit, property, simulation, integration, contract, infrastructure and local tests
	@$(NO_ACCOUNT) $(PY) -m pytest -n auto --dist loadfile $(ARGS)

e2e: ready ## Tests as a client and in a browser, against the local platform (started when none runs)
	@$(NO_ACCOUNT) $(PY) tools/e2e.py $(ARGS)

fuzz: export FUZZ_EXAMPLES = $(or $(EXAMPLES),50)
fuzz: export FUZZ_ROLE = $(ROLE)
fuzz: export FUZZ_SEED = $(SEED)
fuzz: ready ## Send the local platform whatever its description allows, and more: EXAMPLES=50, ROLE=viewers, SEED=1
	@$(NO_ACCOUNT) $(PY) tools/e2e.py tests/e2e/test_fuzz.py -rA --timeout=3600 $(ARGS)

simulate: ready ## Histories with faults over the shipped store: SEEDS=how many, SEED=one to replay, FAMILY=, ARGS=--bugs
	@$(NO_ACCOUNT) $(PY) -m tests.simulation $(HISTORIES) $(ARGS)

simulate-rewards: ready ## Synthetic viewers and farms under rules of rewards: RULES=file DAYS= VIEWERS= SEED= REPORT=
	@$(NO_ACCOUNT) $(PY) tools/simulate_rewards.py $(LIVES) $(ARGS)

bench: ready ## Counted units, sizes, conflicts, cost and start-up: one table and bench/results.json
	@$(NO_ACCOUNT) $(PY) -m bench $(ARGS)

verify: ## Verify receipts, offline: RECEIPT=file.json
	@python3 tools/verify_receipt.py $(ARGS) "$(RECEIPT)"

audit: ready ## Prove the ledger's books: EXPORT=folder or TABLE=name, ANCHORS=folder
	@$(PY) tools/audit.py $(foreach folder,$(EXPORT),--export "$(folder)") $(if $(TABLE),--table "$(TABLE)") \
		$(if $(ANCHORS),--anchors "$(ANCHORS)") $(ARGS)

explain: ready ## Explain an account: ACCOUNT=viewer:..., of the running local platform or of STAGE=
	@$(PY) tools/explain.py "$(ACCOUNT)" $(if $(STAGE),--stage "$(STAGE)") $(ARGS)

reconcile: ready ## Hold a day's lines of the payment provider against the ledger: DAY=, of this machine or of STAGE=
	@$(PY) tools/reconcile.py $(if $(STAGE),--stage "$(STAGE)") $(if $(DAY),--day "$(DAY)") $(ARGS)

lint: ready ## Style, types, import contracts, lock files, generated documents
	@$(PY) tools/lint.py $(ARGS)

fmt: ready ## Format the code and mend what ruff can mend
	@$(PY) -m ruff format .
	@$(PY) -m ruff check --fix .

docs: ready ## Write docs/openapi.json, the schemas of events and rules and the pages made from the code anew
	@$(PY) tools/schemas.py $(ARGS)
	@$(PY) tools/rule_schema.py $(ARGS)
	@$(PY) tools/openapi.py $(ARGS)
	@$(PY) tools/docs.py $(ARGS)

clients: ready ## Generate clients of the API in Python and TypeScript: TO=folder
	@$(PY) tools/clients.py --to "$(TO)" $(ARGS)

lock: ready ## Compile the lock files anew (ARGS=--upgrade takes newer versions)
	@$(PY) tools/lock.py $(ARGS)

# --- A real account: each needs STAGE=, and what changes an account needs CONFIRM= with the same name -----------------

synth: ready ## Synthesise the CDK app's templates: STAGE=dev, or every stage
	@$(PY) tools/cdk.py synth $(if $(STAGE),--stage $(STAGE)) $(ARGS)

keys: ready ## Make the stage's signing key and secrets: STAGE=dev
	@$(PY) tools/confirm.py keys "$(STAGE)" "$(STAGE)"
	@$(PY) tools/keys.py --stage "$(STAGE)" $(ARGS)

deploy: ready ## Deploy to the stage's account: STAGE=dev CONFIRM=dev
	@$(PY) tools/confirm.py deploy "$(STAGE)" "$(CONFIRM)"
	@$(PY) tools/cdk.py deploy --stage "$(STAGE)" $(ARGS)

destroy: ready ## Remove what can be removed from the stage's account: STAGE=dev CONFIRM=dev
	@$(PY) tools/confirm.py destroy "$(STAGE)" "$(CONFIRM)"
	@$(PY) tools/cdk.py destroy --stage "$(STAGE)" $(ARGS)

repair: ready ## Settle what settlement has missed: STAGE=dev CONFIRM=dev, EXPORT=folder of a window, ARGS=--dry-run
	@$(PY) tools/confirm.py repair "$(STAGE)" "$(CONFIRM)"
	@$(PY) tools/repair.py --stage "$(STAGE)" --due "cliffhanger-$(STAGE)-due" \
		$(foreach folder,$(EXPORT),--export "$(folder)") $(if $(EXPORT),--bus "cliffhanger-$(STAGE)-events") $(ARGS)

# The virtual environment: made by the first command that needs it, mended when the lock files change.
ready:
	@python=$$(PYTHON="$(PYTHON)" sh tools/python.sh) && \
		env -u PYTHONPATH "$$python" tools/environment.py $(if $(PYTHON),--exactly)
