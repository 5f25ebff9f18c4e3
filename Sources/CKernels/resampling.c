#include "CKernels.h"
#include "team.h"
#include "vectors.h"

/* Rows count through the output: image, row. */
static void weave_rows(const void *opaque, ptrdiff_t first, ptrdiff_t end) {
  const struct weave_job *job = opaque;
  const ptrdiff_t bytes = job->pixel_bytes, line = job->width * bytes;
  for (ptrdiff_t row = first; row < end; ++row) {
    const char *even = (const char *)(row % 2 ? job->lower_left : job->upper_left) + row / 2 * line;
    const char *odd = (const char *)(row % 2 ? job->lower_right : job->upper_right) + row / 2 * line;
    char *target = (char *)job->outputs + row * 2 * line;
    for (ptrdiff_t x = 0; x < job->width; ++x) {
      memcpy(target + 2 * x * bytes, even + x * bytes, (size_t)bytes);
      memcpy(target + (2 * x + 1) * bytes, odd + x * bytes, (size_t)bytes);
    }
  }
}

void kernel_weave(struct weave_job job) { split(job.images * 2 * job.height, job.threads, &job, weave_rows); }

/* As PyTorch has it, in float32. */
static ptrdiff_t nearest(ptrdiff_t place, ptrdiff_t length, ptrdiff_t output_length) {
  const ptrdiff_t source = (ptrdiff_t)((float)place * ((float)length / (float)output_length));
  return source < length ? source : length - 1;
}

static void nearest_rows(const void *opaque, ptrdiff_t first, ptrdiff_t end) {
  const struct nearest_job *job = opaque;
  const ptrdiff_t bytes = job->pixel_bytes;
  for (ptrdiff_t row = first; row < end; ++row) {
    const ptrdiff_t y = nearest(row % job->output_height, job->height, job->output_height);
    const char *line =
        (const char *)job->inputs + (row / job->output_height * job->height + y) * job->width * bytes;
    char *target = (char *)job->outputs + row * job->output_width * bytes;
    for (ptrdiff_t x = 0; x < job->output_width; ++x)
      memcpy(target + x * bytes, line + nearest(x, job->width, job->output_width) * bytes, (size_t)bytes);
  }
}

void kernel_nearest(struct nearest_job job) {
  split(job.images * job.output_height, job.threads, &job, nearest_rows);
}

INLINE void pool_rows(const struct average_pool_job *job, enum kernel_type type, ptrdiff_t first,
                      ptrdiff_t end) {
  const ptrdiff_t height = job->height / 2, width = job->width / 2, channels = job->channels;
  for (ptrdiff_t row = first; row < end; ++row) {
    const ptrdiff_t upper = (row / height * job->height + row % height * 2) * job->width * channels;
    for (ptrdiff_t x = 0; x < width; ++x) {
      const ptrdiff_t left = upper + 2 * x * channels, below = left + job->width * channels;
      for (ptrdiff_t i = 0; i < channels; i += LANES) {
        const floats above = load_part(job->inputs, left, i, channels, type, 0) +
            load_part(job->inputs, left + channels, i, channels, type, 0);
        const floats under = load_part(job->inputs, below, i, channels, type, 0) +
            load_part(job->inputs, below + channels, i, channels, type, 0);
        store_part(job->outputs, (row * width + x) * channels, i, channels, type, (above + under) * 0.25f);
      }
    }
  }
}

FOR_EACH_PROCESSOR
static void pool_float32(const void *job, ptrdiff_t first, ptrdiff_t end) {
  pool_rows(job, KERNEL_FLOAT32, first, end);
}

FOR_EACH_PROCESSOR
static void pool_bfloat16(const void *job, ptrdiff_t first, ptrdiff_t end) {
  pool_rows(job, KERNEL_BFLOAT16, first, end);
}

void kernel_average_pool(struct average_pool_job job) {
  split(job.images * (job.height / 2), job.threads, &job,
        job.type == KERNEL_FLOAT32 ? pool_float32 : pool_bfloat16);
}
