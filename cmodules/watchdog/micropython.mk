SRC_USERMOD_C += $(USERMOD_DIR)/modwatchdog.c
