#ifndef CPNG_H
#define CPNG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// libpng behind functions that return: it reports errors by longjmp, which must not cross Swift frames.

/// One text entry. `keyword` is Latin-1 and ends in NUL; `text` is Latin-1 or UTF-8 and has `length` bytes.
typedef struct {
  char *keyword;
  char *text;
  size_t length;
  bool is_utf8;
} cpng_text;

typedef enum {
  cpng_ok = 0,
  /// The bytes do not begin as a PNG does.
  cpng_not_png,
  /// More pixels than allowed; `width` and `height` are set.
  cpng_too_large,
  cpng_out_of_memory,
  /// Anything else that libpng finds wrong; `message` is its word for it.
  cpng_malformed,
} cpng_status;

/// A decoded picture; hand it to cpng_release whatever the status was.
typedef struct {
  uint32_t width;
  uint32_t height;
  /// height x width x 3 bytes: red, green, blue, row by row.
  uint8_t *pixels;
  cpng_text *texts;
  size_t text_count;
  char message[128];
} cpng_picture;

/// Decodes any PNG to 8-bit RGB; what is transparent is laid over `background` (red, green, blue).
cpng_status cpng_decode(
  const uint8_t *bytes, size_t count, const uint8_t background[3], uint64_t most_pixels,
  cpng_picture *picture);

void cpng_release(cpng_picture *picture);

/// An encoded picture; hand it to cpng_free whatever the status was.
typedef struct {
  uint8_t *bytes;
  size_t count;
  size_t capacity;
  char message[128];
} cpng_data;

/// Encodes height x width x 3 bytes of RGB with its text entries.
cpng_status cpng_encode(
  const uint8_t *pixels, uint32_t width, uint32_t height, const cpng_text *texts, size_t text_count,
  cpng_data *data);

/// What a picture that is only shown is like.
typedef enum {
  /// Most pixels are as their neighbours.
  cpng_repeats,
  /// Neighbours are similar, as in photographs.
  cpng_gradients,
} cpng_kind;

/// The same without texts, in a fraction of the time, larger.
cpng_status cpng_encode_quickly(
  const uint8_t *pixels, uint32_t width, uint32_t height, cpng_kind kind, cpng_data *data);

void cpng_free(cpng_data *data);

#endif
