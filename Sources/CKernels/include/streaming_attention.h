/* Attention over many tokens: the scores never leave the near caches. A part of CKernels.h. */
#ifndef MEZZOTINT_STREAMING_ATTENTION_H
#define MEZZOTINT_STREAMING_ATTENTION_H

/* The largest head. */
enum { KERNEL_LARGEST_HEAD = 2560 };

/* Whether the processor multiplies pairs of bfloat16 (avx512_bf16). */
bool kernel_has_pairs(void);

/* How keys and values are kept for kernel_streaming_attention. */
struct packed_attention {
  /* As pairs of bfloat16, which their products are then made of; else as float32. */
  bool in_pairs;
  /* kernel_packed_bytes each, aligned to a cache line. */
  void *keys, *values;
  ptrdiff_t batch, heads, tokens, size;
};

ptrdiff_t kernel_packed_bytes(struct packed_attention packed);

struct pack_attention_job {
  /* [batch, token, head, size]. */
  const void *keys, *values;
  enum kernel_type type;
  struct packed_attention packed;
  ptrdiff_t threads;
};

void kernel_pack_attention(struct pack_attention_job job);

struct streaming_attention_job {
  /* [batch, token, head, size]. */
  const void *queries;
  void *mixed;
  enum kernel_type type;
  /* Of the queries. */
  ptrdiff_t tokens;
  struct packed_attention packed;
  float scale;
  /* Factors on the scores: [image, head, grid_height, 2 grid_width - 1], for a query and a key dy rows and dx
   * columns apart the one at (|dy|, grid_width - 1 + dx); queries and keys lie row by row on that grid. NULL
   * for none. */
  const float *mask;
  /* For each image the one whose factors it takes; below 0: none. */
  const ptrdiff_t *sources;
  ptrdiff_t grid_height, grid_width;
  ptrdiff_t threads;
};

/* softmax((Q K^T * scale) o M) V, by a running maximum and sum over blocks of keys. A row depends neither on
 * the others nor on the number of threads. Traps where pairs are asked for and the processor has none. */
void kernel_streaming_attention(struct streaming_attention_job job);

#endif
