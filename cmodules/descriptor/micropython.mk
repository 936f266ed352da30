SRC_USERMOD_C += $(USERMOD_DIR)/moddescriptor.c
