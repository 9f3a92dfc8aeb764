// IQ3_S: groups of 4 weights from a codebook of 512, a sign each, and a 4-bit scale for each 32.

#include "include/operations.h"
#include "include/groups.h"

struct IQ3_S {
    struct Block {
        half d;
        uchar qs[64];
        uchar qh[8];
        uchar signs[32];
        uchar scales[4];
    };
    enum { block_len = 256, kind = scaled };

    static inline Sixteen decode(device const Block & block, ushort part) {
        Sixteen all;
        const ushort sub_block = part / 2;
        all.scale = float(block.d) * float(2 * (block.scales[sub_block / 2] >> (sub_block % 2 * 4) & 15) + 1);
        for (ushort q = 0; q < 4; q++) {
            const uint index = block.qs[4 * part + q] | (block.qh[sub_block] >> (part % 2 * 4 + q) & 1) << 8;
            signed_four(all, q, iq3_s_points[index], iq3_s_levels, block.signs[2 * part + q / 2] >> (q % 2 * 4));
        }
        return all;
    }
};

static_assert(sizeof(IQ3_S::Block) == 110, "IQ3_S");

template [[host_name("dequantize_iq3_s")]] kernel decltype(dequantize<IQ3_S>) dequantize<IQ3_S>;
template [[host_name("matvec_iq3_s")]] kernel decltype(matvec<IQ3_S>) matvec<IQ3_S>;
template [[host_name("matmul_iq3_s")]] kernel decltype(matmul<IQ3_S>) matmul<IQ3_S>;
