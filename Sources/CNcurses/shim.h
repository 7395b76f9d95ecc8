#pragma once
#define NCURSES_WIDECHAR 1
#define _XOPEN_SOURCE_EXTENDED 1
#include <curses.h>
#include <locale.h>
#include <stdlib.h>
#include <term.h>
#include <wchar.h>
#undef lines
#undef columns

// Macros and globals of curses, as functions.

/// Writes one cell: a character and its marks, at most CCHARW_MAX in all, zero-terminated.
static inline int connector_curses_put(int y, int x, const wchar_t *text, unsigned int attributes,
                                       int pair) {
  cchar_t cell;
  if (setcchar(&cell, text, attributes, 0, &pair) == ERR) return ERR;
  return mvwadd_wch(stdscr, y, x, &cell);
}

static inline int connector_curses_move(int y, int x) { return wmove(stdscr, y, x); }

/// Brings the terminal up to date with what was put.
static inline int connector_curses_update(void) {
  if (wnoutrefresh(stdscr) == ERR) return ERR;
  return doupdate();
}

/// Makes the next update draw everything anew, whatever the terminal shows.
static inline void connector_curses_forget(void) {
  clearok(curscr, TRUE);
  touchwin(stdscr);
}

static inline void connector_curses_erase(void) { werase(stdscr); }

static inline int connector_curses_keypad(int is_on) { return keypad(stdscr, is_on ? TRUE : FALSE); }

static inline const char *connector_terminfo_string(const char *name) {
  char *value = tigetstr(name);
  return value == (char *)-1 ? NULL : value;
}

/// Frees what setupterm read.
static inline void connector_forget_description(void) { del_curterm(cur_term); }

static inline unsigned int connector_attribute_bold(void) { return (unsigned int)A_BOLD; }
static inline unsigned int connector_attribute_dim(void) { return (unsigned int)A_DIM; }
static inline unsigned int connector_attribute_underline(void) { return (unsigned int)A_UNDERLINE; }
static inline unsigned int connector_attribute_reverse(void) { return (unsigned int)A_REVERSE; }
