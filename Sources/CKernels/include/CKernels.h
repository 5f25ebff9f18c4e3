/* Row kernels that oneDNN has no good form of, in vectors of sixteen.
 *
 * Every row is computed by itself in one fixed order, so a row's bits do not depend on how many rows there are
 * or on which thread takes it. Types: 0 for float32, 1 for bfloat16 (rounded to nearest, ties to even). */
#ifndef MEZZOTINT_CKERNELS_H
#define MEZZOTINT_CKERNELS_H

#include <stdint.h>

/* The longest row that kernel_masked_softmax takes: 64 x 64 patches and two more tokens fit. */
enum { KERNEL_LONGEST_SOFTMAX = 4160 };

/* softmax over each of `rows` rows of `columns` numbers; `attention` may be `scores`.
 * mask: row-major [rows, columns] factors on the numbers before the softmax; NULL for none.
 * sources: for each image of `image_rows` rows, the image whose part of the mask it takes.
 * scale: one more factor on them. */
void kernel_masked_softmax(const void *scores, void *attention, int type, const float *mask, const int64_t *sources,
                           int64_t image_rows, float scale, int64_t rows, int64_t columns, int threads);

/* Whether this processor and these sizes suit kernel_masked_attention: bfloat16 products in vectors of 512 bits,
 * 16 to 272 tokens, heads of an even size up to 64. */
int kernel_can_attend(int64_t tokens, int64_t size);

/* Whether the processor also has a matrix unit for bfloat16 (AMX) that the system lets this process use. */
int kernel_has_tiles(void);

/* softmax((Q K^T * scale) o M) V in one sweep; the sums are float32, the attention is rounded to bfloat16. The products
 * are computed in vectors, or where `in_tiles` is not 0 in the matrix unit.
 * queries, keys, values, mixed: [batch, token, head, size], bfloat16.
 * mask: [batch, head, token, token]; NULL for none. sources: for each image the one whose mask it takes. */
void kernel_masked_attention(const void *queries, const void *keys, const void *values, void *mixed, const float *mask,
                             const int64_t *sources, float scale, int64_t batch, int64_t heads, int64_t tokens,
                             int64_t size, int in_tiles, int threads);

/* The way back of kernel_masked_attention, on the calling thread: from the gradients of what was mixed to those of
 * queries, keys and values, all of their shape; scores and attention are computed anew.
 * mask: [head, token, token], the same for every image; NULL for none. mask_sums, of its shape: gets the mask's
 * gradient added. */
void kernel_masked_attention_backward(const void *queries, const void *keys, const void *values, const void *gradients,
                                      void *query_gradients, void *key_gradients, void *value_gradients,
                                      const float *mask, float *mask_sums, float scale, int64_t batch, int64_t heads,
                                      int64_t tokens, int64_t size, int in_tiles);

/* (x - mean x) / sqrt(var x + epsilon) * scale + shift of each of `rows` rows of `columns` numbers; scale and shift:
 * [columns], float32; `outputs` may be `inputs`. */
void kernel_layer_norm(const void *inputs, void *outputs, int type, const float *scale, const float *shift,
                       float epsilon, int64_t rows, int64_t columns, int threads);

/* The way back of kernel_layer_norm, on the calling thread. With x^ = (x - mean x) / sqrt(var x + epsilon) and
 * q = gradients * scale: (q - mean q - x^ mean(q x^)) / sqrt(var x + epsilon) into targets, or added to what they hold;
 * the sums over the rows of gradients * x^ and of gradients are added to scale_sums and shift_sums, [columns]. */
void kernel_layer_norm_backward(const void *inputs, const void *gradients, void *targets, int adds, int type,
                                const float *scale, float *scale_sums, float *shift_sums, float epsilon, int64_t rows,
                                int64_t columns);

/* outputs = x Phi(x) and slopes = Phi(x) + x e^(-x^2/2) / sqrt(2 pi) of `count` numbers, Phi being the unit normal
 * distribution; either may be `inputs`. */
void kernel_gelu(const void *inputs, void *outputs, void *slopes, int type, int64_t count, int threads);

/* products = products * factors, number by number. */
void kernel_multiply(const void *factors, void *products, int type, int64_t count, int threads);

/* A 3x3 convolution with one pixel of zeroes around, all float32.
 * images: [batch, input, row, column]; weights: [channel, input, 3, 3]; bias: [channel];
 * outputs: [batch, channel, row, column]. */
void kernel_convolution(const float *images, const float *weights, const float *bias, float *outputs,
                        int64_t batch, int64_t inputs, int64_t channels, int64_t height, int64_t width,
                        int threads);

/* What the weights and biases of kernel_convolution change, added to the sums, on the calling thread.
 * gradients: of the outputs, [batch, channel, row, column]. */
void kernel_convolution_gradients(const float *images, const float *gradients, float *weight_sums, float *bias_sums,
                                  int64_t batch, int64_t inputs, int64_t channels, int64_t height, int64_t width);

/* sums[c] += the sum over the rows of rows[r, c], or of rows[r, c] * factors[r, c] where `factors` is not NULL; each
 * column in the order of the rows. Both are row-major [row_count, width] of one type, sums are float32. */
void kernel_column_sums(const void *rows, const void *factors, int type, float *sums, int64_t row_count,
                        int64_t width, int threads);

#endif
