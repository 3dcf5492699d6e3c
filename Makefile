# The two commands: `make run` and `make test`. Both make the environment first.

export RASA_TELEMETRY_ENABLED = false
export SQLALCHEMY_SILENCE_UBER_WARNING = 1
export TF_CPP_MIN_LOG_LEVEL = 3

.PHONY: run test long setup check unit bench lock clean

run: setup
	@exec .venv/bin/borgerkontakt run

test: setup check
	@scripts/test-services
	@scripts/run-tests $(PYTEST_ARGS)

# The rest of the tests: web killed at every step, fifty at once two hundred times, real trainings, more widths.
long: setup
	@scripts/test-services
	.venv/bin/borgerkontakt train
	.venv/bin/python -m pytest -m long $(PYTEST_ARGS)

setup:
	@scripts/setup

# Lint, format, types and the assistant's own data: quick, and part of `make test`.
check: setup
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	@scripts/validate-assistant

# Only the tests that touch nothing outside: seconds.
unit: setup
	.venv/bin/python -m pytest tests/unit $(PYTEST_ARGS)

bench: setup
	.venv/bin/python -m bench.turn
	.venv/bin/python -m bench.desk

# After a change of the dependencies in pyproject.toml or requirements-login.in.
lock: setup
	PATH="$$PWD/.tools/bin:$$PATH" uv pip compile --quiet --universal --generate-hashes --no-header --extra dev \
	    --python .venv/bin/python --output-file requirements.lock pyproject.toml
	PATH="$$PWD/.tools/bin:$$PATH" uv pip compile --quiet --universal --generate-hashes --no-header \
	    --python .venv/bin/python --output-file requirements-login.lock requirements-login.in

clean:
	rm -rf .venv .venv-login .tools models var .rasa results
