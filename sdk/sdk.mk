# The SDK image and what it builds; included by the top-level Makefile, and complete in itself.
#   make base | base-valgrind | sdk | workbench    images doorlens:<name>
#   make firmware                                  build/armv7, build/x86_64
#   make valgrind                                  memcheck over every cmodules/*/test.py
# EXTRA_C_MODULES="extra/ulab" compiles further C modules, from directories in cmodules/.

SDK_DIR := $(patsubst %/,%,$(dir $(abspath $(lastword $(MAKEFILE_LIST)))))
DOORLENS_DIR := $(patsubst %/,%,$(dir $(SDK_DIR)))
EXTRA_C_MODULES ?=
SDK_CONTAINER = python3 $(SDK_DIR)/container.py --extra-c-modules "$(EXTRA_C_MODULES)"

FIRMWARE_ARMV7 := $(DOORLENS_DIR)/build/armv7/doorlens-camera
FIRMWARE_X86_64 := $(DOORLENS_DIR)/build/x86_64/doorlens-camera
HOST_LIBRARY := $(DOORLENS_DIR)/build/x86_64/libdoorlens.so

.PHONY: base base-valgrind sdk workbench firmware valgrind
base base-valgrind sdk workbench:
	$(SDK_CONTAINER) image $@

firmware:
	@$(SDK_CONTAINER) firmware

valgrind:
	$(SDK_CONTAINER) valgrind
