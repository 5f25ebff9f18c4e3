#include "CKernels.h"

#if defined(__x86_64__) && defined(__linux__)
/* All that follows, the vectors too, is compiled for processors with bfloat16 products: kernel_can_attend
 * asks. */
#pragma clang attribute push(__attribute__((target("arch=cooperlake"))), apply_to = function)
#include "products.h"
#include "scores.h"
#include "team.h"

/* In place: the scores times mask and scale, e^(score - the row's largest) as bfloat16, and 1 / their sum. */
INLINE void weigh(const struct masked_attention_job *job, ptrdiff_t rows, float *scores, const float *mask,
                  uint16_t *attention, float *share) {
  const ptrdiff_t columns = whole_vectors(job->tokens), width = paired(job->tokens);
  float highest[TILE];
  // Pass by pass over all rows: one row's waits are filled with another's work.
  for (ptrdiff_t r = 0; r < rows; ++r) {
    float *row = scores + r * columns;
    highest[r] =
        weigh_row(row, 0, KERNEL_FLOAT32, job->scale, mask ? mask + r * job->tokens : 0, job->tokens, row);
    for (ptrdiff_t i = job->tokens; i < columns; ++i) row[i] = -3.0e38f;
  }
  for (ptrdiff_t r = 0; r < rows; ++r) {
    floats total = all(0);
    for (ptrdiff_t i = 0; i < columns; i += LANES) {
      floats value = exponential(load_floats(scores, r * columns + i) - highest[r]);
      narrow_to(attention + r * width + i, value, LANES);
      total += value;
    }
    if (columns < width) memset(attention + r * width + columns, 0, 2 * LANES);
    share[r] = 1.0f / sum(total);
  }
}

/* A few queries of one head from scores to what is mixed; the scores never leave the near caches. */
INLINE void attend(const struct masked_attention_job *job, ptrdiff_t rows, const uint16_t *queries,
                   const float *mask, const uint32_t *keys, const uint32_t *values, uint16_t *mixed) {
  const ptrdiff_t columns = whole_vectors(job->tokens), width = whole_vectors(job->size);
  const ptrdiff_t stride = job->heads * job->size;
  _Alignas(64) float scores[TILE * MOST_TOKENS], sums[TILE * MOST_SIZE];
  _Alignas(64) uint16_t left[TILE * MOST_SIZE], attention[TILE * (MOST_TOKENS + LANES)];
  float share[TILE];
  copy_rows(queries, stride, rows, job->size, left);
  const struct product scored = {left, paired(job->size), keys, columns, job->size / 2};
  multiply_rows(job->in_tiles, rows, &scored, scores);
  weigh(job, rows, scores, mask, attention, share);
  const struct product summed = {attention, paired(job->tokens), values, width, (job->tokens + 1) / 2};
  multiply_rows(job->in_tiles, rows, &summed, sums);
  for (ptrdiff_t r = 0; r < rows; ++r)
    for (ptrdiff_t i = 0; i < job->size; i += LANES)
      narrow_to(mixed + r * stride + i, load_floats(sums, r * width + i) * share[r], job->size - i);
}

/* Queries of all images and heads in a row: a thread packs keys and values of each head that it comes to. */
static void attend_rows(const void *opaque, ptrdiff_t first, ptrdiff_t end) {
  const struct masked_attention_job *job = opaque;
  const ptrdiff_t stride = job->heads * job->size;
  _Alignas(64) uint32_t keys[MOST_PACKED], values[MOST_PACKED];
  if (job->in_tiles) tiles_begin();
  for (ptrdiff_t row = first, stop; row < end; row = stop) {
    const ptrdiff_t head = row / job->tokens, image = head / job->heads;
    const ptrdiff_t corner = image * job->tokens * stride + head % job->heads * job->size;
    const ptrdiff_t masked_head = job->mask ? job->sources[image] * job->heads + head % job->heads : 0;
    stop = (head + 1) * job->tokens < end ? (head + 1) * job->tokens : end;
    transpose_pairs(job->keys + corner, stride / 2, job->tokens, job->size / 2, keys);
    pack_rows(job->values + corner, stride, job->tokens, job->size, values);
    for (ptrdiff_t at = row - head * job->tokens; at < stop - head * job->tokens; at += TILE) {
      const ptrdiff_t start = corner + at * stride, left = stop - head * job->tokens - at;
      const float *mask = job->mask ? job->mask + (masked_head * job->tokens + at) * job->tokens : 0;
      attend(job, left < TILE ? left : TILE, job->queries + start, mask, keys, values, job->mixed + start);
    }
  }
  if (job->in_tiles) tiles_end();
}
#pragma clang attribute pop

bool kernel_can_attend(ptrdiff_t tokens, ptrdiff_t size) {
  return LANES <= tokens && tokens <= MOST_TOKENS && size % 2 == 0 && size <= MOST_SIZE &&
      __builtin_cpu_supports("avx512bf16");
}

void kernel_masked_attention(struct masked_attention_job job) {
  if (!kernel_can_attend(job.tokens, job.size)) __builtin_trap();
  split(job.batch * job.heads * job.tokens, job.threads, &job, attend_rows);
}

#else

bool kernel_can_attend(ptrdiff_t tokens, ptrdiff_t size) { return false; }

bool kernel_has_tiles(void) { return false; }

void kernel_masked_attention(struct masked_attention_job job) { __builtin_trap(); }

#endif
