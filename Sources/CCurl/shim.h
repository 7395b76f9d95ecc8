#pragma once
#include <curl/curl.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <string.h>
#include <zlib.h>

// Variadic functions and macros of libcurl, zlib and OpenSSL, as functions.

static inline CURLcode connector_curl_set_long(CURL *curl, CURLoption option, long value) {
  return curl_easy_setopt(curl, option, value);
}

static inline CURLcode connector_curl_set_offset(CURL *curl, CURLoption option, int64_t value) {
  return curl_easy_setopt(curl, option, (curl_off_t)value);
}

/// For strings, lists and data pointers; libcurl copies strings only.
static inline CURLcode connector_curl_set_pointer(CURL *curl, CURLoption option,
                                                  const void *value) {
  return curl_easy_setopt(curl, option, value);
}

typedef size_t (*connector_curl_transfer)(char *, size_t, size_t, void *);
typedef int (*connector_curl_seek)(void *, curl_off_t, int);

static inline CURLcode connector_curl_set_transfer(CURL *curl, CURLoption option,
                                                   connector_curl_transfer function) {
  return curl_easy_setopt(curl, option, function);
}

static inline CURLcode connector_curl_set_seek(CURL *curl, connector_curl_seek function) {
  return curl_easy_setopt(curl, CURLOPT_SEEKFUNCTION, function);
}

static inline CURLcode connector_curl_get_long(CURL *curl, CURLINFO info, long *value) {
  return curl_easy_getinfo(curl, info, value);
}

static inline CURLcode connector_curl_get_offset(CURL *curl, CURLINFO info, int64_t *value) {
  curl_off_t found = 0;
  CURLcode code = curl_easy_getinfo(curl, info, &found);
  *value = found;
  return code;
}

static inline CURLMcode connector_curl_multi_set_long(CURLM *multi, CURLMoption option,
                                                      long value) {
  return curl_multi_setopt(multi, option, value);
}

static inline CURLcode connector_curl_message_result(const CURLMsg *message) {
  return message->data.result;
}

/// Keeps OpenSSL whole until the process is gone; call it before anything of libcurl.
///
/// Else `exit` takes it apart beneath the threads that still use it, and they crash.
static inline void connector_curl_keep_openssl(void) {
  OPENSSL_init_ssl(OPENSSL_INIT_NO_ATEXIT, NULL);
}

// Certificates that a person names by their SHA-256.

/// What a server's certificate is compared with; lives as long as the connections.
struct connector_tls_pins {
  unsigned char authority[32];
  int has_authority;
  unsigned char leaf[32];
  int has_leaf;
};

static inline int connector_tls_is(X509 *certificate, const unsigned char *digest) {
  unsigned char found[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  return X509_digest(certificate, EVP_sha256(), found, &length) == 1 && length == 32 &&
         memcmp(found, digest, 32) == 0;
}

/// Stands in for OpenSSL's own verification of a chain.
static inline int connector_tls_verify(X509_STORE_CTX *context, void *argument) {
  const struct connector_tls_pins *pins = (const struct connector_tls_pins *)argument;
  if (pins->has_leaf) {
    X509 *leaf = X509_STORE_CTX_get0_cert(context);
    if (leaf != NULL && connector_tls_is(leaf, pins->leaf)) {
      X509_STORE_CTX_set_error(context, X509_V_OK);
      return 1;
    }
    X509_STORE_CTX_set_error(context, X509_V_ERR_APPLICATION_VERIFICATION);
    return 0;
  }
  STACK_OF(X509) *chain = X509_STORE_CTX_get0_untrusted(context);
  for (int index = 0; index < sk_X509_num(chain); index++) {
    X509 *certificate = sk_X509_value(chain, index);
    if (!connector_tls_is(certificate, pins->authority)) continue;
    STACK_OF(X509) *trusted = sk_X509_new_null();
    if (trusted == NULL || sk_X509_push(trusted, certificate) == 0) {
      sk_X509_free(trusted);
      break;
    }
    X509_STORE_CTX_set0_trusted_stack(context, trusted);
    int result = X509_verify_cert(context);
    sk_X509_free(trusted);
    return result;
  }
  X509_STORE_CTX_set_error(context, X509_V_ERR_CERT_UNTRUSTED);
  return 0;
}

static inline CURLcode connector_tls_prepare(CURL *curl, void *context, void *pins) {
  (void)curl;
  SSL_CTX_set_cert_verify_callback((SSL_CTX *)context, connector_tls_verify, pins);
  return CURLE_OK;
}

/// Lets the pins decide which chain is trusted.
static inline CURLcode connector_tls_use_pins(CURL *curl, struct connector_tls_pins *pins) {
  CURLcode code = curl_easy_setopt(curl, CURLOPT_SSL_CTX_DATA, pins);
  if (code != CURLE_OK) return code;
  return curl_easy_setopt(curl, CURLOPT_SSL_CTX_FUNCTION, connector_tls_prepare);
}

/// Starts to write gzip; `windowBits` over 15 asks zlib for its header.
static inline int connector_gzip_begin(z_stream *stream, int level) {
  return deflateInit2(stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
}

/// Asks a server for its certificates without trusting any, and gives the SHA-256 of the last one
/// if it is an authority of its own; sends nothing but the TLS handshake. Blocks for up to 10 s.
/// Returns 1 if there is one.
static inline int connector_curl_shown_authority(const char *url, unsigned char *digest) {
  CURL *curl = curl_easy_init();
  if (curl == NULL) return 0;
  int found = 0;
  curl_easy_setopt(curl, CURLOPT_URL, url);
  curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
  curl_easy_setopt(curl, CURLOPT_CERTINFO, 1L);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT, 10L);
  struct curl_certinfo *chain = NULL;
  if (curl_easy_perform(curl) == CURLE_OK &&
      curl_easy_getinfo(curl, CURLINFO_CERTINFO, &chain) == CURLE_OK && chain != NULL &&
      chain->num_of_certs > 0) {
    struct curl_slist *line = chain->certinfo[chain->num_of_certs - 1];
    for (; line != NULL; line = line->next) {
      if (strncmp(line->data, "Cert:", 5) != 0) continue;
      BIO *text = BIO_new_mem_buf(line->data + 5, -1);
      X509 *certificate = text == NULL ? NULL : PEM_read_bio_X509(text, NULL, NULL, NULL);
      unsigned int length = 0;
      if (certificate != NULL &&
          X509_NAME_cmp(X509_get_subject_name(certificate), X509_get_issuer_name(certificate)) ==
              0) {
        found = X509_digest(certificate, EVP_sha256(), digest, &length) == 1 && length == 32;
      }
      X509_free(certificate);
      BIO_free(text);
    }
  }
  curl_easy_cleanup(curl);
  return found;
}
