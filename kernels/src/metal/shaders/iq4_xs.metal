// IQ4_XS: 256 4-bit indices of the levels of IQ4_NL, a 6-bit scale for each 32.

#include "include/operations.h"

struct IQ4_XS {
    struct Block {
        half d;
        ushort scales_h;
        uchar scales_l[4];
        uchar qs[128];
    };
    enum { block_len = 256, kind = scaled };

    static inline Sixteen decode(device const Block & block, ushort part) {
        Sixteen all;
        const ushort sub_block = part / 2;
        const uint low = block.scales_l[sub_block / 2] >> (sub_block % 2 * 4) & 15;
        const uint high = block.scales_h >> (2 * sub_block) & 3;
        all.scale = float(block.d) * (float(low | high << 4) - 32.0f);
        const Bytes qs = bytes(block.qs + 16 * sub_block);
        for (ushort i = 0; i < 16; i++) {
            all.level[i / 4][i % 4] = float(iq4_levels[at(qs, i) >> (part % 2 * 4) & 15]);
        }
        return all;
    }
};

static_assert(sizeof(IQ4_XS::Block) == 136, "IQ4_XS");

template [[host_name("dequantize_iq4_xs")]] kernel decltype(dequantize<IQ4_XS>) dequantize<IQ4_XS>;
template [[host_name("matvec_iq4_xs")]] kernel decltype(matvec<IQ4_XS>) matvec<IQ4_XS>;
template [[host_name("matmul_iq4_xs")]] kernel decltype(matmul<IQ4_XS>) matmul<IQ4_XS>;
