// ECDSA on P-256 (FIPS 186-5, SEC 1) by mbedTLS: whether a signature over a SHA-256 was made with a public key.
#ifndef DOORLENS_SIGN_H
#define DOORLENS_SIGN_H

#include <stddef.h>
#include <stdint.h>

enum {
    SIGN_KEY_BYTES = 65,       // uncompressed point: 0x04, x, y
    SIGN_DIGEST_BYTES = 32,    // SHA-256
    SIGN_SIGNATURE_BYTES = 64, // r, s, big endian
};

typedef enum {
    SIGN_OK,      // the signature is right
    SIGN_WRONG,   // of other bytes or another key; no number of the group; no point of the curve
    SIGN_MEMORY,  // mbedTLS found none for its numbers: nothing is known
    SIGN_LENGTHS, // a buffer is not as long as above
    SIGN_STATUS_COUNT
} sign_status_t;

// Everything here is public, so the time it takes may depend on it. mbedTLS takes a few kilobytes with calloc and
// gives them back.
sign_status_t sign_verify(const uint8_t *key, size_t key_size, const uint8_t *digest, size_t digest_size,
    const uint8_t *signature, size_t signature_size);

const char *sign_sentence(sign_status_t status);

#endif
