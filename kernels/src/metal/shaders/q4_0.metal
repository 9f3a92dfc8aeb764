// Q4_0: 32 4-bit codes around 8 and one scale; the first half of the block in the low nibbles.

#include "include/operations.h"

struct Q4_0 {
    struct Block {
        half d;
        uchar qs[16];
    };
    enum { block_len = 32, kind = scaled };

    static inline Sixteen decode(device const Block & block, ushort part) {
        Sixteen all;
        all.scale = float(block.d);
        const Bytes qs = bytes(block.qs);
        for (ushort i = 0; i < 16; i++) {
            all.level[i / 4][i % 4] = float(at(qs, i) >> (4 * part) & 15) - 8.0f;
        }
        return all;
    }
};

static_assert(sizeof(Q4_0::Block) == 18, "Q4_0");

template [[host_name("dequantize_q4_0")]] kernel decltype(dequantize<Q4_0>) dequantize<Q4_0>;
template [[host_name("matvec_q4_0")]] kernel decltype(matvec<Q4_0>) matvec<Q4_0>;
template [[host_name("matmul_q4_0")]] kernel decltype(matmul<Q4_0>) matmul<Q4_0>;
