#include "CKernels.h"
#include "team.h"
#include "vectors.h"

/* Columns whose sums stay in registers while the rows pass by. */
enum { BLOCK = 8 * LANES };

INLINE floats term(const struct column_sums_job *job, enum kernel_type type, ptrdiff_t index) {
  floats value = load(job->rows, index, type);
  return job->factors ? value * load(job->factors, index, type) : value;
}

/* The last columns, fewer than a vector. */
INLINE void sum_some(const struct column_sums_job *job, enum kernel_type type, ptrdiff_t column,
                     ptrdiff_t count) {
  floats total = load_some(job->sums, column, KERNEL_FLOAT32, count, 0);
  for (ptrdiff_t row = 0; row < job->row_count; ++row) {
    const ptrdiff_t index = row * job->width + column;
    floats value = load_some(job->rows, index, type, count, 0);
    total += job->factors ? value * load_some(job->factors, index, type, count, 0) : value;
  }
  store_some(job->sums, column, KERNEL_FLOAT32, count, total);
}

INLINE void sum_block(const struct column_sums_job *job, enum kernel_type type, ptrdiff_t block) {
  const ptrdiff_t first = block * BLOCK, end = first + BLOCK < job->width ? first + BLOCK : job->width;
  if (end - first == BLOCK) {
    floats totals[BLOCK / LANES];
    for (int i = 0; i < BLOCK / LANES; ++i) totals[i] = load_floats(job->sums, first + i * LANES);
    for (ptrdiff_t row = 0; row < job->row_count; ++row) {
      const ptrdiff_t index = row * job->width + first;
      for (int i = 0; i < BLOCK / LANES; ++i) totals[i] += term(job, type, index + i * LANES);
    }
    for (int i = 0; i < BLOCK / LANES; ++i) store_floats(job->sums, first + i * LANES, totals[i]);
    return;
  }
  ptrdiff_t column = first;
  for (; column + LANES <= end; column += LANES) {
    floats total = load_floats(job->sums, column);
    for (ptrdiff_t row = 0; row < job->row_count; ++row) total += term(job, type, row * job->width + column);
    store_floats(job->sums, column, total);
  }
  if (column < end) sum_some(job, type, column, end - column);
}

FOR_EACH_PROCESSOR
static void sums_float32(const void *job, ptrdiff_t first, ptrdiff_t end) {
  for (ptrdiff_t block = first; block < end; ++block) sum_block(job, KERNEL_FLOAT32, block);
}

FOR_EACH_PROCESSOR
static void sums_bfloat16(const void *job, ptrdiff_t first, ptrdiff_t end) {
  for (ptrdiff_t block = first; block < end; ++block) sum_block(job, KERNEL_BFLOAT16, block);
}

void kernel_column_sums(struct column_sums_job job) {
  split((job.width + BLOCK - 1) / BLOCK, job.threads, &job,
        job.type == KERNEL_FLOAT32 ? sums_float32 : sums_bfloat16);
}
