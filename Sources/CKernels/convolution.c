#include "CKernels.h"
#include "team.h"
#include "vectors.h"

/* Sixteen columns of a line of pixels from column x on; zeroes beyond its ends. */
INLINE floats line_at(const float *line, ptrdiff_t x, ptrdiff_t width) {
  if (x < 0 || x >= width) return all(0);
  return x + LANES <= width ? load_floats(line, x) : load_some(line, x, KERNEL_FLOAT32, width - x, 0);
}

/* Sixteen pixels of a line and those one to their left and right: what the three weights of a row meet. */
struct neighbours {
  floats left, here, right;
};

INLINE struct neighbours neighbours_at(const float *line, ptrdiff_t x, ptrdiff_t width) {
  floats before = line_at(line, x - LANES, width), here = line_at(line, x, width);
  floats behind = line_at(line, x + LANES, width);
  return (struct neighbours){
      __builtin_shufflevector(before, here, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30),
      here, __builtin_shufflevector(here, behind, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)};
}

/* Rows count through the output: image, channel, row. */
INLINE void convolve_rows(const struct convolution_job *job, ptrdiff_t first, ptrdiff_t end) {
  const ptrdiff_t width = job->width, height = job->height, plane = width * height;
  for (ptrdiff_t place = first; place < end; ++place) {
    const ptrdiff_t y = place % height, channel = place / height % job->channels;
    const float *image = job->images + place / height / job->channels * job->inputs * plane;
    for (ptrdiff_t x = 0; x < width; x += LANES) {
      floats total = all(job->bias[channel]);
      for (ptrdiff_t tap = 0; tap < job->inputs * 3; ++tap) {
        const ptrdiff_t row = y + tap % 3 - 1;
        if (row < 0 || row >= height) continue;
        const float *line = image + tap / 3 * plane + row * width;
        const float *weight = job->weights + (channel * job->inputs * 3 + tap) * 3;
        const struct neighbours at = neighbours_at(line, x, width);
        total += at.left * weight[0] + at.here * weight[1] + at.right * weight[2];
      }
      float *target = job->outputs + place * width;
      if (x + LANES <= width) store_floats(target, x, total);
      else store_some(target, x, KERNEL_FLOAT32, width - x, total);
    }
  }
}

FOR_EACH_PROCESSOR
static void convolve(const void *job, ptrdiff_t first, ptrdiff_t end) { convolve_rows(job, first, end); }

void kernel_convolution(struct convolution_job job) {
  split(job.batch * job.channels * job.height, job.threads, &job, convolve);
}

/* The gradients of one row of three weights: every output pixel times the three that they met there. */
INLINE void weight_row_gradients(const struct convolution_gradients_job *job, ptrdiff_t channel,
                                 ptrdiff_t tap, float *sums) {
  const ptrdiff_t width = job->width, height = job->height, plane = width * height;
  floats left = all(0), here = all(0), right = all(0);
  for (ptrdiff_t line = 0; line < job->batch * height; ++line) {
    const ptrdiff_t image = line / height, y = line % height, row = y + tap % 3 - 1;
    if (row < 0 || row >= height) continue;
    const float *gradient = job->gradients + (image * job->channels + channel) * plane + y * width;
    const float *pixels = job->images + (image * job->inputs + tap / 3) * plane + row * width;
    for (ptrdiff_t x = 0; x < width; x += LANES) {
      const struct neighbours at = neighbours_at(pixels, x, width);
      floats value = load_part(gradient, 0, x, width, KERNEL_FLOAT32, 0);
      left += value * at.left;
      here += value * at.here;
      right += value * at.right;
    }
  }
  sums[0] += sum(left);
  sums[1] += sum(here);
  sums[2] += sum(right);
}

INLINE float bias_gradient(const struct convolution_gradients_job *job, ptrdiff_t channel) {
  const ptrdiff_t plane = job->width * job->height;
  floats total = all(0);
  for (ptrdiff_t image = 0; image < job->batch; ++image)
    for (ptrdiff_t i = 0; i < plane; i += LANES)
      total +=
          load_part(job->gradients, (image * job->channels + channel) * plane, i, plane, KERNEL_FLOAT32, 0);
  return sum(total);
}

FOR_EACH_PROCESSOR
static void gradients_of(const struct convolution_gradients_job *job) {
  const ptrdiff_t taps = job->inputs * 3;
  for (ptrdiff_t channel = 0; channel < job->channels; ++channel) {
    job->bias_sums[channel] += bias_gradient(job, channel);
    for (ptrdiff_t tap = 0; tap < taps; ++tap)
      weight_row_gradients(job, channel, tap, job->weight_sums + (channel * taps + tap) * 3);
  }
}

void kernel_convolution_gradients(struct convolution_gradients_job job) { gradients_of(&job); }
