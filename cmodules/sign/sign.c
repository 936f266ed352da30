#include "sign.h"

#include <mbedtls/ecdsa.h>

static const char *const sentences[SIGN_STATUS_COUNT] = {
    [SIGN_OK] = "no error",
    [SIGN_WRONG] = "the signature is wrong",
    [SIGN_MEMORY] = "out of memory",
    [SIGN_LENGTHS] = "a public key has 65 bytes, a digest 32, a signature 64",
};

const char *sign_sentence(sign_status_t status) {
    return (unsigned)status < SIGN_STATUS_COUNT ? sentences[status] : "unknown status";
}

typedef struct {
    mbedtls_ecp_group group;
    mbedtls_ecp_point key;
    mbedtls_mpi r, s;
} numbers_t;

static int verify(numbers_t *of, const uint8_t *key, const uint8_t *digest, const uint8_t *signature) {
    const size_t half = SIGN_SIGNATURE_BYTES / 2;
    int error = mbedtls_ecp_group_load(&of->group, MBEDTLS_ECP_DP_SECP256R1);
    if (error == 0) {
        error = mbedtls_ecp_point_read_binary(&of->group, &of->key, key, SIGN_KEY_BYTES);
    }
    if (error == 0) {
        error = mbedtls_ecp_check_pubkey(&of->group, &of->key);
    }
    if (error == 0) {
        error = mbedtls_mpi_read_binary(&of->r, signature, half);
    }
    if (error == 0) {
        error = mbedtls_mpi_read_binary(&of->s, signature + half, half);
    }
    if (error == 0) { // refuses r and s outside 1..n-1
        error = mbedtls_ecdsa_verify(&of->group, digest, SIGN_DIGEST_BYTES, &of->key, &of->r, &of->s);
    }
    return error;
}

sign_status_t sign_verify(const uint8_t *key, size_t key_size, const uint8_t *digest, size_t digest_size,
    const uint8_t *signature, size_t signature_size) {
    if (key_size != SIGN_KEY_BYTES || digest_size != SIGN_DIGEST_BYTES || signature_size != SIGN_SIGNATURE_BYTES) {
        return SIGN_LENGTHS;
    }
    numbers_t numbers;
    mbedtls_ecp_group_init(&numbers.group);
    mbedtls_ecp_point_init(&numbers.key);
    mbedtls_mpi_init(&numbers.r);
    mbedtls_mpi_init(&numbers.s);
    int error = verify(&numbers, key, digest, signature);
    mbedtls_mpi_free(&numbers.s);
    mbedtls_mpi_free(&numbers.r);
    mbedtls_ecp_point_free(&numbers.key);
    mbedtls_ecp_group_free(&numbers.group);
    if (error == MBEDTLS_ERR_MPI_ALLOC_FAILED || error == MBEDTLS_ERR_ECP_ALLOC_FAILED) {
        return SIGN_MEMORY;
    }
    return error == 0 ? SIGN_OK : SIGN_WRONG;
}
