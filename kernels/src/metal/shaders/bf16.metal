// BF16: the upper half of an f32, unquantized.

#include "include/floats.h"
#include "include/operations.h"

struct BF16 {
    typedef ushort Bits;

    static inline float number(ushort bits) {
        return as_type<float>(uint(bits) << 16);
    }
};

template [[host_name("dequantize_bf16")]] kernel decltype(dequantize<Floats<BF16>>) dequantize<Floats<BF16>>;
template [[host_name("matvec_bf16")]] kernel decltype(matvec<Floats<BF16>>) matvec<Floats<BF16>>;
template [[host_name("matmul_bf16")]] kernel decltype(matmul<Floats<BF16>>) matmul<Floats<BF16>>;
