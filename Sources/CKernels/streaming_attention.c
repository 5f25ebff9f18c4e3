#include "CKernels.h"
#include "streaming.h"
#include "team.h"

#if defined(__x86_64__) && defined(__linux__)
void attend_in_pairs(const void *job, ptrdiff_t first, ptrdiff_t end);

bool kernel_has_pairs(void) { return __builtin_cpu_supports("avx512bf16"); }
#define FOR_WIDE_VECTORS __attribute__((target("arch=x86-64-v4")))
static bool has_wide_vectors(void) { return __builtin_cpu_supports("x86-64-v4"); }
#else
static void attend_in_pairs(const void *job, ptrdiff_t first, ptrdiff_t end) { __builtin_trap(); }

bool kernel_has_pairs(void) { return false; }
#define FOR_WIDE_VECTORS
static bool has_wide_vectors(void) { return false; }
#endif

ptrdiff_t kernel_packed_bytes(struct packed_attention packed) {
  const ptrdiff_t keys = key_words(&packed), values = value_words(&packed);
  return packed.batch * packed.heads * 4 * (keys > values ? keys : values);
}

/* ---- Packing ---- */

/* A number as the upper half of a word, or all of it. */
INLINE uint32_t word_at(const void *from, ptrdiff_t place, enum kernel_type type) {
  uint32_t word;
  if (type == KERNEL_BFLOAT16) return (uint32_t)((const uint16_t *)from)[place] << 16;
  memcpy(&word, (const float *)from + place, sizeof word);
  return word;
}

/* Sixteen keys and values of one head. */
INLINE void pack_sixteen(const struct pack_attention_job *job, enum kernel_type type, ptrdiff_t head,
                         ptrdiff_t first) {
  const struct packed_attention *packed = &job->packed;
  const ptrdiff_t size = packed->size, stride = packed->heads * size, width = vectors_of(size) * LANES;
  const bool in_pairs = packed->in_pairs;
  const ptrdiff_t words = words_of(size, in_pairs), image = head / packed->heads;
  uint32_t *keys = (uint32_t *)packed->keys + head * key_words(packed) + first * words;
  uint32_t *values =
      (uint32_t *)packed->values + head * value_words(packed) + words_of(first, in_pairs) * width;
  memset(keys, 0, sizeof *keys * (size_t)(LANES * words));
  memset(values, 0, sizeof *values * (size_t)(words_of(LANES, in_pairs) * width));
  for (ptrdiff_t k = 0; k < LANES && first + k < packed->tokens; ++k) {
    const ptrdiff_t start = (image * packed->tokens + first + k) * stride + head % packed->heads * size;
    for (ptrdiff_t i = 0; i < size; ++i) {
      const uint32_t key = word_at(job->keys, start + i, type), value = word_at(job->values, start + i, type);
      if (in_pairs) {
        keys[i / 2 * LANES + k] |= i % 2 ? key : key >> 16;
        values[k / 2 * width + i] |= k % 2 ? value : value >> 16;
      } else {
        keys[i * LANES + k] = key;
        values[k * width + i] = value;
      }
    }
  }
}

INLINE void pack_units(const struct pack_attention_job *job, enum kernel_type type, ptrdiff_t first,
                       ptrdiff_t end) {
  const ptrdiff_t columns = vectors_of(job->packed.tokens);
  for (ptrdiff_t unit = first; unit < end; ++unit)
    pack_sixteen(job, type, unit / columns, unit % columns * LANES);
}

FOR_EACH_PROCESSOR
static void pack_float32(const void *job, ptrdiff_t first, ptrdiff_t end) {
  pack_units(job, KERNEL_FLOAT32, first, end);
}

FOR_EACH_PROCESSOR
static void pack_bfloat16(const void *job, ptrdiff_t first, ptrdiff_t end) {
  pack_units(job, KERNEL_BFLOAT16, first, end);
}

void kernel_pack_attention(struct pack_attention_job job) {
  // A pair of float32 numbers would have to be rounded.
  if (job.packed.in_pairs && job.type != KERNEL_BFLOAT16) __builtin_trap();
  split(job.packed.batch * job.packed.heads * vectors_of(job.packed.tokens), job.threads, &job,
        job.type == KERNEL_FLOAT32 ? pack_float32 : pack_bfloat16);
}

/* ---- Attention ---- */

FOR_WIDE_VECTORS
static void attend_in_wide_vectors(const void *job, ptrdiff_t first, ptrdiff_t end) {
  attend_units(job, 4, false, first, end);
}

FOR_EACH_PROCESSOR
static void attend_in_vectors(const void *job, ptrdiff_t first, ptrdiff_t end) {
  attend_units(job, 1, false, first, end);
}

void kernel_streaming_attention(struct streaming_attention_job job) {
  const ptrdiff_t rows = unit_rows(&job.packed), units = (job.tokens + rows - 1) / rows;
  const bool in_pairs = job.packed.in_pairs;
  if (job.packed.size > KERNEL_LARGEST_HEAD || (in_pairs && !kernel_has_pairs())) __builtin_trap();
  split(job.packed.batch * job.packed.heads * units, job.threads, &job,
        in_pairs                 ? attend_in_pairs
            : has_wide_vectors() ? attend_in_wide_vectors
                                 : attend_in_vectors);
}
