// F32: IEEE binary32, unquantized.

#include "include/floats.h"
#include "include/operations.h"

struct F32 {
    typedef float Bits;

    static inline float number(float bits) {
        return bits;
    }
};

template [[host_name("dequantize_f32")]] kernel decltype(dequantize<Floats<F32>>) dequantize<Floats<F32>>;
template [[host_name("matvec_f32")]] kernel decltype(matvec<Floats<F32>>) matvec<Floats<F32>>;
template [[host_name("matmul_f32")]] kernel decltype(matmul<Floats<F32>>) matmul<Floats<F32>>;
