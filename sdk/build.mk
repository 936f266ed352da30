# Builds the interpreter with our modules inside the SDK image. Included by cmodules/Makefile.

CMODULES := $(CURDIR)
MICROPYTHON ?= /usr/src/micropython
DOORLENS_PYTHON ?= /doorlens
OBJECTS ?= /doorlens/objects
OUT ?= /doorlens/out
EXTRA_C_MODULES ?=
# release: static executables. debug: /usr/bin/micropython dynamic, with symbols, for valgrind.
DOORLENS_FLAVOUR ?= release
export DOORLENS_PYTHON

# Directories of modules: ours, and each extra one, which is either a module itself or a folder of modules.
MODULE_MAKEFILES := $(wildcard $(CMODULES)/*/micropython.mk) \
    $(foreach extra,$(EXTRA_C_MODULES),$(or $(wildcard $(extra)/micropython.mk),$(wildcard $(extra)/*/micropython.mk),\
        $(error EXTRA_C_MODULES: no micropython.mk in $(extra) or in a folder of it)))
MODULE_DIRS := $(patsubst %/micropython.mk,%,$(abspath $(MODULE_MAKEFILES)))
MODULES := $(OBJECTS)/modules

CFLAGS_MODULES := -O3
# NEON only in the files named *__neon.c, so that everything else runs on ARMv7 cores without it.
ARMV7 := -march=armv7-a -mfpu=vfpv3-d16 -mfloat-abi=hard
ARMV7_NEON := -mfpu=neon
# The linker warns that a static getaddrinfo may load plugins of another libc; variant/startup.c sees to it.
STATIC = -static -Wl,--no-warnings $(TLS)
TLS := -Wl,--start-group -lmbedtls -lmbedx509 -lmbedcrypto -Wl,--end-group

PORT = $(MAKE) --no-print-directory -C $(MICROPYTHON)/ports/unix \
    VARIANT_DIR=$(SDK)/variant VARIANT=doorlens USER_C_MODULES=$(MODULES) \
    FROZEN_MANIFEST=$(SDK)/manifest.py MICROPY_MANIFEST_SDK_DIR=$(SDK) \
    MICROPY_MPYCROSS=$(MICROPYTHON)/mpy-cross/build/mpy-cross MICROPY_MPYCROSS_DEPENDENCY= \
    CFLAGS_MODULES="$(CFLAGS_MODULES)" STRIP=

.PHONY: all install x86_64 armv7 debug modules host-library firmware notices memcheck clean
.DEFAULT_GOAL := install
all: install firmware
MAKEFLAGS += --jobs=$(shell nproc)

ifeq ($(DOORLENS_FLAVOUR),debug)
install: debug
	install -D $(OBJECTS)/debug/micropython /usr/bin/micropython
else
install: x86_64
	install -D $(OBJECTS)/x86_64/micropython /usr/bin/micropython
endif

# MicroPython takes one directory of modules; links make one of ours and the extra ones.
modules:
	@mkdir -p $(MODULES)
	@find $(MODULES) -mindepth 1 -delete
	@for directory in $(MODULE_DIRS); do ln -sT $$directory $(MODULES)/$${directory##*/} || exit 1; done

x86_64: modules
	$(PORT) BUILD=$(OBJECTS)/x86_64 LDFLAGS_EXTRA="$(STATIC)"
	$(call release,x86_64,strip)

armv7: modules
	$(PORT) BUILD=$(OBJECTS)/armv7 CROSS_COMPILE=arm-linux-gnueabihf- \
	    CFLAGS_EXTRA="$(ARMV7)" CFLAGS_NEON="$(ARMV7_NEON)" LDFLAGS_EXTRA="$(STATIC)"
	$(call release,armv7,arm-linux-gnueabihf-strip)

debug: modules
	$(PORT) BUILD=$(OBJECTS)/debug DEBUG=1 COPT="-O1 -fno-inline" CFLAGS_MODULES="-O1" LDFLAGS_EXTRA="$(TLS)"

define release
@mkdir -p $(OUT)/$(1)
cp $(OBJECTS)/$(1)/micropython $(OUT)/$(1)/doorlens-camera.unstripped
$(2) -o $(OUT)/$(1)/doorlens-camera $(OUT)/$(1)/doorlens-camera.unstripped
endef

include $(SDK)/host_library.mk
include $(SDK)/grid.mk

notices:
	@mkdir -p $(OUT)/notices
	cp $(MICROPYTHON)/LICENSE $(OUT)/notices/micropython.txt
	cp /usr/share/doc/libjpeg62-turbo-dev/copyright $(OUT)/notices/libjpeg-turbo.txt
	cp /usr/share/doc/libmbedtls-dev/copyright $(OUT)/notices/mbedtls.txt

firmware: x86_64 armv7 host-library grids notices

# Every module's own test, and the portable tests where the checkout's tests/ is mounted, under memcheck; an error or a
# definite leak fails.
PORTABLE_TESTS := $(wildcard $(DOORLENS_PYTHON)/tests/portable/run.py)
MEMCHECKS := $(wildcard $(CMODULES)/*/test.py) $(if $(PORTABLE_TESTS),$(wildcard $(dir $(PORTABLE_TESTS))test_*.py))
.PHONY: $(MEMCHECKS:%=memcheck-%)

memcheck: $(MEMCHECKS:%=memcheck-%)
$(MEMCHECKS:%=memcheck-%): memcheck-%: install
	@valgrind --quiet --tool=memcheck --leak-check=full --error-exitcode=1 --errors-for-leak-kinds=definite \
	    /usr/bin/micropython $(if $(findstring /portable/,$*),$(PORTABLE_TESTS) $(basename $(notdir $*)),$*) && echo "memcheck $*: nothing"

clean:
	rm -rf $(OBJECTS) $(OUT)
