# Builds, inside the SDK image and in /cmodules, what `make bench` runs: our cores and the peers as ARMv7 programs, the
# counter, the programs that check it, and a root with the peers' shared libraries. Flags and lists are the firmware's.

SDK ?= /doorlens/sdk
BENCH ?= /doorlens/bench
include $(SDK)/build.mk

BENCH_OUT ?= /doorlens/bench-out
BENCH_OBJECTS := $(OBJECTS)/bench
ARMV7_CC := arm-linux-gnueabihf-gcc
BENCH_CFLAGS := -std=gnu11 $(CFLAGS_MODULES) $(ARMV7) -Wall -Wextra -MMD -I$(SDK)/counter -I$(BENCH)/programs
CORE_O := $(patsubst $(CMODULES)/%.c,$(BENCH_OBJECTS)/%.o,$(SRC_USERMOD_LIB_C))
CHECKS := $(patsubst $(SDK)/counter/checks/%.S,$(BENCH_OUT)/checks/%,$(wildcard $(SDK)/counter/checks/*.S))
PROGRAMS := $(addprefix $(BENCH_OUT)/programs/,doorlens layers xnnpack libjpeg)

.PHONY: bench bench-root
.DEFAULT_GOAL := bench
bench: $(BENCH_OUT)/counter.so $(CHECKS) $(PROGRAMS) bench-root

$(BENCH_OUT)/counter.so: $(wildcard $(SDK)/counter/*.[ch])
	@mkdir -p $(@D)
	$(CC) -std=gnu11 -O2 -Wall -Wextra -fPIC -fvisibility=hidden -shared -o $@ $(filter %.c,$^)

$(BENCH_OUT)/checks/%: $(SDK)/counter/checks/%.S
	@mkdir -p $(@D)
	$(ARMV7_CC) -march=armv7-a -mfpu=neon -mfloat-abi=hard -nostdlib -static -Wa,-I$(SDK)/counter/checks -o $@ $<

$(BENCH_OBJECTS)/%.o: $(CMODULES)/%.c
	@mkdir -p $(@D)
	$(ARMV7_CC) -std=gnu99 $(CFLAGS_MODULES) $(ARMV7) $(if $(filter %__neon.c,$<),$(ARMV7_NEON)) -MMD $(CFLAGS_USERMOD) -c -o $@ $<

$(BENCH_OBJECTS)/programs/%.o: $(BENCH)/programs/%.c
	@mkdir -p $(@D)
	$(ARMV7_CC) $(BENCH_CFLAGS) $(CFLAGS_USERMOD) -c -o $@ $<

$(BENCH_OUT)/programs/doorlens $(BENCH_OUT)/programs/layers: $(BENCH_OUT)/programs/%: \
    $(BENCH_OBJECTS)/programs/%.o $(BENCH_OBJECTS)/programs/network_file.o $(CORE_O)
	@mkdir -p $(@D)
	$(ARMV7_CC) -static -o $@ $^ $(LDFLAGS_USERMOD) -lm

$(BENCH_OUT)/programs/xnnpack: PEER := -lXNNPACK -lpthreadpool -lm
$(BENCH_OUT)/programs/libjpeg: PEER := -ljpeg
$(BENCH_OUT)/programs/xnnpack $(BENCH_OUT)/programs/libjpeg: $(BENCH_OUT)/programs/%: \
    $(BENCH_OBJECTS)/programs/%.o $(BENCH_OBJECTS)/programs/network_file.o
	@mkdir -p $(@D)
	$(ARMV7_CC) -o $@ $^ $(PEER)

# The loader and libraries of the two peers, and a /proc/cpuinfo of an ARMv7 processor with NEON: they decide by it.
bench-root: $(PROGRAMS)
	@rm -rf $(BENCH_OUT)/root
	@mkdir -p $(BENCH_OUT)/root/lib $(BENCH_OUT)/root/proc
	@for program in xnnpack libjpeg; do qemu-arm /lib/ld-linux-armhf.so.3 --list $(BENCH_OUT)/programs/$$program; done \
	    | grep -o '/[^ ]*' | sort -u | while read -r library; do cp -L $$library $(BENCH_OUT)/root/lib/ || exit 1; done
	@cp $(BENCH)/cpuinfo $(BENCH_OUT)/root/proc/cpuinfo
	@dpkg-query -W -f '$${Package} $${Version}\n' libxnnpack0.20241108:armhf libjpeg62-turbo:armhf >$(BENCH_OUT)/versions

-include $(CORE_O:.o=.d) $(wildcard $(BENCH_OBJECTS)/programs/*.d)
