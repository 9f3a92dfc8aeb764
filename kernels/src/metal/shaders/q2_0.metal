// Q2_0: 64 2-bit codes around 1 and one scale, four weights a byte in order.

#include "include/operations.h"

struct Q2_0 {
    struct Block {
        half d;
        uchar qs[16];
    };
    enum { block_len = 64, kind = scaled };

    static inline Sixteen decode(device const Block & block, ushort part) {
        Sixteen all;
        all.scale = float(block.d);
        const uint codes = word(block.qs + 4 * part);
        for (ushort i = 0; i < 16; i++) {
            all.level[i / 4][i % 4] = float(codes >> (2 * i) & 3) - 1.0f;
        }
        return all;
    }
};

static_assert(sizeof(Q2_0::Block) == 18, "Q2_0");

template [[host_name("dequantize_q2_0")]] kernel decltype(dequantize<Q2_0>) dequantize<Q2_0>;
template [[host_name("matvec_q2_0")]] kernel decltype(matvec<Q2_0>) matvec<Q2_0>;
template [[host_name("matmul_q2_0")]] kernel decltype(matmul<Q2_0>) matmul<Q2_0>;
