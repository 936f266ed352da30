# armv7/<module>_grid: for a module with a folder grid/, a program that compares its kernels with portable C. It links
# the cores of all modules, compiled as the firmware compiles them. Run with qemu-arm.

GRID_OBJECTS := $(OBJECTS)/grid
GRID_CFLAGS = -std=gnu99 $(CFLAGS_MODULES) $(ARMV7) $(if $(filter %__neon.c,$<),$(ARMV7_NEON)) -Wall -Wextra -MMD
GRID_MODULES := $(patsubst $(CMODULES)/%/grid,%,$(wildcard $(CMODULES)/*/grid))
GRID_CORES := $(patsubst $(CMODULES)/%.c,$(GRID_OBJECTS)/%.o,$(SRC_USERMOD_LIB_C))

.PHONY: grids
grids: $(GRID_MODULES:%=$(OUT)/armv7/%_grid)

$(GRID_OBJECTS)/cores.a: $(GRID_CORES)
	rm -f $@
	arm-linux-gnueabihf-ar rcs $@ $^

define grid_program
$(OUT)/armv7/$(1)_grid: $(patsubst $(CMODULES)/%.c,$(GRID_OBJECTS)/%.o,$(wildcard $(CMODULES)/$(1)/grid/*.c))
endef
$(foreach module,$(GRID_MODULES),$(eval $(call grid_program,$(module))))

$(OUT)/armv7/%_grid: $(GRID_OBJECTS)/cores.a
	@mkdir -p $(@D)
	arm-linux-gnueabihf-gcc -static -o $@ $(filter %.o,$^) $< $(LDFLAGS_USERMOD) -lm

$(GRID_OBJECTS)/%.o: $(CMODULES)/%.c
	@mkdir -p $(@D)
	arm-linux-gnueabihf-gcc $(GRID_CFLAGS) $(CFLAGS_USERMOD) -c -o $@ $<

-include $(GRID_CORES:.o=.d) $(wildcard $(GRID_OBJECTS)/*/grid/*.d)
