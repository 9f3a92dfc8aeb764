// Q8_K: 256 signed 8-bit codes, an f32 scale, and the sums of 16 codes each. Activations only.

#include "include/dequantize.h"

struct Q8_K {
    struct Block {
        float d;
        uchar qs[256];
        short sums[16];
    };
    enum { block_len = 256, kind = scaled };

    static inline Sixteen decode(device const Block & block, ushort part) {
        Sixteen all;
        all.scale = block.d;
        const Bytes qs = bytes(block.qs + 16 * part);
        for (ushort i = 0; i < 16; i++) {
            all.level[i / 4][i % 4] = signed_byte(at(qs, i));
        }
        return all;
    }
};

static_assert(sizeof(Q8_K::Block) == 292, "Q8_K");

template [[host_name("dequantize_q8_k")]] kernel decltype(dequantize<Q8_K>) dequantize<Q8_K>;
