// MXFP4: 32 E2M1 codes and one power of two. A block begins at any byte.

#include "include/operations.h"

struct MXFP4 {
    struct Block {
        uchar e;
        uchar qs[16];
    };
    enum { block_len = 32, kind = scaled };

    static inline Sixteen decode(device const Block & block, ushort part) {
        Sixteen all;
        all.scale = half_of_e8m0(block.e);
        for (ushort i = 0; i < 16; i++) {
            all.level[i / 4][i % 4] = float(e2m1[block.qs[i] >> (4 * part) & 15]);
        }
        return all;
    }
};

static_assert(sizeof(MXFP4::Block) == 17, "MXFP4");

template [[host_name("dequantize_mxfp4")]] kernel decltype(dequantize<MXFP4>) dequantize<MXFP4>;
template [[host_name("matvec_mxfp4")]] kernel decltype(matvec<MXFP4>) matvec<MXFP4>;
template [[host_name("matmul_mxfp4")]] kernel decltype(matmul<MXFP4>) matmul<MXFP4>;
