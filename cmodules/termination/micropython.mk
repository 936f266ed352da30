SRC_USERMOD_C += $(USERMOD_DIR)/modtermination.c
