#ifndef CNCURSES_SHIM_H
#define CNCURSES_SHIM_H

/* SwiftPM drops the -D flags of pkg-config, so the wide-character API is asked for here.
   Without macros Swift sees real functions. */
#ifndef NCURSES_WIDECHAR
#define NCURSES_WIDECHAR 1
#endif
#ifndef NCURSES_NOMACROS
#define NCURSES_NOMACROS 1
#endif
#include <langinfo.h>
#include <locale.h>
#include <ncursesw/curses.h>
#include <string.h>

/* Opens the screen on the standard streams, which Swift 6 does not let us name (mutable globals).
   NULL where there is no description for the terminal; initscr would exit. */
static inline SCREEN *console_open(const char *term) { return newterm(term, stdout, stdin); }

/* 1: there is a description of the terminal, which tigetnum and tigetflag then read; no screen is opened. */
static inline int console_find_description(const char *term, int descriptor) {
  extern int setupterm(const char *, int, int *);
  int error;
  return setupterm(term, descriptor, &error) == OK;
}

/* The globals of ncurses, read through functions. */
static inline WINDOW *console_screen(void) { return stdscr; }
static inline WINDOW *console_current_screen(void) { return curscr; }
static inline int console_lines(void) { return LINES; }
static inline int console_columns(void) { return COLS; }
static inline int console_colors(void) { return COLORS; }
static inline int console_color_pairs(void) { return COLOR_PAIRS; }

/* Attributes are casts and shifts, which do not import. */
static const attr_t CONSOLE_BOLD = A_BOLD;
static const attr_t CONSOLE_DIM = A_DIM;
static const attr_t CONSOLE_REVERSE = A_REVERSE;
static const attr_t CONSOLE_UNDERLINE = A_UNDERLINE;

/* One cell: `text` is zero-terminated, a base character with its combining marks (5 in all).
   `pair` has 32 bits and goes through the last argument, as setcchar's own has 16. */
static inline int console_make_cell(cchar_t *cell, const wchar_t *text, attr_t attributes, int pair) {
  return setcchar(cell, text, attributes, 0, &pair);
}

/* The columns of a character in this locale; -1: not printable. glibc hides its own declaration. */
static inline int console_width(wchar_t character) {
  extern int wcwidth(wchar_t);
  return wcwidth(character);
}

/* 1: the locale of the environment writes UTF-8; LC_CTYPE alone, so numbers keep their point.
   Where LANG asks for UTF-8 but its locale is not installed, C.UTF-8 serves. */
static inline int console_use_locale(int wants_utf8) {
  setlocale(LC_CTYPE, "");
  if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0 && wants_utf8) setlocale(LC_CTYPE, "C.UTF-8");
  return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}
#endif
