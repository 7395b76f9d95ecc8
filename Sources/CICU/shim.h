#pragma once
#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>
#include <unicode/utext.h>

// ICU renames its functions by macros that carry the version (`ubrk_open_72`), which Swift does not
// import; these wrappers have stable names.

static inline UBreakIterator *icu_word_breaker_open(const char *locale, UErrorCode *status) {
  return ubrk_open(UBRK_WORD, locale, NULL, 0, status);
}

static inline void icu_breaker_close(UBreakIterator *breaker) { ubrk_close(breaker); }

static inline void icu_breaker_set_text(
    UBreakIterator *breaker, const UChar *text, int32_t length, UErrorCode *status) {
  ubrk_setText(breaker, text, length, status);
}

static inline int32_t icu_breaker_first(UBreakIterator *breaker) { return ubrk_first(breaker); }

static inline int32_t icu_breaker_next(UBreakIterator *breaker) { return ubrk_next(breaker); }

static inline int32_t icu_breaker_rule_status(UBreakIterator *breaker) {
  return ubrk_getRuleStatus(breaker);
}

static inline int32_t icu_property(UChar32 character, UProperty property) {
  return u_getIntPropertyValue(character, property);
}

static inline UChar32 icu_lowercase(UChar32 character) { return u_tolower(character); }

static inline const UNormalizer2 *icu_nfc(UErrorCode *status) {
  return unorm2_getNFCInstance(status);
}

static inline int32_t icu_normalize(
    const UNormalizer2 *normalizer, const UChar *source, int32_t length, UChar *target,
    int32_t capacity, UErrorCode *status) {
  return unorm2_normalize(normalizer, source, length, target, capacity, status);
}

static inline const char *icu_error_name(UErrorCode status) { return u_errorName(status); }

// The single character behind a full-width or half-width form; the character itself otherwise.
static inline UChar32 icu_width_folded(UChar32 character) {
  UErrorCode status = U_ZERO_ERROR;
  const UNormalizer2 *normalizer = unorm2_getNFKCInstance(&status);
  if (U_FAILURE(status)) return character;
  UChar decomposition[4];
  int32_t length =
      unorm2_getRawDecomposition(normalizer, character, decomposition, 4, &status);
  return U_SUCCESS(status) && length == 1 ? decomposition[0] : character;
}
