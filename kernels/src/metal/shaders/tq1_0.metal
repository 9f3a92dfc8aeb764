// TQ1_0: 256 codes of -1, 0, 1 and one scale, five base 3 digits a byte.

#include "include/operations.h"

constant uchar powers_of_three[5] = {1, 3, 9, 27, 81};

struct TQ1_0 {
    struct Block {
        uchar qs[48];
        uchar qh[4];
        half d;
    };
    enum { block_len = 256, kind = scaled };

    static inline Sixteen decode(device const Block & block, ushort part) {
        Sixteen all;
        all.scale = float(block.d);
        // 32 bytes hold 160 weights, digit by digit; 16 bytes the next 80; 4 bytes the last 16, four digits each.
        device const uchar * source = part < 10 ? block.qs + part % 2 * 16 : part < 15 ? block.qs + 32 : block.qh;
        const ushort digit = part < 10 ? part / 2 : part - 10;
        for (ushort i = 0; i < 16; i++) {
            const ushort byte = part < 15 ? source[i] : source[i % 4];
            const uint power = powers_of_three[part < 15 ? digit : i / 4];
            // Multiplying by 3 moves the next digit to the top, above 8 bits.
            all.level[i / 4][i % 4] = float((byte * power & 255) * 3 >> 8) - 1.0f;
        }
        return all;
    }
};

static_assert(sizeof(TQ1_0::Block) == 54, "TQ1_0");

template [[host_name("dequantize_tq1_0")]] kernel decltype(dequantize<TQ1_0>) dequantize<TQ1_0>;
template [[host_name("matvec_tq1_0")]] kernel decltype(matvec<TQ1_0>) matvec<TQ1_0>;
template [[host_name("matmul_tq1_0")]] kernel decltype(matmul<TQ1_0>) matmul<TQ1_0>;
