#include <math.h>

#include "CKernels.h"
#include "team.h"
#include "vectors.h"

/* Columns that are kept on the stack. */
enum { LONGEST = 4096 };

/* A few rows of whole pairs of vectors: read once, kept as float32 in the first cache, two sums side by side.
 * Each pass waits for the end of the one before; rows side by side fill those waits. */
INLINE void norm_group(const struct layer_norm_job *job, enum kernel_type type, ptrdiff_t first, int count,
                       float *kept) {
  const ptrdiff_t columns = job->columns;
  float mean[GROUP], factor[GROUP];
  for (int row = 0; row < count; ++row) {
    const ptrdiff_t start = (first + row) * columns;
    float *numbers = kept + row * columns;
    floats total0 = all(0), total1 = all(0);
    for (ptrdiff_t i = 0; i < columns; i += 2 * LANES) {
      floats value0 = load(job->inputs, start + i, type);
      floats value1 = load(job->inputs, start + i + LANES, type);
      store_floats(numbers, i, value0);
      store_floats(numbers, i + LANES, value1);
      total0 += value0;
      total1 += value1;
    }
    mean[row] = sum(total0 + total1) / (float)columns;
  }
  for (int row = 0; row < count; ++row) {
    const float *numbers = kept + row * columns;
    floats squares0 = all(0), squares1 = all(0);
    for (ptrdiff_t i = 0; i < columns; i += 2 * LANES) {
      floats value0 = load_floats(numbers, i) - mean[row];
      floats value1 = load_floats(numbers, i + LANES) - mean[row];
      squares0 += value0 * value0;
      squares1 += value1 * value1;
    }
    factor[row] = 1.0f / sqrtf(sum(squares0 + squares1) / (float)columns + job->epsilon);
  }
  for (int row = 0; row < count; ++row) {
    const ptrdiff_t start = (first + row) * columns;
    for (ptrdiff_t i = 0; i < columns; i += LANES) {
      floats value = (load_floats(kept, row * columns + i) - mean[row]) * factor[row];
      store(job->outputs, start + i, type, value * load_floats(job->scale, i) + load_floats(job->shift, i));
    }
  }
}

/* A row of any length. */
INLINE void norm_odd_row(const struct layer_norm_job *job, enum kernel_type type, ptrdiff_t start) {
  const ptrdiff_t columns = job->columns;
  floats total = all(0), squares = all(0);
  for (ptrdiff_t i = 0; i < columns; i += LANES) total += load_part(job->inputs, start, i, columns, type, 0);
  const float mean = sum(total) / (float)columns;
  for (ptrdiff_t i = 0; i < columns; i += LANES) {
    floats value = load_part(job->inputs, start, i, columns, type, mean) - mean;
    squares += value * value;
  }
  const float factor = 1.0f / sqrtf(sum(squares) / (float)columns + job->epsilon);
  for (ptrdiff_t i = 0; i < columns; i += LANES) {
    floats value = (load_part(job->inputs, start, i, columns, type, mean) - mean) * factor;
    value = value * load_part(job->scale, 0, i, columns, KERNEL_FLOAT32, 0) +
        load_part(job->shift, 0, i, columns, KERNEL_FLOAT32, 0);
    store_part(job->outputs, start, i, columns, type, value);
  }
}

INLINE void norm_rows(const struct layer_norm_job *job, enum kernel_type type, ptrdiff_t first,
                      ptrdiff_t end) {
  float kept[LONGEST];
  if (job->columns % (2 * LANES) != 0 || job->columns > LONGEST) {
    for (ptrdiff_t row = first; row < end; ++row) norm_odd_row(job, type, row * job->columns);
    return;
  }
  const ptrdiff_t fit = LONGEST / job->columns, group = fit < GROUP ? fit : GROUP;
  for (ptrdiff_t row = first; row < end; row += group)
    norm_group(job, type, row, row + group <= end ? group : end - row, kept);
}

FOR_EACH_PROCESSOR
static void norm_float32(const void *job, ptrdiff_t first, ptrdiff_t end) {
  norm_rows(job, KERNEL_FLOAT32, first, end);
}

FOR_EACH_PROCESSOR
static void norm_bfloat16(const void *job, ptrdiff_t first, ptrdiff_t end) {
  norm_rows(job, KERNEL_BFLOAT16, first, end);
}

void kernel_layer_norm(struct layer_norm_job job) {
  split(job.rows, job.threads, &job, job.type == KERNEL_FLOAT32 ? norm_float32 : norm_bfloat16);
}
