# The SDK image and what it builds; included by the top-level Makefile, and complete in itself.
# EXTRA_C_MODULES="extra/ulab" compiles further C modules, from directories in cmodules/. See docs/sdk.md.

SDK_DIR := $(patsubst %/,%,$(dir $(abspath $(lastword $(MAKEFILE_LIST)))))
DOORLENS_DIR := $(patsubst %/,%,$(dir $(SDK_DIR)))
EXTRA_C_MODULES ?=
SDK_CONTAINER = python3 $(SDK_DIR)/container.py --extra-c-modules "$(EXTRA_C_MODULES)"

FIRMWARE_ARMV7 := $(DOORLENS_DIR)/build/armv7/doorlens-camera
FIRMWARE_X86_64 := $(DOORLENS_DIR)/build/x86_64/doorlens-camera
HOST_LIBRARY := $(DOORLENS_DIR)/build/x86_64/libdoorlens.so

.PHONY: firmware package bench-programs sdk base base-valgrind workbench-image valgrind fuzz fuzz-replay prune python3
firmware bench-programs sdk base base-valgrind workbench-image valgrind fuzz fuzz-replay prune: python3

python3:
	@command -v python3 >/dev/null || { apt-get update -q && apt-get install -q -y --no-install-recommends python3; }

firmware:  ## camera executables and host library in build/armv7 and build/x86_64
	@$(SDK_CONTAINER) firmware

package: firmware  ## packages for Axis cameras and other ARMv7 Linux in build/package; docs/flashing.md
	@python3 $(SDK_DIR)/package/package.py --build $(DOORLENS_DIR)/build --out $(DOORLENS_DIR)/build/package

bench-programs:  ## the programs that `make bench` runs, in build/bench
	@$(SDK_CONTAINER) bench

sdk:  ## image doorlens:sdk with our modules compiled
	@$(SDK_CONTAINER) image sdk

base:  ## image doorlens:base, the compilers without our code
	@$(SDK_CONTAINER) image base

base-valgrind:  ## the same with valgrind and debug symbols
	@$(SDK_CONTAINER) image base-valgrind

workbench-image:  ## image doorlens:workbench, the host's side for machines with Docker
	@$(SDK_CONTAINER) image workbench

valgrind:  ## memcheck over every cmodules/*/test.py and the portable tests
	@$(SDK_CONTAINER) valgrind

FUZZ_SECONDS ?= 60
fuzz:  ## every fuzzing target for FUZZ_SECONDS; see docs/fuzzing.md
	@$(SDK_CONTAINER) fuzz $(FUZZ_SECONDS)

fuzz-replay:  ## one input again: make fuzz-replay TARGET=jpeg INPUT=build/fuzz/...
	@$(SDK_CONTAINER) fuzz --replay $(TARGET) $(INPUT)

prune:  ## remove the image layers of earlier builds
	@$(SDK_CONTAINER) prune
