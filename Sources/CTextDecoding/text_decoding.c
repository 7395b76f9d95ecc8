#include "text_decoding.h"

#include <stdlib.h>
#include <string.h>
#include <unicode/ucnv.h>
#include <unicode/ucsdet.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

/* Guesses that are never right for a file on this kind of machine: EBCDIC, and Unicode, which is
   recognized before. */
static int is_ignored(const char *name) {
  return strncmp(name, "IBM42", 5) == 0 || strncmp(name, "UTF-", 4) == 0;
}

int text_decoding_detect(const char *bytes, size_t length, char name[64]) {
  UErrorCode error = U_ZERO_ERROR;
  UCharsetDetector *detector = ucsdet_open(&error);
  if (U_FAILURE(error)) return 0;
  int confidence = 0;
  int count = 0;
  ucsdet_setText(detector, bytes, (int32_t)length, &error);
  const UCharsetMatch **matches = ucsdet_detectAll(detector, &count, &error);
  for (int index = 0; U_SUCCESS(error) && confidence == 0 && index < count; index++) {
    const char *found = ucsdet_getName(matches[index], &error);
    int32_t sure = ucsdet_getConfidence(matches[index], &error);
    if (U_FAILURE(error) || is_ignored(found)) continue;
    strncpy(name, found, 63);
    name[63] = 0;
    confidence = sure;
  }
  ucsdet_close(detector);
  return confidence;
}

struct text_decoding_converter {
  UConverter *source;
  UConverter *target;
  UChar pivot[2048];
  UChar *pivot_source;
  UChar *pivot_target;
  UBool is_fresh;
};

struct text_decoding_converter *text_decoding_open(const char *encoding) {
  UErrorCode error = U_ZERO_ERROR;
  struct text_decoding_converter *converter = calloc(1, sizeof *converter);
  if (converter == NULL) return NULL;
  converter->source = ucnv_open(encoding, &error);
  converter->target = ucnv_open("UTF-8", &error);
  converter->pivot_source = converter->pivot;
  converter->pivot_target = converter->pivot;
  converter->is_fresh = 1;
  if (U_SUCCESS(error)) return converter;
  text_decoding_close(converter);
  return NULL;
}

void text_decoding_close(struct text_decoding_converter *converter) {
  ucnv_close(converter->source);
  ucnv_close(converter->target);
  free(converter);
}

int text_decoding_convert(struct text_decoding_converter *converter, const char **source,
                          const char *source_end, char **target, const char *target_end,
                          int is_last) {
  UErrorCode error = U_ZERO_ERROR;
  ucnv_convertEx(converter->target, converter->source, target, target_end, source, source_end,
                 converter->pivot, &converter->pivot_source, &converter->pivot_target,
                 converter->pivot + sizeof converter->pivot / sizeof converter->pivot[0],
                 converter->is_fresh, (UBool)is_last, &error);
  converter->is_fresh = 0;
  if (error == U_BUFFER_OVERFLOW_ERROR) return 1;
  return U_FAILURE(error) ? -1 : 0;
}

int text_decoding_is_nfc(const char *bytes, size_t length) {
  UChar text[1024];
  UErrorCode error = U_ZERO_ERROR;
  int32_t count = 0;
  u_strFromUTF8(text, 1024, &count, bytes, (int32_t)length, &error);
  if (U_FAILURE(error)) return 0;
  const UNormalizer2 *form = unorm2_getNFCInstance(&error);
  UBool result = unorm2_isNormalized(form, text, count, &error);
  return U_SUCCESS(error) && result;
}
