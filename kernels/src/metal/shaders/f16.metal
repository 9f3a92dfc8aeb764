// F16: IEEE binary16, unquantized.

#include "include/floats.h"
#include "include/operations.h"

struct F16 {
    typedef half Bits;

    static inline float number(half bits) {
        return float(bits);
    }
};

template [[host_name("dequantize_f16")]] kernel decltype(dequantize<Floats<F16>>) dequantize<Floats<F16>>;
template [[host_name("matvec_f16")]] kernel decltype(matvec<Floats<F16>>) matvec<Floats<F16>>;
template [[host_name("matmul_f16")]] kernel decltype(matmul<Floats<F16>>) matmul<Floats<F16>>;
