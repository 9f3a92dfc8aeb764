// Q8_0: 32 signed 8-bit codes and one scale.

#include "include/operations.h"

struct Q8_0 {
    struct Block {
        half d;
        uchar qs[32];
    };
    enum { block_len = 32, kind = scaled };

    static inline Sixteen decode(device const Block & block, ushort part) {
        Sixteen all;
        all.scale = float(block.d);
        const Bytes qs = bytes(block.qs + 16 * part);
        for (ushort i = 0; i < 16; i++) {
            all.level[i / 4][i % 4] = signed_byte(at(qs, i));
        }
        return all;
    }
};

static_assert(sizeof(Q8_0::Block) == 34, "Q8_0");

template [[host_name("dequantize_q8_0")]] kernel decltype(dequantize<Q8_0>) dequantize<Q8_0>;
template [[host_name("matvec_q8_0")]] kernel decltype(matvec<Q8_0>) matvec<Q8_0>;
template [[host_name("matmul_q8_0")]] kernel decltype(matmul<Q8_0>) matmul<Q8_0>;
