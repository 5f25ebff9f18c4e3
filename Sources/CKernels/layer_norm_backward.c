#include <math.h>

#include "CKernels.h"
#include "vectors.h"

/* Of a row: mean x, 1 / sqrt(var x + epsilon), and with q = dy * scale mean q and mean(q x^). */
struct norm_means {
  float x, factor, q, qx;
};

/* Computed anew rather than kept from the way there: the row is read anyway and lies in the first cache. */
INLINE struct norm_means measure(const struct layer_norm_backward_job *job, enum kernel_type type,
                                 ptrdiff_t start) {
  const ptrdiff_t columns = job->columns;
  const float share = 1.0f / (float)columns;
  struct norm_means mean;
  floats x_total = all(0), q_total = all(0), squares = all(0), qx_total = all(0);
  for (ptrdiff_t i = 0; i < columns; i += LANES) {
    x_total += load_part(job->inputs, start, i, columns, type, 0);
    q_total += load_part(job->gradients, start, i, columns, type, 0) *
        load_part(job->scale, 0, i, columns, KERNEL_FLOAT32, 0);
  }
  mean.x = sum(x_total) * share;
  mean.q = sum(q_total) * share;
  // Sums of x and of its squares in one pass would lose digits: the mean is taken away first.
  for (ptrdiff_t i = 0; i < columns; i += LANES) {
    floats x = load_part(job->inputs, start, i, columns, type, mean.x) - mean.x;
    floats q = load_part(job->gradients, start, i, columns, type, 0) *
        load_part(job->scale, 0, i, columns, KERNEL_FLOAT32, 0);
    squares += x * x;
    qx_total += q * x;
  }
  mean.factor = 1.0f / sqrtf(sum(squares) * share + job->epsilon);
  mean.qx = sum(qx_total) * share * mean.factor;
  return mean;
}

/* A few rows side by side: their gradients, and what they add to those of scale and shift. */
INLINE void back_group(const struct layer_norm_backward_job *job, enum kernel_type type, ptrdiff_t first,
                       int count) {
  const ptrdiff_t columns = job->columns;
  float *const scale_sums = job->scale_sums, *const shift_sums = job->shift_sums;
  struct norm_means means[GROUP];
  for (int r = 0; r < count; ++r) means[r] = measure(job, type, (first + r) * columns);
  for (ptrdiff_t i = 0; i < columns; i += LANES) {
    const floats scale = load_part(job->scale, 0, i, columns, KERNEL_FLOAT32, 0);
    floats scale_sum = load_part(scale_sums, 0, i, columns, KERNEL_FLOAT32, 0);
    floats shift_sum = load_part(shift_sums, 0, i, columns, KERNEL_FLOAT32, 0);
    for (int r = 0; r < count; ++r) {
      const struct norm_means mean = means[r];
      const ptrdiff_t start = (first + r) * columns;
      floats gradient = load_part(job->gradients, start, i, columns, type, 0);
      floats x = (load_part(job->inputs, start, i, columns, type, 0) - mean.x) * mean.factor;
      floats back = (gradient * scale - mean.q - x * mean.qx) * mean.factor;
      if (job->adds) back += load_part(job->targets, start, i, columns, type, 0);
      store_part(job->targets, start, i, columns, type, back);
      scale_sum += gradient * x;
      shift_sum += gradient;
    }
    store_part(scale_sums, 0, i, columns, KERNEL_FLOAT32, scale_sum);
    store_part(shift_sums, 0, i, columns, KERNEL_FLOAT32, shift_sum);
  }
}

INLINE void back_rows(const struct layer_norm_backward_job *job, enum kernel_type type) {
  ptrdiff_t row = 0;
  for (; row + GROUP <= job->rows; row += GROUP) back_group(job, type, row, GROUP);
  for (; row < job->rows; ++row) back_group(job, type, row, 1);
}

FOR_EACH_PROCESSOR
static void back_float32(const struct layer_norm_backward_job *job) { back_rows(job, KERNEL_FLOAT32); }

FOR_EACH_PROCESSOR
static void back_bfloat16(const struct layer_norm_backward_job *job) { back_rows(job, KERNEL_BFLOAT16); }

void kernel_layer_norm_backward(struct layer_norm_backward_job job) {
  if (job.type == KERNEL_FLOAT32) back_float32(&job);
  else back_bfloat16(&job);
}
