#pragma once
#include <stddef.h>
#include <stdint.h>

/* Guesses the encoding of text that is not Unicode; the name is ICU's, cut at 63 bytes.
   Returns the confidence from 1 to 100, or 0 if nothing fits. */
int text_decoding_detect(const char *bytes, size_t length, char name[64]);

/* A converter from one encoding to UTF-8. */
struct text_decoding_converter;
/* NULL if ICU does not know the encoding or has no memory. */
struct text_decoding_converter *text_decoding_open(const char *encoding);
void text_decoding_close(struct text_decoding_converter *converter);
/* Converts as much as fits; bytes that mean nothing become U+FFFD.
   Moves *source and *target on. Returns 1 if there is more to write, 0 when the source is used up,
   -1 on failure. */
int text_decoding_convert(struct text_decoding_converter *converter, const char **source,
                          const char *source_end, char **target, const char *target_end,
                          int is_last);

/* Whether well-formed UTF-8 is in Unicode normalization form C. */
int text_decoding_is_nfc(const char *bytes, size_t length);
