#include <math.h>

#include "CKernels.h"
#include "exponential.h"
#include "team.h"

/* What is summed at once: fixed, so that sums do not depend on the number of threads, and few enough pixels
 * that float32 keeps their digits. */
enum { BLOCK_PIXELS = 256, BLOCK_CHANNELS = 2 * LANES };
/* Numbers below which other threads are not worth waking. */
enum { FEW = 1 << 14 };

/* The work's parts: of each block of pixels and channel the sums of x - x0 and (x - x0)^2, x0 being the
 * image's first pixel; of each channel its mean and variance; of each channel the factors a, b of a x + b. */
struct norm_work {
  float *sums, *squares;
  double *means, *variances;
  float *a, *b;
};

struct norm_pass {
  struct group_norm_job job;
  struct norm_work work;
  ptrdiff_t channels, blocks;
};

static ptrdiff_t block_count(ptrdiff_t pixels) { return (pixels + BLOCK_PIXELS - 1) / BLOCK_PIXELS; }

ptrdiff_t kernel_group_norm_work_bytes(ptrdiff_t images, ptrdiff_t pixels, ptrdiff_t channels) {
  const ptrdiff_t per_channel = 2 * sizeof(double) + 2 * sizeof(float) * (1 + block_count(pixels));
  return images * channels * per_channel;
}

static struct norm_work divide_work(const struct group_norm_job *job, ptrdiff_t channels) {
  const ptrdiff_t all_channels = job->images * channels, all_blocks = all_channels * block_count(job->pixels);
  struct norm_work work;
  work.means = job->work;
  work.variances = work.means + all_channels;
  work.a = (float *)(work.variances + all_channels);
  work.b = work.a + all_channels;
  work.sums = work.b + all_channels;
  work.squares = work.sums + all_blocks;
  return work;
}

/* ---- First: sums over blocks ---- */

/* `count` <= BLOCK_CHANNELS channels of one source, a whole block of them where `is_whole`. */
INLINE void sum_pixels(const void *from, ptrdiff_t width, ptrdiff_t first, ptrdiff_t count, bool is_whole,
                       ptrdiff_t pixels, ptrdiff_t origin, ptrdiff_t start, enum kernel_type type,
                       float *sums, float *squares) {
  floats total[2] = {all(0), all(0)}, square[2] = {all(0), all(0)}, base[2];
  for (int v = 0; v < 2; ++v)
    base[v] = is_whole ? load(from, origin + first + v * LANES, type)
                       : load_part(from, origin + first, v * LANES, count, type, 0);
  for (ptrdiff_t pixel = 0; pixel < pixels; ++pixel) {
    const ptrdiff_t place = start + pixel * width + first;
    for (int v = 0; v < 2; ++v) {
      floats x =
          is_whole ? load(from, place + v * LANES, type) : load_part(from, place, v * LANES, count, type, 0);
      x -= base[v];
      total[v] += x;
      square[v] += x * x;
    }
  }
  for (int v = 0; v < 2; ++v) {
    store_part(sums, 0, v * LANES, count, KERNEL_FLOAT32, total[v]);
    store_part(squares, 0, v * LANES, count, KERNEL_FLOAT32, square[v]);
  }
}

static ptrdiff_t channel_blocks(ptrdiff_t channels) {
  return (channels + BLOCK_CHANNELS - 1) / BLOCK_CHANNELS;
}

INLINE void sum_blocks(const struct norm_pass *pass, enum kernel_type type, ptrdiff_t first, ptrdiff_t end) {
  const struct group_norm_job *job = &pass->job;
  const ptrdiff_t of_first = channel_blocks(job->first_channels);
  const ptrdiff_t across = of_first + channel_blocks(job->second_channels);
  for (ptrdiff_t place = first; place < end; ++place) {
    const ptrdiff_t image = place / across / pass->blocks, block = place / across % pass->blocks;
    const bool in_first = place % across < of_first;
    const ptrdiff_t width = in_first ? job->first_channels : job->second_channels;
    const ptrdiff_t channel = (place % across - (in_first ? 0 : of_first)) * BLOCK_CHANNELS;
    const ptrdiff_t from_pixel = block * BLOCK_PIXELS, left = job->pixels - from_pixel;
    const ptrdiff_t pixels = left < BLOCK_PIXELS ? left : BLOCK_PIXELS, origin = image * job->pixels * width;
    const ptrdiff_t target =
        (image * pass->blocks + block) * pass->channels + (in_first ? 0 : job->first_channels) + channel;
    const void *from = in_first ? job->first : job->second;
    float *sums = pass->work.sums + target, *squares = pass->work.squares + target;
    const ptrdiff_t start = origin + from_pixel * width;
    if (width - channel >= BLOCK_CHANNELS)
      sum_pixels(from, width, channel, BLOCK_CHANNELS, true, pixels, origin, start, type, sums, squares);
    else sum_pixels(from, width, channel, width - channel, false, pixels, origin, start, type, sums, squares);
  }
}

FOR_EACH_PROCESSOR
static void sums_float32(const void *pass, ptrdiff_t first, ptrdiff_t end) {
  sum_blocks(pass, KERNEL_FLOAT32, first, end);
}

FOR_EACH_PROCESSOR
static void sums_bfloat16(const void *pass, ptrdiff_t first, ptrdiff_t end) {
  sum_blocks(pass, KERNEL_BFLOAT16, first, end);
}

/* ---- Second: from sums to factors, group by group ---- */

static double first_pixel(const struct group_norm_job *job, ptrdiff_t image, ptrdiff_t channel) {
  const bool in_first = channel < job->first_channels;
  const void *from = in_first ? job->first : job->second;
  const ptrdiff_t width = in_first ? job->first_channels : job->second_channels;
  const ptrdiff_t place = image * job->pixels * width + channel - (in_first ? 0 : job->first_channels);
  return job->type == KERNEL_FLOAT32 ? ((const float *)from)[place] : widen(((const uint16_t *)from)[place]);
}

static void find_factors(const void *opaque, ptrdiff_t first, ptrdiff_t end) {
  const struct norm_pass *pass = opaque;
  const struct group_norm_job *job = &pass->job;
  const ptrdiff_t count = pass->channels / job->groups;
  for (ptrdiff_t group = first; group < end; ++group) {
    const ptrdiff_t image = group / job->groups, start = group % job->groups * count;
    double *means = pass->work.means + image * pass->channels;
    double *variances = pass->work.variances + image * pass->channels;
    const float *addend = job->addend ? job->addend + image * job->addend_stride : 0;
    const float *modulation = job->modulation ? job->modulation + image * job->modulation_stride : 0;
    double mean = 0, variance = 0;
    for (ptrdiff_t c = start; c < start + count; ++c) {
      double total = 0, square = 0;
      for (ptrdiff_t block = 0; block < pass->blocks; ++block) {
        const ptrdiff_t place = (image * pass->blocks + block) * pass->channels + c;
        total += pass->work.sums[place];
        square += pass->work.squares[place];
      }
      total /= (double)job->pixels;
      variances[c] = square / (double)job->pixels - total * total;
      means[c] = first_pixel(job, image, c) + total + (addend ? addend[c] : 0);
      mean += means[c] / (double)count;
    }
    for (ptrdiff_t c = start; c < start + count; ++c)
      variance += (variances[c] + (means[c] - mean) * (means[c] - mean)) / (double)count;
    // Rounding may leave a constant map a little below nothing.
    const double factor = 1 / sqrt((variance > 0 ? variance : 0) + job->epsilon);
    for (ptrdiff_t c = start; c < start + count; ++c) {
      double a = factor * job->scale[c], b = job->shift[c] + ((addend ? addend[c] : 0) - mean) * a;
      if (modulation) {
        const double gain = 1 + (double)modulation[c];
        a *= gain;
        b = b * gain + modulation[pass->channels + c];
      }
      pass->work.a[image * pass->channels + c] = (float)a;
      pass->work.b[image * pass->channels + c] = (float)b;
    }
  }
}

/* ---- Third: every number ---- */

INLINE void norm_line(const struct norm_pass *pass, enum kernel_type type, const void *from, ptrdiff_t width,
                      ptrdiff_t pixel, ptrdiff_t offset) {
  const struct group_norm_job *job = &pass->job;
  const ptrdiff_t image = pixel / job->pixels, target = pixel * pass->channels + offset;
  const float *a = pass->work.a + image * pass->channels + offset;
  const float *b = pass->work.b + image * pass->channels + offset;
  for (ptrdiff_t i = 0; i < width; i += LANES) {
    floats value = load_part(from, pixel * width, i, width, type, 0);
    value =
        value * load_part(a, 0, i, width, KERNEL_FLOAT32, 0) + load_part(b, 0, i, width, KERNEL_FLOAT32, 0);
    if (job->activates) value = silu(value, type == KERNEL_FLOAT32);
    store_part(job->outputs, target, i, width, type, value);
  }
}

INLINE void norm_pixels(const struct norm_pass *pass, enum kernel_type type, ptrdiff_t first, ptrdiff_t end) {
  const struct group_norm_job *job = &pass->job;
  for (ptrdiff_t pixel = first; pixel < end; ++pixel) {
    norm_line(pass, type, job->first, job->first_channels, pixel, 0);
    if (job->second) norm_line(pass, type, job->second, job->second_channels, pixel, job->first_channels);
  }
}

FOR_EACH_PROCESSOR
static void norm_float32(const void *pass, ptrdiff_t first, ptrdiff_t end) {
  norm_pixels(pass, KERNEL_FLOAT32, first, end);
}

FOR_EACH_PROCESSOR
static void norm_bfloat16(const void *pass, ptrdiff_t first, ptrdiff_t end) {
  norm_pixels(pass, KERNEL_BFLOAT16, first, end);
}

void kernel_group_norm(struct group_norm_job job) {
  const ptrdiff_t channels = job.first_channels + job.second_channels, blocks = block_count(job.pixels);
  const struct norm_pass pass = {job, divide_work(&job, channels), channels, blocks};
  const ptrdiff_t threads = job.images * job.pixels * channels < FEW ? 1 : job.threads;
  const ptrdiff_t across = channel_blocks(job.first_channels) + channel_blocks(job.second_channels);
  const bool is_float32 = job.type == KERNEL_FLOAT32;
  split(job.images * blocks * across, threads, &pass, is_float32 ? sums_float32 : sums_bfloat16);
  split(job.images * job.groups, threads, &pass, find_factors);
  split(job.images * job.pixels, threads, &pass, is_float32 ? norm_float32 : norm_bfloat16);
}
