// Q8_1: 32 signed 8-bit codes, a scale, and the scaled sum of the codes. Activations only.

#include "include/dequantize.h"

struct Q8_1 {
    struct Block {
        half d;
        half s;
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

static_assert(sizeof(Q8_1::Block) == 36, "Q8_1");

template [[host_name("dequantize_q8_1")]] kernel decltype(dequantize<Q8_1>) dequantize<Q8_1>;
