/* Row kernels that oneDNN has no good form of, in vectors of sixteen.
 *
 * Every row is computed by itself in one fixed order, so a row's bits do not depend on how many rows there
 * are or on which thread takes it. A kernel takes one job: where its numbers are, how many, and on how many
 * threads. */
#ifndef MEZZOTINT_CKERNELS_H
#define MEZZOTINT_CKERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How numbers are stored; bfloat16 is rounded to nearest, ties to even. */
enum kernel_type { KERNEL_FLOAT32, KERNEL_BFLOAT16 };

/* ---- Attention ---- */

/* The longest row that kernel_masked_softmax takes: 64 x 64 patches and two more tokens fit. */
enum { KERNEL_LONGEST_SOFTMAX = 4160 };

struct masked_softmax_job {
  /* [rows, columns]; `attention` may be `scores`. */
  const void *scores;
  void *attention;
  enum kernel_type type;
  /* Factors on the scores, [rows, columns]; NULL for none. */
  const float *mask;
  /* For each image of `image_rows` rows, the image whose part of the mask it takes. */
  const ptrdiff_t *sources;
  ptrdiff_t image_rows;
  /* One more factor on the scores. */
  float scale;
  ptrdiff_t rows, columns, threads;
};

/* softmax over each row. */
void kernel_masked_softmax(struct masked_softmax_job job);

/* Whether this processor and these sizes suit kernel_masked_attention: bfloat16 products in vectors of 512
 * bits, 16 to 272 tokens, heads of an even size up to 64. */
bool kernel_can_attend(ptrdiff_t tokens, ptrdiff_t size);

/* Whether the processor also has a matrix unit for bfloat16 (AMX) that the system lets this process use. */
bool kernel_has_tiles(void);

struct masked_attention_job {
  /* [batch, token, head, size], bfloat16. */
  const uint16_t *queries, *keys, *values;
  uint16_t *mixed;
  /* [batch, head, token, token]; NULL for none. */
  const float *mask;
  /* For each image the one whose mask it takes. */
  const ptrdiff_t *sources;
  float scale;
  ptrdiff_t batch, heads, tokens, size;
  /* In the matrix unit rather than in vectors. */
  bool in_tiles;
  ptrdiff_t threads;
};

/* softmax((Q K^T * scale) o M) V in one sweep; the sums are float32, the attention is rounded to bfloat16.
 * Traps where kernel_can_attend says no. */
void kernel_masked_attention(struct masked_attention_job job);

struct masked_attention_backward_job {
  /* [batch, token, head, size], bfloat16; `gradients` are those of what was mixed. */
  const uint16_t *queries, *keys, *values, *gradients;
  uint16_t *query_gradients, *key_gradients, *value_gradients;
  /* [head, token, token], the same for every image; NULL for none. */
  const float *mask;
  /* Of the mask's shape: gets the mask's gradient added. */
  float *mask_sums;
  float scale;
  ptrdiff_t batch, heads, tokens, size;
  bool in_tiles;
};

/* The way back of kernel_masked_attention, on the calling thread; scores and attention are computed anew. */
void kernel_masked_attention_backward(struct masked_attention_backward_job job);

/* ---- Norms ---- */

struct layer_norm_job {
  /* [rows, columns]; `outputs` may be `inputs`. */
  const void *inputs;
  void *outputs;
  enum kernel_type type;
  /* [columns]. */
  const float *scale, *shift;
  float epsilon;
  ptrdiff_t rows, columns, threads;
};

/* (x - mean x) / sqrt(var x + epsilon) * scale + shift of each row. */
void kernel_layer_norm(struct layer_norm_job job);

struct layer_norm_backward_job {
  /* [rows, columns], all of one type. */
  const void *inputs, *gradients;
  void *targets;
  enum kernel_type type;
  /* To what the targets hold. */
  bool adds;
  /* [columns]. */
  const float *scale;
  float *scale_sums, *shift_sums;
  float epsilon;
  ptrdiff_t rows, columns;
};

/* The way back of kernel_layer_norm, on the calling thread. With x^ = (x - mean x) / sqrt(var x + epsilon)
 * and q = gradients * scale: (q - mean q - x^ mean(q x^)) / sqrt(var x + epsilon) into targets, or added to
 * what they hold; the sums over the rows of gradients * x^ and of gradients are added to scale_sums and
 * shift_sums. */
void kernel_layer_norm_backward(struct layer_norm_backward_job job);

/* ---- Number by number ---- */

struct gelu_job {
  const void *inputs;
  /* Either may be `inputs`. */
  void *outputs, *slopes;
  enum kernel_type type;
  ptrdiff_t count, threads;
};

/* outputs = x Phi(x) and slopes = Phi(x) + x e^(-x^2/2) / sqrt(2 pi), Phi the unit normal distribution. */
void kernel_gelu(struct gelu_job job);

struct multiply_job {
  const void *factors;
  void *products;
  enum kernel_type type;
  ptrdiff_t count, threads;
};

/* products = products * factors. */
void kernel_multiply(struct multiply_job job);

struct column_sums_job {
  /* [row_count, width], of one type; `factors` NULL for none. */
  const void *rows, *factors;
  enum kernel_type type;
  /* [width]. */
  float *sums;
  ptrdiff_t row_count, width, threads;
};

/* sums[c] += the sum over the rows of rows[r, c], or of rows[r, c] * factors[r, c]; each column in the order
 * of the rows. */
void kernel_column_sums(struct column_sums_job job);

/* ---- Convolution of pictures ---- */

struct convolution_job {
  /* [batch, input, row, column]. */
  const float *images;
  /* [channel, input, 3, 3] and [channel]. */
  const float *weights, *bias;
  /* [batch, channel, row, column]. */
  float *outputs;
  ptrdiff_t batch, inputs, channels, height, width, threads;
};

/* A 3x3 convolution with one pixel of zeroes around. */
void kernel_convolution(struct convolution_job job);

struct convolution_gradients_job {
  /* [batch, input, row, column]. */
  const float *images;
  /* Of the outputs, [batch, channel, row, column]. */
  const float *gradients;
  /* [channel, input, 3, 3] and [channel]. */
  float *weight_sums, *bias_sums;
  ptrdiff_t batch, inputs, channels, height, width;
};

/* What the weights and biases of kernel_convolution change, added to the sums, on the calling thread. */
void kernel_convolution_gradients(struct convolution_gradients_job job);

#include "feature_maps.h"
#include "streaming_attention.h"

#endif
