# Doorlens. The two commands: make demo, make test. `make help` lists the rest.
# On Debian as root everything that is missing is installed; on a machine with Docker the same targets run
# in the workbench container.

DATA ?=

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

include sdk/sdk.mk

# What runs in the workbench, here or in its container.
WORKBENCH := demo demo-folder test test-quick faults bench bench-annotator bench-cost bench-learning bench-presses bench-sampling \
	bench-state bench-students ablation check-api check-cuts check-fleet check-updates soak workbench

WHERE := $(if $(filter $(WORKBENCH),$(MAKECMDGOALS)),$(shell sdk/workbench.sh where))

.PHONY: help $(WORKBENCH) clean

help:  ## this list
	@grep -hE '^[a-z][a-z-]*:.*##' Makefile sdk/sdk.mk | sed -E 's/:[^#]*##/\t/' | expand -t 16

ifeq ($(WHERE),here)

demo: workbench firmware  ## the whole chain on a virtual camera; report in build/demo/report.html
	.venv/bin/doorlens demo --out build/demo

demo-folder: workbench firmware  ## the same on pictures of your own: make demo-folder DATA=folder-per-label
	.venv/bin/doorlens demo --folder "$(DATA)" --out build/demo-folder

test: workbench firmware  ## all tests
	DOORLENS_BUILT=1 .venv/bin/python -m pytest $(PYTEST)

test-quick: workbench  ## the tests that do not go through the SDK image
	.venv/bin/python -m pytest -m 'not image' $(PYTEST)

faults: workbench firmware  ## a thousand deaths of camera and ingest, cut networks, full disks; an hour
	DOORLENS_KILLS=1000 DOORLENS_BUILT=1 .venv/bin/python -m pytest -s tests/firmware/test_uploading_faults.py tests/firmware/test_spool_faults.py tests/host/test_ingest_killed.py

bench: workbench bench-programs  ## instructions per call, ours against the best peers; table and build/bench.json
	.venv/bin/python -m bench

bench-annotator: workbench  ## how fast the annotator opens and steps through 5,000 frames; build/bench-annotator.json (SHORT=1)
	.venv/bin/python -m bench.annotator $(if $(SHORT),--short)

bench-cost: workbench bench-programs  ## the model of a network's instructions, fitted anew to counted kernels
	.venv/bin/python -m bench.cost

bench-learning: workbench firmware  ## ours against three baselines from few labels; build/bench-learning.json (SHORT=1, JOBS=2, DATA=folder)
	.venv/bin/python -m bench.learning --jobs $(or $(JOBS),2) $(if $(SHORT),--short) $(if $(DATA),--data "$(DATA)")

bench-presses: workbench firmware  ## real key presses that labelling a day of 1,000 frames takes; build/bench-presses.json
	.venv/bin/python -m bench.presses --seed 5

bench-sampling: workbench firmware  ## what the sampling policy keeps of whole days against others; build/bench-sampling.json (SHORT=1)
	.venv/bin/python -m bench.sampling $(if $(SHORT),--short)

bench-state: workbench  ## what the camera publishes about unseen days and spoilt views; build/bench-state.json (SHORT=1)
	.venv/bin/python -m bench.state $(if $(SHORT),--short)

bench-students: workbench firmware  ## students of 50 labels of the policy's choice and of others'; hours; docs/bench-sampling.md
	.venv/bin/python -m bench.sampling.students

check-api: workbench firmware  ## the control API against its description, thousands of requests; build/check-api.json; some minutes
	.venv/bin/python tests/firmware/check_api.py

check-cuts: workbench firmware  ## 500 power cuts against what was shown; build/power-cuts.json; about 15 minutes
	.venv/bin/python tests/firmware/check_cuts.py

check-fleet: workbench firmware  ## a staged push to 20 virtual cameras, one of them bad
	DOORLENS_FLEET=20 DOORLENS_BUILT=1 .venv/bin/python -m pytest -s tests/firmware/test_fleet_push.py

check-updates: workbench firmware  ## every cut of power and connection during an update; build/check-updates.json; some minutes
	.venv/bin/python tests/firmware/check_updates.py

soak: workbench firmware  ## a million frames, the broker restarted, the source failing; build/soak.json (SHORT=1)
	.venv/bin/python tests/firmware/soak.py $(if $(SHORT),--short)

ablation: workbench firmware  ## what every part of the training is worth; build/bench-ablation.json; hours (SHORT=1)
	.venv/bin/python -m bench.learning.ablation --jobs $(or $(JOBS),2) $(if $(SHORT),--short) $(if $(DATA),--data "$(DATA)")

workbench: .venv/.complete  ## Python environment and Debian packages of the host's side

.venv/.complete: requirements.txt constraints.txt pyproject.toml sdk/workbench.sh
	sdk/workbench.sh install
	test -x .venv/bin/python || $$(test -x /usr/bin/python3 && echo /usr/bin/python3 || echo python3) -m venv .venv
	.venv/bin/python -m pip install --quiet --requirement requirements.txt --constraint constraints.txt setuptools
	.venv/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

else ifeq ($(WHERE),container)

bench bench-cost: bench-programs
$(WORKBENCH): firmware workbench-image
	docker run --rm --volume "$(CURDIR):/doorlens" $(if $(DATA),--volume "$(abspath $(DATA)):/data:ro") \
		--workdir /doorlens --env DOORLENS_FIRMWARE_READY=1 doorlens:workbench make $@ $(if $(DATA),DATA=/data) $(if $(SHORT),SHORT=1) $(if $(JOBS),JOBS=$(JOBS))

else

$(WORKBENCH):
	@sdk/workbench.sh where

endif

clean:  ## remove build/ (not .venv and .cache)
	rm -rf build
