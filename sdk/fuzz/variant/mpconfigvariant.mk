# The firmware's interpreter as a fuzzing target: the same modules and options, libFuzzer's main().
include $(SDK)/variant/mpconfigvariant.mk

PROG = parsers
SRC_C += $(SDK)/fuzz/options.c
$(BUILD)/main.o: CFLAGS += -Dmain=micropython_main
# The collector reads the whole stack, red zones too. The rest of the list is the machinery that runs byte code: no
# input's bytes pass through it, and it is most of the time.
MACHINERY := argcheck bc gc malloc map nlrx64 obj objboundmeth objcell objclosure objdict objexcept objfun objgenerator \
    objlist objtuple objtype qstr runtime vm
$(MACHINERY:%=$(BUILD)/py/%.o): CFLAGS += -fno-sanitize=address -O3
# Is a text one of the interpreter's own names? libFuzzer must not take those names for what an input should contain.
$(BUILD)/py/qstr.o: CFLAGS += -Dmemcmp=fuzz_unseen_memcmp -Dstrncmp=fuzz_unseen_strncmp
# Coverage of C where bytes are taken apart; of Python through parsers.c. Everywhere it would be ten times slower.
$(addprefix $(BUILD)/,extmod/modjson.o py/objstr.o py/parsenum.o): CFLAGS += -fsanitize=fuzzer-no-link
$(BUILD)/py/objstr.o: CFLAGS += -fno-sanitize-coverage=trace-cmp
