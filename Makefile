PYTHON ?= python3.11
VENV := .venv
RUN := $(VENV)/bin/python
PHOTO ?= samples/saree.jpg
MODE ?= standard
OUT ?= out
POSE ?=
MANNEQUIN ?= ../shared/mannequin

.DEFAULT_GOAL := help
.PHONY: help setup demo verify serve test check format bench bench-reading bench-verdicts poses test-poses sample clean

help:  ## List what there is to make
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: $(VENV)/ready  ## Install what is missing into .venv

$(VENV)/ready: requirements.txt requirements-dev.txt requirements.lock
	@echo "installing into $(VENV)"
	@$(PYTHON) -m venv $(VENV) || (apt-get install -y -q python3-venv && $(PYTHON) -m venv $(VENV))
	@$(RUN) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt -c requirements.lock
	@touch $@

demo: setup  ## Drape a saree: PHOTO=path MODE=standard|extend OUT=folder
	@$(RUN) -m emulator generate "$(PHOTO)" --mode $(MODE) --out "$(OUT)"

verify: setup  ## Make the pictures in OUT again and compare every byte
	@$(RUN) -m emulator verify "$(OUT)"

serve: setup  ## Serve the API on http://127.0.0.1:8000
	@$(RUN) -m emulator serve

check: setup  ## Lint, types, layers
	@$(RUN) -m ruff format --check .
	@$(RUN) -m ruff check .
	@$(RUN) -m mypy
	@$(VENV)/bin/lint-imports

test: check  ## Lint, types, layers, tests
	@$(RUN) -m pytest

format: setup  ## Put the code in shape
	@$(RUN) -m ruff format .
	@$(RUN) -m ruff check --fix .

bench: setup  ## Time each stage, a whole job, and what it costs
	@$(RUN) -m tools.bench.pipeline

bench-reading: setup  ## Measure the reading of cloth on real photos
	@$(RUN) -m tools.bench.reading

bench-verdicts: setup  ## Measure the verdicts on damaged and harmless renders
	@$(RUN) -m tools.bench.kernels
	@$(RUN) -m tools.bench.verdicts

.venv-poses/ready: tools/poses/requirements.txt
	@echo "installing into .venv-poses"
	@$(PYTHON) -m venv .venv-poses
	@.venv-poses/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

poses: .venv-poses/ready  ## Build the poses anew: POSE=pose_03 for one, MANNEQUIN=folder of the base mesh
	@.venv-poses/bin/python -m tools.poses build $(POSE) --mannequin "$(MANNEQUIN)"

test-poses: .venv-poses/ready  ## Test what builds the poses, the simulation included
	@.venv-poses/bin/python -m pytest tests/unit/tools_drape tests/unit/tools_poses

sample: setup  ## Make the sample photo and its truth anew
	@$(RUN) -m tools.sample samples

clean:  ## Remove what was made
	rm -rf $(VENV) .venv-poses out build .mypy_cache .ruff_cache .pytest_cache
