SRC_USERMOD_C += $(USERMOD_DIR)/modexecute.c
