// Plugin for qemu-arm (a dynamically linked one; used with 7.2, written for the interface up to 10): counts executed
// ARMv7 instructions, in total and between marks (counter.h), and writes them as JSON, a line per slot and one for the
// whole program.
//   qemu-arm -plugin counter.so,out=FILE[,pages=on] PROGRAM
// Instructions are added up when a translation block starts. That is exact because every ARM instruction that can leave
// a block (branch, write to pc, svc, undefined) ends it; only a signal raised inside a block would count its rest.
// pages=on counts the distinct 4 KiB pages that the program itself loads, stores or fetches; it is slow.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "counter.h"
#include "counter_decode.h"
#include "qemu_plugin_api.h"

#define THREADS 256
#define PAGES (1u << 20)            // of a 32-bit address space
#define CLOSE 6
#define EXPORT __attribute__((visibility("default")))

typedef struct {
    uint64_t instructions, load_bytes, store_bytes, long_multiplies, neon_multiplies;
} counts_t;

typedef struct {
    counts_t sum;
    uint32_t first_page, last_page; // fetched
} block_t;

typedef struct {
    counts_t sum, at_start;
    uint64_t calls, fewest, most, unbalanced;
    unsigned thread;                // that started it
    bool running, used;
} slot_t;

enum { FETCHED, LOADED, STORED, ACCESSES };

EXPORT int qemu_plugin_version;
static counts_t threads[THREADS];
static slot_t slots[COUNTER_SLOTS];
static uint64_t (*touched)[PAGES];  // per access and page, a bit per slot in which it happened; the highest: at all
static uint64_t active = 1ull << COUNTER_SLOTS;
static const char *out_path;
static bool copies_instructions;

// qemu reads the version before anything else, and the one it wants depends on its own.
__attribute__((constructor)) static void choose_version(void) {
    qemu_plugin_version = dlsym(RTLD_DEFAULT, "qemu_plugin_num_vcpus") ? 2 : 1;
}

static void touch(int access, uint32_t page) {
    if ((touched[access][page] & active) != active) {
        __atomic_fetch_or(&touched[access][page], active, __ATOMIC_RELAXED);
    }
}

static void add(counts_t *sum, const counts_t *more) {
    sum->instructions += more->instructions;
    sum->load_bytes += more->load_bytes;
    sum->store_bytes += more->store_bytes;
    sum->long_multiplies += more->long_multiplies;
    sum->neon_multiplies += more->neon_multiplies;
}

static counts_t difference(const counts_t *a, const counts_t *b) {
    return (counts_t){ a->instructions - b->instructions, a->load_bytes - b->load_bytes, a->store_bytes - b->store_bytes,
        a->long_multiplies - b->long_multiplies, a->neon_multiplies - b->neon_multiplies };
}

static void executed(unsigned thread, void *data) {
    const block_t *block = data;
    add(&threads[thread % THREADS], &block->sum);
    if (touched) {
        touch(FETCHED, block->first_page);
        touch(FETCHED, block->last_page);
    }
}

static void accessed(unsigned thread, qemu_plugin_meminfo_t info, uint64_t address, void *data) {
    (void)thread;
    (void)data;
    int access = qemu_plugin_mem_is_store(info) ? STORED : LOADED;
    uint32_t last = (uint32_t)address + (1u << qemu_plugin_mem_size_shift(info)) - 1;
    touch(access, (uint32_t)address >> 12);
    touch(access, last >> 12);
}

static uint32_t instruction_word(const struct qemu_plugin_insn *instruction) {
    uint32_t word = 0;
    void *data = qemu_plugin_insn_data(instruction, &word, sizeof(word));
    if (!copies_instructions) {
        memcpy(&word, data, qemu_plugin_insn_size(instruction));
    }
    return word;
}

// qemu does not say which of the two instruction sets a block is in. A Thumb block gives itself away by an instruction of
// two bytes or by its address; of one that is all 32-bit instructions, every first halfword is at least 0xE800. An A32
// branch backwards also looks like that, so a single instruction is taken for A32; only secondary counts depend on it.
static bool is_thumb(const struct qemu_plugin_tb *tb, size_t n) {
    bool wide = true;
    for (size_t i = 0; i < n; i++) {
        const struct qemu_plugin_insn *instruction = qemu_plugin_tb_get_insn(tb, i);
        if (qemu_plugin_insn_size(instruction) == 2 || qemu_plugin_insn_vaddr(instruction) % 4) {
            return true;
        }
        wide = wide && (instruction_word(instruction) & 0xFFFF) >= 0xE800;
    }
    return wide && n > 1;
}

static void add_kind(counts_t *sum, const struct qemu_plugin_insn *instruction, bool thumb) {
    uint32_t word = instruction_word(instruction);
    if (qemu_plugin_insn_size(instruction) < 4) {
        return;
    }
    counter_kind_t kind = counter_decode(thumb ? word << 16 | word >> 16 : word, thumb);
    add(sum, &(counts_t){ 0, kind.load_bytes, kind.store_bytes, kind.long_multiplies, kind.neon_multiplies });
}

static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb *tb) {
    (void)id;
    size_t n = qemu_plugin_tb_n_insns(tb);
    block_t *block = calloc(1, sizeof(*block));
    bool thumb = is_thumb(tb, n);
    block->sum.instructions = n;
    for (size_t i = 0; i < n; i++) {
        struct qemu_plugin_insn *instruction = qemu_plugin_tb_get_insn(tb, i);
        uint32_t address = (uint32_t)qemu_plugin_insn_vaddr(instruction);
        add_kind(&block->sum, instruction, thumb);
        block->first_page = i ? block->first_page : address >> 12;
        block->last_page = (address + qemu_plugin_insn_size(instruction) - 1) >> 12;
        if (touched) {
            qemu_plugin_register_vcpu_mem_cb(instruction, accessed, QEMU_PLUGIN_CB_NO_REGS, QEMU_PLUGIN_MEM_RW, NULL);
        }
    }
    qemu_plugin_register_vcpu_tb_exec_cb(tb, executed, QEMU_PLUGIN_CB_NO_REGS, block);
}

static void start(slot_t *slot, unsigned thread) {
    slot->unbalanced += slot->running;
    slot->running = slot->used = true;
    slot->thread = thread;
    slot->at_start = threads[thread % THREADS];
    active |= 1ull << (slot - slots);
}

static void stop(slot_t *slot, unsigned thread) {
    slot->used = true;
    if (!slot->running || slot->thread != thread) {
        slot->unbalanced++;
        return;
    }
    counts_t call = difference(&threads[thread % THREADS], &slot->at_start);
    call.instructions--;            // the svc of this stop
    add(&slot->sum, &call);
    slot->fewest = slot->calls && slot->fewest < call.instructions ? slot->fewest : call.instructions;
    slot->most = slot->most > call.instructions ? slot->most : call.instructions;
    slot->calls++;
    slot->running = false;
    active &= ~(1ull << (slot - slots));
}

static void write_counts(FILE *out, const counts_t *counts, unsigned slot) {
    fprintf(out, "\"instructions\": %llu, \"simd_load_bytes\": %llu, \"simd_store_bytes\": %llu, \"long_multiplies\": %llu, "
        "\"neon_multiplies\": %llu", (unsigned long long)counts->instructions, (unsigned long long)counts->load_bytes,
        (unsigned long long)counts->store_bytes, (unsigned long long)counts->long_multiplies,
        (unsigned long long)counts->neon_multiplies);
    if (touched) {
        unsigned any = 0, kinds[ACCESSES] = { 0 };
        for (uint32_t page = 0; page < PAGES; page++) {
            bool one = false;
            for (int access = 0; access < ACCESSES; access++) {
                bool hit = touched[access][page] >> slot & 1;
                kinds[access] += hit;
                one = one || hit;
            }
            any += one;
        }
        fprintf(out, ", \"pages\": %u, \"pages_fetched\": %u, \"pages_loaded\": %u, \"pages_stored\": %u", any, kinds[FETCHED],
            kinds[LOADED], kinds[STORED]);
    }
}

static void write_results(void) {
    FILE *out = fopen(out_path, "w");
    if (!out) {
        perror(out_path);
        return;
    }
    for (unsigned i = 0; i < COUNTER_SLOTS; i++) {
        const slot_t *slot = &slots[i];
        if (slot->used) {
            fprintf(out, "{\"slot\": %u, \"calls\": %llu, \"unbalanced\": %llu, \"fewest\": %llu, \"most\": %llu, ", i,
                (unsigned long long)slot->calls, (unsigned long long)slot->unbalanced + slot->running,
                (unsigned long long)slot->fewest, (unsigned long long)slot->most);
            write_counts(out, &slot->sum, i);
            fprintf(out, "}\n");
        }
    }
    counts_t total = { 0 };
    for (unsigned i = 0; i < THREADS; i++) {
        add(&total, &threads[i]);
    }
    fprintf(out, "{\"slot\": null, ");
    write_counts(out, &total, COUNTER_SLOTS);
    fprintf(out, "}\n");
    fclose(out);
}

static void system_call(qemu_plugin_id_t id, unsigned thread, int64_t number, uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4,
    uint64_t a5, uint64_t a6, uint64_t a7, uint64_t a8) {
    (void)id, (void)a2, (void)a3, (void)a4, (void)a5, (void)a6, (void)a7, (void)a8;
    uint32_t descriptor = (uint32_t)a1 | 1u << 30;
    if (number != CLOSE) {
        return;
    }
    if (descriptor - COUNTER_START < COUNTER_SLOTS) {
        start(&slots[descriptor - COUNTER_START], thread);
    } else if (descriptor - COUNTER_STOP < COUNTER_SLOTS) {
        stop(&slots[descriptor - COUNTER_STOP], thread);
    } else if (descriptor == COUNTER_WRITE) {
        write_results();
    }
}

static void at_exit(qemu_plugin_id_t id, void *data) {
    (void)id;
    (void)data;
    write_results();
}

EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv) {
    for (int i = 0; i < argc; i++) {
        if (!strncmp(argv[i], "out=", 4)) {
            out_path = strdup(argv[i] + 4);
        } else if (!strcmp(argv[i], "pages=on")) {
            touched = calloc(ACCESSES, sizeof(*touched));
        } else {
            fprintf(stderr, "counter: unknown argument %s\n", argv[i]);
            return 1;
        }
    }
    if (!out_path || strcmp(info->target_name, "arm")) {
        fprintf(stderr, "counter: give out=FILE, and run it in qemu-arm\n");
        return 1;
    }
    copies_instructions = info->version.cur >= 3;
    qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
    qemu_plugin_register_vcpu_syscall_cb(id, system_call);
    qemu_plugin_register_atexit_cb(id, at_exit, NULL);
    return 0;
}
