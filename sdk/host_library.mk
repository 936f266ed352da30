# libdoorlens.so: the C cores (SRC_USERMOD_LIB_C of every module here) without the interpreter, for ctypes on the
# host. It carries libjpeg-turbo and needs nothing but a C library of at least HOST_GLIBC (Debian bookworm).

HOST_GLIBC := 2.36
HOST_OBJECTS := $(OBJECTS)/host
HOST_LIBRARY := $(OUT)/x86_64/libdoorlens.so
HOST_CFLAGS := -std=gnu99 -O3 -g -fPIC -Wall -Wextra -MMD

SRC_USERMOD_LIB_C :=
CFLAGS_USERMOD :=
LDFLAGS_USERMOD :=
$(foreach makefile,$(wildcard $(CMODULES)/*/micropython.mk), \
    $(eval USERMOD_DIR := $(patsubst %/micropython.mk,%,$(makefile)))$(eval include $(makefile)))
HOST_O := $(patsubst $(CMODULES)/%.c,$(HOST_OBJECTS)/%.o,$(SRC_USERMOD_LIB_C)) $(HOST_OBJECTS)/stderr.o

host-library: $(HOST_LIBRARY)

$(HOST_LIBRARY): $(HOST_O) $(HOST_OBJECTS)/libjpeg.a
	@mkdir -p $(@D)
	$(CC) -shared -o $@.new $(HOST_O) -L$(HOST_OBJECTS) -Wl,--exclude-libs,ALL,-z,defs $(LDFLAGS_USERMOD) -lm
	@newest=$$(objdump -T $@.new | grep -o 'GLIBC_[0-9.]*' | cut -c7- | sort -V | tail -n1); \
	    printf '%s\n%s\n' "$$newest" $(HOST_GLIBC) | sort -V -C \
	    || { echo "libdoorlens.so needs glibc $$newest, more than $(HOST_GLIBC)" >&2; exit 1; }
	mv $@.new $@

$(HOST_OBJECTS)/%.o: $(CMODULES)/%.c
	@mkdir -p $(@D)
	$(CC) $(HOST_CFLAGS) $(CFLAGS_USERMOD) -c -o $@ $<

$(HOST_OBJECTS)/stderr.o: $(SDK)/host_library/stderr.c
	@mkdir -p $(@D)
	$(CC) $(HOST_CFLAGS) -c -o $@ $<

$(HOST_OBJECTS)/libjpeg.a:
	@mkdir -p $(@D)
	objcopy --redefine-sym stderr=doorlens_stderr $$($(CC) -print-file-name=libjpeg.a) $@

-include $(HOST_O:.o=.d)
