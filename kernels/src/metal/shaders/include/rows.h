#pragma once

#include "numbers.h"

/// Sixteen weights that follow each other. Weight i is `scale * level[i / 4][i % 4]`, plus `offset` where the format is
/// affine. Every block is a whole number of sixteens, and no scale of any format changes within one.
struct Sixteen {
    float scale;
    float offset;
    float4 level[4];
};

/// What a weight is made of.
enum Kind {
    /// The level alone.
    plain,
    /// Scale times level.
    scaled,
    /// Scale times level, plus an offset.
    affine,
};

/// Weights 4 i to 4 i + 3 of sixteen, each operation rounded once and in the reference's order.
template <Kind kind>
inline float4 weights_of(thread const Sixteen & all, ushort i) {
    if (kind == plain) {
        return all.level[i];
    }
    const float4 product = all.level[i] * all.scale;
    return kind == affine ? product + all.offset : product;
}

/// How a row of a format is read. A format is a struct with its `Block`, `block_len`, `kind`, and
/// `decode(block, part)`, which gives the sixteen weights from 16 * part on.
template <typename Format>
struct Rows {
    enum { kind = Format::kind, ragged = 0 };

    /// Weights 16 * chunk to 16 * chunk + 15 of a row.
    static inline Sixteen sixteen(device const uchar * row, uint chunk, uint) {
        const uint parts = Format::block_len / 16;
        device const typename Format::Block * blocks = (device const typename Format::Block *)row;
        return Format::decode(blocks[chunk / parts], chunk % parts);
    }
};

/// Rows of any matrix: `rows` rows of `cols` weights, `row_bytes` apart, and `batch` activations.
struct Shape {
    ulong row_bytes;
    uint cols;
    uint rows;
    uint batch;
    uint reserved;
};

/// Sixteen activations that follow each other, and their sum.
struct Activations {
    float4 y[4];
    float total;
};

/// Activations 16 * chunk to 16 * chunk + 15, zeros beyond the end of the row.
template <bool ragged>
inline Activations activations_of(device const float * activation, uint chunk, uint cols) {
    Activations all;
    device const float4 * quads = (device const float4 *)activation + 4 * chunk;
    for (ushort i = 0; i < 4; i++) {
        if (!ragged) {
            all.y[i] = quads[i];
            continue;
        }
        for (ushort j = 0; j < 4; j++) {
            const uint col = 16 * chunk + 4 * i + j;
            all.y[i][j] = col < cols ? activation[col] : 0.0f;
        }
    }
    const float4 sums = (all.y[0] + all.y[1]) + (all.y[2] + all.y[3]);
    all.total = (sums[0] + sums[1]) + (sums[2] + sums[3]);
    return all;
}
