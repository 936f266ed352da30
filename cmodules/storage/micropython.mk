SRC_USERMOD_C += $(USERMOD_DIR)/modstorage.c
