// IQ3_XXS: groups of 4 weights from a codebook of 256, a 4-bit scale for each 32.

#include "include/operations.h"
#include "include/groups.h"

struct IQ3_XXS {
    struct Block {
        half d;
        uchar qs[64];
        uchar words[8][4];
    };
    enum { block_len = 256, kind = scaled };

    static inline Sixteen decode(device const Block & block, ushort part) {
        Sixteen all;
        const uint code = word(block.words[part / 2]);
        all.scale = float(block.d) * (0.5f + float(code >> 28)) * 0.5f;
        for (ushort q = 0; q < 4; q++) {
            const uint signs = even_signs(code >> ((part % 2 * 2 + q / 2) * 7) & 127) >> (q % 2 * 4);
            signed_four(all, q, iq3_xxs_points[block.qs[4 * part + q]], iq3_xxs_levels, signs);
        }
        return all;
    }
};

static_assert(sizeof(IQ3_XXS::Block) == 98, "IQ3_XXS");

template [[host_name("dequantize_iq3_xxs")]] kernel decltype(dequantize<IQ3_XXS>) dequantize<IQ3_XXS>;
template [[host_name("matvec_iq3_xxs")]] kernel decltype(matvec<IQ3_XXS>) matvec<IQ3_XXS>;
template [[host_name("matmul_iq3_xxs")]] kernel decltype(matmul<IQ3_XXS>) matmul<IQ3_XXS>;
