#include "CKernels.h"
#include "team.h"
#include "vectors.h"

/* Where these functions are inlined `side` is a constant, 2 or 4, and so are the types. A tile of 4 x 4 outputs takes
 * 36 products in the place of 144, one of 2 x 2 16 in the place of 36. */
enum { LARGEST_IN = 6 };

/* B' d of side + 2 numbers, each `step` vectors from the next. */
INLINE void spread_line(const floats *from, floats *to, int step, int side) {
  const floats d0 = from[0], d1 = from[step], d2 = from[2 * step], d3 = from[3 * step];
  if (side == 2) {
    to[0] = d0 - d2;
    to[step] = d1 + d2;
    to[2 * step] = d2 - d1;
    to[3 * step] = d1 - d3;
    return;
  }
  const floats d4 = from[4 * step], d5 = from[5 * step];
  const floats even = d4 - 4 * d2, odd = d3 - 4 * d1, near = d4 - d2, far = 2 * (d3 - d1);
  to[0] = 4 * d0 - 5 * d2 + d4;
  to[step] = even + odd;
  to[2 * step] = even - odd;
  to[3 * step] = near + far;
  to[4 * step] = near - far;
  to[5 * step] = 4 * d1 - 5 * d3 + d5;
}

/* A' m of side + 2 numbers: `side` of them. */
INLINE void gather_line(const floats *from, int step, floats *to, int to_step, int side) {
  const floats m0 = from[0], m1 = from[step], m2 = from[2 * step], m3 = from[3 * step];
  const floats sum = m1 + m2, difference = m1 - m2;
  if (side == 2) {
    to[0] = m0 + sum;
    to[to_step] = difference - m3;
    return;
  }
  const floats m4 = from[4 * step], m5 = from[5 * step];
  const floats wide_sum = m3 + m4, wide = m3 - m4;
  to[0] = m0 + sum + wide_sum;
  to[to_step] = difference + 2 * wide;
  to[2 * to_step] = sum + 4 * wide_sum;
  to[3 * to_step] = difference + 8 * wide + m5;
}

/* G g of three numbers: side + 2 of them. */
INLINE void widen_line(const floats *from, int step, floats *to, int to_step, int side) {
  const floats g0 = from[0], g1 = from[step], g2 = from[2 * step];
  const floats outer = g0 + g2, wide = g0 + 4 * g2;
  if (side == 2) {
    to[0] = g0;
    to[to_step] = (outer + g1) / 2;
    to[2 * to_step] = (outer - g1) / 2;
    to[3 * to_step] = g2;
    return;
  }
  to[0] = g0 / 4;
  to[to_step] = (outer + g1) / -6;
  to[2 * to_step] = (outer - g1) / -6;
  to[3 * to_step] = (wide + 2 * g1) / 24;
  to[4 * to_step] = (wide - 2 * g1) / 24;
  to[5 * to_step] = g2;
}

INLINE void spread_tiles(const struct winograd_job *job, ptrdiff_t first, ptrdiff_t end, int side,
                         enum kernel_type type) {
  const ptrdiff_t channels = job->inputs, width = job->width, height = job->height;
  const ptrdiff_t part = job->tiles * channels;
  const int in = side + 2;
  for (ptrdiff_t tile = first; tile < end; ++tile) {
    const ptrdiff_t top = (job->first_row + tile / job->tile_columns) * side - 1;
    const ptrdiff_t left = tile % job->tile_columns * side - 1;
    for (ptrdiff_t channel = 0; channel < channels; channel += LANES) {
      floats pixels[LARGEST_IN * LARGEST_IN], half[LARGEST_IN * LARGEST_IN], whole[LARGEST_IN * LARGEST_IN];
      for (ptrdiff_t y = 0; y < in; ++y) {
        for (ptrdiff_t x = 0; x < in; ++x) {
          const ptrdiff_t row = top + y, column = left + x;
          const int isInside = row >= 0 && row < height && column >= 0 && column < width;
          pixels[y * in + x] =
              isInside ? load(job->map, (row * width + column) * channels + channel, type) : all(0);
        }
      }
      for (int x = 0; x < in; ++x) spread_line(pixels + x, half + x, in, side);
      for (int y = 0; y < in; ++y) spread_line(half + y * in, whole + y * in, 1, side);
      for (ptrdiff_t i = 0; i < in * in; ++i) {
        store(job->spread, i * part + tile * channels + channel, type, whole[i]);
      }
    }
  }
}

INLINE void gather_tiles(const struct winograd_job *job, ptrdiff_t first, ptrdiff_t end, int side,
                         enum kernel_type type) {
  const ptrdiff_t channels = job->outputs, width = job->width, height = job->height;
  const ptrdiff_t part = job->tiles * channels;
  const int in = side + 2;
  for (ptrdiff_t tile = first; tile < end; ++tile) {
    const ptrdiff_t top = (job->first_row + tile / job->tile_columns) * side;
    const ptrdiff_t left = tile % job->tile_columns * side;
    for (ptrdiff_t channel = 0; channel < channels; channel += LANES) {
      floats whole[LARGEST_IN * LARGEST_IN], half[LARGEST_IN * LARGEST_IN], pixels[LARGEST_IN * LARGEST_IN];
      for (ptrdiff_t i = 0; i < in * in; ++i) {
        whole[i] = load_floats(job->products, i * part + tile * channels + channel);
      }
      for (int x = 0; x < in; ++x) gather_line(whole + x, in, half + x, in, side);
      for (int y = 0; y < side; ++y) gather_line(half + y * in, 1, pixels + y * side, 1, side);
      const floats bias = job->bias ? load_floats(job->bias, channel) : all(0);
      for (ptrdiff_t y = 0; y < side && top + y < height; ++y) {
        for (ptrdiff_t x = 0; x < side && left + x < width; ++x) {
          const ptrdiff_t place = ((top + y) * width + left + x) * channels + channel;
          floats value = pixels[y * side + x] + bias;
          if (job->addend) value += load(job->addend, place, type);
          if (job->activates) value = larger(all(0), value);
          store(job->output, place, type, value);
        }
      }
    }
  }
}

/* Rows count through the inputs' channels. */
INLINE void widen_weights(const struct winograd_weights_job *job, ptrdiff_t first, ptrdiff_t end, int side,
                          enum kernel_type type) {
  const ptrdiff_t part = job->inputs * job->outputs;
  const int in = side + 2;
  for (ptrdiff_t input = first; input < end; ++input) {
    for (ptrdiff_t output = 0; output < job->outputs; output += LANES) {
      floats weights[9], half[LARGEST_IN * 3], whole[LARGEST_IN * LARGEST_IN];
      const ptrdiff_t place = input * job->outputs + output;
      for (ptrdiff_t i = 0; i < 9; ++i) weights[i] = load_floats(job->weights, i * part + place);
      for (int x = 0; x < 3; ++x) widen_line(weights + x, 3, half + x, 3, side);
      for (int y = 0; y < in; ++y) widen_line(half + 3 * y, 1, whole + y * in, 1, side);
      for (ptrdiff_t i = 0; i < in * in; ++i) {
        store(job->wide, (i * job->inputs + input) * job->stride + output, type, whole[i]);
      }
    }
  }
}

/* One for each kind of tile. */
#define KIND(name, of, side, type) \
  FOR_EACH_PROCESSOR               \
  static void name(const void *job, ptrdiff_t first, ptrdiff_t end) { of(job, first, end, side, type); }

KIND(spread_four, spread_tiles, 4, KERNEL_FLOAT32)
KIND(spread_two, spread_tiles, 2, KERNEL_FLOAT32)
KIND(spread_two_bfloat16, spread_tiles, 2, KERNEL_BFLOAT16)
KIND(gather_four, gather_tiles, 4, KERNEL_FLOAT32)
KIND(gather_two, gather_tiles, 2, KERNEL_FLOAT32)
KIND(gather_two_bfloat16, gather_tiles, 2, KERNEL_BFLOAT16)
KIND(widen_by_four, widen_weights, 4, KERNEL_FLOAT32)
KIND(widen_by_two, widen_weights, 2, KERNEL_FLOAT32)
KIND(widen_by_two_bfloat16, widen_weights, 2, KERNEL_BFLOAT16)

void kernel_winograd_spread(struct winograd_job job) {
  split(job.tiles, job.threads, &job,
        job.side == 4                  ? spread_four
            : job.type == KERNEL_FLOAT32 ? spread_two
                                       : spread_two_bfloat16);
}

void kernel_winograd_gather(struct winograd_job job) {
  split(job.tiles, job.threads, &job,
        job.side == 4                         ? gather_four
            : job.output_type == KERNEL_FLOAT32 ? gather_two
                                              : gather_two_bfloat16);
}

void kernel_winograd_weights(struct winograd_weights_job job) {
  split(job.inputs, job.threads, &job,
        job.side == 4                  ? widen_by_four
            : job.type == KERNEL_FLOAT32 ? widen_by_two
                                       : widen_by_two_bfloat16);
}
