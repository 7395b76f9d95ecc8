#pragma once
#include <stdlib.h>
#include <string.h>
#include <vterm.h>

// libvterm keeps attributes in bit fields and colours in unions, which Swift does not see.

/// A terminal in memory.
struct connector_vterm {
  VTerm *terminal;
  VTermScreen *screen;
  int is_cursor_visible;
  int is_alternate;
  int mouse;
  int bells;
};

/// A cell's look.
struct connector_vterm_cell {
  uint32_t characters[VTERM_MAX_CHARS_PER_CELL];
  int width;
  int is_bold, is_underlined, is_reversed;
  /// A palette index, -1 for the terminal's own, or -2 for a colour that is not in the palette.
  int foreground, background;
};

static inline int connector_vterm_property(VTermProp property, VTermValue *value, void *user) {
  struct connector_vterm *self = (struct connector_vterm *)user;
  if (property == VTERM_PROP_CURSORVISIBLE) self->is_cursor_visible = value->boolean;
  if (property == VTERM_PROP_ALTSCREEN) self->is_alternate = value->boolean;
  if (property == VTERM_PROP_MOUSE) self->mouse = value->number;
  return 1;
}

static inline int connector_vterm_bell(void *user) {
  ((struct connector_vterm *)user)->bells += 1;
  return 1;
}

static VTermScreenCallbacks connector_vterm_callbacks = {
    .settermprop = connector_vterm_property, .bell = connector_vterm_bell};

static inline struct connector_vterm *connector_vterm_make(int rows, int columns) {
  struct connector_vterm *self = (struct connector_vterm *)calloc(1, sizeof *self);
  self->terminal = vterm_new(rows, columns);
  self->is_cursor_visible = 1;
  vterm_set_utf8(self->terminal, 1);
  self->screen = vterm_obtain_screen(self->terminal);
  vterm_screen_set_callbacks(self->screen, &connector_vterm_callbacks, self);
  vterm_screen_enable_altscreen(self->screen, 1);
  vterm_screen_reset(self->screen, 1);
  return self;
}

static inline void connector_vterm_free(struct connector_vterm *self) {
  vterm_free(self->terminal);
  free(self);
}

static inline void connector_vterm_write(struct connector_vterm *self, const char *bytes,
                                         size_t count) {
  vterm_input_write(self->terminal, bytes, count);
}

/// The terminal's answers; returns their bytes.
static inline size_t connector_vterm_answers(struct connector_vterm *self, char *buffer,
                                             size_t count) {
  return vterm_output_read(self->terminal, buffer, count);
}

static inline void connector_vterm_resize(struct connector_vterm *self, int rows, int columns) {
  vterm_set_size(self->terminal, rows, columns);
}

static inline void connector_vterm_cursor(struct connector_vterm *self, int *row, int *column) {
  VTermPos position;
  vterm_state_get_cursorpos(vterm_obtain_state(self->terminal), &position);
  *row = position.row;
  *column = position.col;
}

static inline int connector_vterm_color(VTermColor color) {
  if (VTERM_COLOR_IS_DEFAULT_FG(&color) || VTERM_COLOR_IS_DEFAULT_BG(&color)) return -1;
  if (VTERM_COLOR_IS_INDEXED(&color)) return color.indexed.idx;
  return -2;
}

static inline void connector_vterm_get(struct connector_vterm *self, int row, int column,
                                       struct connector_vterm_cell *result) {
  VTermScreenCell cell;
  VTermPos position = {.row = row, .col = column};
  memset(result, 0, sizeof *result);
  if (!vterm_screen_get_cell(self->screen, position, &cell)) return;
  memcpy(result->characters, cell.chars, sizeof result->characters);
  result->width = cell.width;
  result->is_bold = cell.attrs.bold;
  result->is_underlined = cell.attrs.underline != 0;
  result->is_reversed = cell.attrs.reverse;
  result->foreground = connector_vterm_color(cell.fg);
  result->background = connector_vterm_color(cell.bg);
}
