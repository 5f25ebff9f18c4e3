#include "CPNG.h"

#include <png.h>
#include <stdlib.h>
#include <string.h>

// Everything that must survive a longjmp lives in structs that the caller of setjmp only points to; nothing is
// kept in a local variable that changes after setjmp.

static void fail(png_structp png, png_const_charp message) {
  char *text = png_get_error_ptr(png);
  strncpy(text, message, 127);
  longjmp(png_jmpbuf(png), 1);
}

static void ignore(png_structp png, png_const_charp message) {
  (void)png;
  (void)message;
}

// Reading

typedef struct {
  const uint8_t *bytes;
  size_t count;
  size_t position;
} source;

typedef struct {
  png_structp png;
  png_infop info;
  source source;
  uint8_t *rgba;
  png_bytep *rows;
} reader;

static void read_bytes(png_structp png, png_bytep to, size_t count) {
  source *from = png_get_io_ptr(png);
  if (count > from->count - from->position) png_error(png, "the data ends too early");
  memcpy(to, from->bytes + from->position, count);
  from->position += count;
}

/// Whether every chunk, up to the last, lies within the bytes: libpng allocates what a chunk claims to have
/// before it finds out that the file is shorter.
static bool chunks_fit(const uint8_t *bytes, size_t count) {
  size_t position = 8;
  while (count - position >= 12) {
    const uint8_t *chunk = bytes + position;
    if (png_get_uint_32(chunk) > count - position - 12) return false;
    if (memcmp(chunk + 4, "IEND", 4) == 0) return true;
    position += 12 + png_get_uint_32(chunk);
  }
  return false;
}

static void copy_texts(reader *reader, cpng_picture *picture) {
  png_textp texts = NULL;
  int count = png_get_text(reader->png, reader->info, &texts, NULL);
  if (count <= 0) return;
  picture->texts = calloc((size_t)count, sizeof(cpng_text));
  if (!picture->texts) png_error(reader->png, "out of memory");
  for (int index = 0; index < count; index++) {
    const png_text *text = &texts[index];
    bool is_utf8 = text->compression >= PNG_ITXT_COMPRESSION_NONE;
    size_t length = is_utf8 ? text->itxt_length : text->text_length;
    cpng_text *copy = &picture->texts[index];
    // Counted before it is made, so that a half-made one is released too.
    picture->text_count = (size_t)index + 1;
    copy->keyword = strdup(text->key ? text->key : "");
    copy->text = malloc(length + 1);
    if (!copy->keyword || !copy->text) png_error(reader->png, "out of memory");
    if (length > 0) memcpy(copy->text, text->text, length);
    copy->text[length] = 0;
    copy->length = length;
    copy->is_utf8 = is_utf8;
  }
}

static void blend(const reader *reader, const uint8_t background[3], cpng_picture *picture) {
  size_t count = (size_t)picture->width * picture->height;
  for (size_t index = 0; index < count; index++) {
    const uint8_t *from = reader->rgba + 4 * index;
    for (int channel = 0; channel < 3; channel++) {
      unsigned sum = from[channel] * from[3] + background[channel] * (255u - from[3]);
      picture->pixels[3 * index + channel] = (uint8_t)((sum + 127) / 255);
    }
  }
}

static cpng_status read_picture(
  reader *reader, const uint8_t background[3], uint64_t most_pixels, cpng_picture *picture
) {
  png_structp png = reader->png;
  if (setjmp(png_jmpbuf(png))) return cpng_malformed;
  png_set_read_fn(png, &reader->source, read_bytes);
  // Limits on chunks that unpack to more than they are.
  png_set_chunk_cache_max(png, 1000);
  png_set_chunk_malloc_max(png, 8 << 20);
  png_read_info(png, reader->info);
  picture->width = png_get_image_width(png, reader->info);
  picture->height = png_get_image_height(png, reader->info);
  if ((uint64_t)picture->width * picture->height > most_pixels) return cpng_too_large;

  png_set_expand(png);
  png_set_scale_16(png);
  png_set_gray_to_rgb(png);
  png_set_add_alpha(png, 0xFF, PNG_FILLER_AFTER);
  png_set_interlace_handling(png);
  png_read_update_info(png, reader->info);
  size_t row = (size_t)picture->width * 4;
  if (png_get_rowbytes(png, reader->info) != row) png_error(png, "rows of unexpected length");
  // A file that ends early must not show what lay in memory.
  reader->rgba = calloc(picture->height, row);
  reader->rows = malloc(picture->height * sizeof(png_bytep));
  picture->pixels = malloc((size_t)picture->height * picture->width * 3);
  if (!reader->rgba || !reader->rows || !picture->pixels) return cpng_out_of_memory;
  for (uint32_t y = 0; y < picture->height; y++) reader->rows[y] = reader->rgba + y * row;
  png_read_image(png, reader->rows);
  png_read_end(png, reader->info);
  copy_texts(reader, picture);
  blend(reader, background, picture);
  return cpng_ok;
}

cpng_status cpng_decode(
  const uint8_t *bytes, size_t count, const uint8_t background[3], uint64_t most_pixels,
  cpng_picture *picture
) {
  memset(picture, 0, sizeof *picture);
  if (count < 8 || png_sig_cmp(bytes, 0, 8) != 0) return cpng_not_png;
  if (!chunks_fit(bytes, count)) {
    strcpy(picture->message, "the data ends too early");
    return cpng_malformed;
  }
  reader reader = {.source = {bytes, count, 0}};
  reader.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, picture->message, fail, ignore);
  if (!reader.png) return cpng_out_of_memory;
  cpng_status status = cpng_out_of_memory;
  reader.info = png_create_info_struct(reader.png);
  if (reader.info) status = read_picture(&reader, background, most_pixels, picture);
  png_destroy_read_struct(&reader.png, &reader.info, NULL);
  free(reader.rgba);
  free(reader.rows);
  return status;
}

void cpng_release(cpng_picture *picture) {
  free(picture->pixels);
  for (size_t index = 0; index < picture->text_count; index++) {
    free(picture->texts[index].keyword);
    free(picture->texts[index].text);
  }
  free(picture->texts);
  memset(picture, 0, sizeof *picture);
}

// Writing

typedef struct {
  png_structp png;
  png_infop info;
  png_text *texts;
} writer;

static void write_bytes(png_structp png, png_bytep from, size_t count) {
  cpng_data *data = png_get_io_ptr(png);
  if (count > data->capacity - data->count) {
    size_t capacity = 2 * data->capacity + count + 4096;
    uint8_t *bytes = realloc(data->bytes, capacity);
    if (!bytes) png_error(png, "out of memory");
    data->bytes = bytes;
    data->capacity = capacity;
  }
  memcpy(data->bytes + data->count, from, count);
  data->count += count;
}

static void flush(png_structp png) { (void)png; }

static cpng_status write_quickly(
  writer *writer, const uint8_t *pixels, uint32_t width, uint32_t height, cpng_kind kind, cpng_data *data
) {
  png_structp png = writer->png;
  if (setjmp(png_jmpbuf(png))) return cpng_malformed;
  png_set_write_fn(png, data, write_bytes, flush);
  png_set_IHDR(
    png, writer->info, width, height, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
    PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_set_compression_level(png, 1);
  // Differences of similar neighbours are small numbers but seldom come again: searching for them costs three times
  // the time and saves nothing.
  if (kind == cpng_gradients) png_set_compression_strategy(png, 2 /* Z_HUFFMAN_ONLY */);
  png_set_filter(png, PNG_FILTER_TYPE_BASE, kind == cpng_gradients ? PNG_FILTER_SUB : PNG_FILTER_NONE);
  png_write_info(png, writer->info);
  for (uint32_t y = 0; y < height; y++) png_write_row(png, pixels + (size_t)y * width * 3);
  png_write_end(png, NULL);
  return cpng_ok;
}

cpng_status cpng_encode_quickly(
  const uint8_t *pixels, uint32_t width, uint32_t height, cpng_kind kind, cpng_data *data
) {
  memset(data, 0, sizeof *data);
  writer writer = {0};
  writer.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, data->message, fail, ignore);
  if (!writer.png) return cpng_out_of_memory;
  writer.info = png_create_info_struct(writer.png);
  cpng_status status =
    writer.info ? write_quickly(&writer, pixels, width, height, kind, data) : cpng_out_of_memory;
  png_destroy_write_struct(&writer.png, &writer.info);
  return status;
}

static cpng_status write_picture(
  writer *writer, const uint8_t *pixels, uint32_t width, uint32_t height, const cpng_text *texts,
  size_t text_count, cpng_data *data
) {
  png_structp png = writer->png;
  if (setjmp(png_jmpbuf(png))) return cpng_malformed;
  png_set_write_fn(png, data, write_bytes, flush);
  png_set_IHDR(
    png, writer->info, width, height, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
    PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  for (size_t index = 0; index < text_count; index++) {
    png_text *text = &writer->texts[index];
    text->compression = texts[index].is_utf8 ? PNG_ITXT_COMPRESSION_NONE : PNG_TEXT_COMPRESSION_NONE;
    text->key = texts[index].keyword;
    text->text = texts[index].text;
  }
  if (text_count > 0) png_set_text(png, writer->info, writer->texts, (int)text_count);
  png_write_info(png, writer->info);
  for (uint32_t y = 0; y < height; y++) png_write_row(png, pixels + (size_t)y * width * 3);
  png_write_end(png, NULL);
  return cpng_ok;
}

cpng_status cpng_encode(
  const uint8_t *pixels, uint32_t width, uint32_t height, const cpng_text *texts, size_t text_count,
  cpng_data *data
) {
  memset(data, 0, sizeof *data);
  writer writer = {0};
  writer.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, data->message, fail, ignore);
  if (!writer.png) return cpng_out_of_memory;
  cpng_status status = cpng_out_of_memory;
  writer.info = png_create_info_struct(writer.png);
  writer.texts = calloc(text_count + 1, sizeof(png_text));
  if (writer.info && writer.texts) {
    status = write_picture(&writer, pixels, width, height, texts, text_count, data);
  }
  png_destroy_write_struct(&writer.png, &writer.info);
  free(writer.texts);
  return status;
}

void cpng_free(cpng_data *data) {
  free(data->bytes);
  memset(data, 0, sizeof *data);
}
