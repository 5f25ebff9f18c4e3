/* Kernels for feature maps of convolutional networks, [image, row, column, channel]. A part of CKernels.h. */
#ifndef MEZZOTINT_FEATURE_MAPS_H
#define MEZZOTINT_FEATURE_MAPS_H

struct group_norm_job {
  /* [image, pixel, channel]: the channels of the one, then those of the other; NULL and 0 for none. */
  const void *first, *second;
  ptrdiff_t first_channels, second_channels;
  /* [image, pixel, channel]; may be `first` where it is all there is. */
  void *outputs;
  enum kernel_type type;
  ptrdiff_t images, pixels, groups;
  float epsilon;
  /* [channel]. */
  const float *scale, *shift;
  /* [image, channel], each image `addend_stride` numbers on: added to every pixel before the norm; NULL for
   * none. */
  const float *addend;
  ptrdiff_t addend_stride;
  /* [image, 2, channel], each image `modulation_stride` numbers on: what is normed is multiplied by 1 + the
   * first and the second is added; NULL for none. */
  const float *modulation;
  ptrdiff_t modulation_stride;
  /* SiLU at the end. */
  bool activates;
  /* kernel_group_norm_work_bytes of it, aligned as doubles are. */
  void *work;
  ptrdiff_t threads;
};

ptrdiff_t kernel_group_norm_work_bytes(ptrdiff_t images, ptrdiff_t pixels, ptrdiff_t channels);

/* (x - mean x) / sqrt(var x + epsilon) * scale + shift over each group of channels of each image. */
void kernel_group_norm(struct group_norm_job job);

struct gated_gelu_job {
  /* [row, 2 width]: values, then gates. */
  const void *inputs;
  /* [row, width]. */
  void *outputs;
  enum kernel_type type;
  ptrdiff_t rows, width, threads;
};

/* value * gate Phi(gate), Phi the unit normal distribution. */
void kernel_gated_gelu(struct gated_gelu_job job);

struct weave_job {
  /* [image, row, column, pixel] each: what goes to even and odd columns of even rows, and of odd rows. */
  const void *upper_left, *upper_right, *lower_left, *lower_right;
  /* [image, 2 rows, 2 columns, pixel]. */
  void *outputs;
  /* Of each of the four. */
  ptrdiff_t images, height, width, pixel_bytes, threads;
};

void kernel_weave(struct weave_job job);

struct nearest_job {
  /* [image, row, column, pixel]. */
  const void *inputs;
  void *outputs;
  ptrdiff_t images, height, width, output_height, output_width, pixel_bytes, threads;
};

/* Output pixel (y, x) is the input's (floor(y height / output_height), floor(x width / output_width)). */
void kernel_nearest(struct nearest_job job);

struct average_pool_job {
  /* [image, row, column, channel]. */
  const void *inputs;
  /* [image, row / 2, column / 2, channel]. */
  void *outputs;
  enum kernel_type type;
  ptrdiff_t images, height, width, channels, threads;
};

/* The mean of each 2 x 2; an odd last row or column falls away. */
void kernel_average_pool(struct average_pool_job job);

struct channel_means_job {
  /* [place, channel]. */
  const void *map;
  enum kernel_type type;
  /* [place]. */
  float *means;
  ptrdiff_t places, channels, threads;
};

/* The mean of each place over its channels. */
void kernel_channel_means(struct channel_means_job job);

struct scale_places_job {
  /* [place, channel]. */
  void *map;
  enum kernel_type type;
  ptrdiff_t places, channels;
  /* Channels of each place, from the first, that are multiplied. */
  ptrdiff_t scaled;
  /* [place]; NULL: `factor` at each. */
  const float *factors;
  float factor;
  ptrdiff_t threads;
};

void kernel_scale_places(struct scale_places_job job);

struct frequency_filter_job {
  /* [row, column, channel]. */
  void *map;
  enum kernel_type type;
  ptrdiff_t rows, columns, channels;
  /* [wave, row] and [wave, column]: 1, then cosine and sine of one turn over all rows or columns, of two ... */
  const float *down, *across;
  /* How many there are of each: odd. */
  ptrdiff_t row_waves, column_waves;
  /* [row frequency, column frequency], 0 and up: how many of (k, l), (k, -l), (-k, l) and (-k, -l) are in the
   * window, divided by rows * columns; and those with equal signs less those with unequal ones. */
  const float *even, *odd;
  /* What is added of the window's frequencies: -1 takes them out. */
  float gain;
  /* kernel_frequency_filter_work_bytes of it, aligned to a cache line. */
  float *work;
  ptrdiff_t threads;
};

ptrdiff_t kernel_frequency_filter_work_bytes(struct frequency_filter_job job);

/* map += gain * the real part of what a window of the map's frequencies holds, channel by channel. */
void kernel_frequency_filter(struct frequency_filter_job job);

/* A 3 x 3 convolution at stride 1 by tiles: F(2 x 2, 3 x 3) and F(4 x 4, 3 x 3). A tile of side x side outputs is made
 * of n = (side + 2)^2 products of sums of its inputs. */
struct winograd_job {
  /* [row, column, input] and [row, column, output] of one image; channels are multiples of 16. */
  const void *map;
  void *output;
  /* Of the map and of `spread`, and of the output and the addend. bfloat16 for tiles of 2 x 2 only: with larger ones
   * its rounding would be seen. */
  enum kernel_type type, output_type;
  ptrdiff_t height, width, inputs, outputs;
  /* 2 or 4; the first row of tiles, how many stand in a row, and all. */
  ptrdiff_t side, first_row, tile_columns, tiles;
  /* [n, tile, input], and what is multiplied with the weights, [n, tile, output]. */
  void *spread;
  const float *products;
  /* [output]; NULL for none. */
  const float *bias;
  /* [row, column, output]; NULL for none. It may be the output. */
  const void *addend;
  /* ReLU at the end. */
  bool activates;
  ptrdiff_t threads;
};

/* spread = B' d B of each tile's inputs d. */
void kernel_winograd_spread(struct winograd_job job);

/* output = A' m A + bias + addend of each tile's products m. */
void kernel_winograd_gather(struct winograd_job job);

struct winograd_weights_job {
  /* [3, 3, input, output] and [n, input, output], each input `stride` numbers on; outputs are a multiple of 16. */
  const float *weights;
  void *wide;
  ptrdiff_t stride;
  /* Of `wide`. */
  enum kernel_type type;
  ptrdiff_t side, inputs, outputs, threads;
};

/* wide = G g G' of each 3 x 3 kernel g. */
void kernel_winograd_weights(struct winograd_weights_job job);

#endif
