#pragma once

#include "rows.h"

/// Whether rows or batch are no whole number of tiles.
constant bool EDGES [[function_constant(1)]];

enum { TILE_ROWS = 64, TILE_BATCH = 32, TILE_COLS = 32, MATMUL_THREADS = 128 };

/// Rows times a batch of activations. A threadgroup of four simdgroups makes a tile of 64 rows and 32 activations, 32
/// columns at a time: weights are decoded once into threadgroup memory, and each simdgroup multiplies a quarter of the
/// tile, 32 rows by 16 activations, in matrices of 8 by 8. Everything is f32: weights rounded to half would leave the bound
/// of the products. Threadgroups: x counts tiles of the batch, y of the rows.
template <typename Format>
kernel void matmul(device const uchar * weights [[buffer(0)]],
                   device const float * activations [[buffer(1)]],
                   device float * out [[buffer(2)]],
                   constant Shape & shape [[buffer(3)]],
                   uint2 group [[threadgroup_position_in_grid]],
                   ushort thread_index [[thread_index_in_threadgroup]],
                   ushort simdgroup [[simdgroup_index_in_threadgroup]]) {
    // Column by column, so that a matrix of weights is read as it is multiplied and lanes write side by side.
    threadgroup float w[TILE_COLS * TILE_ROWS];
    threadgroup float y[TILE_BATCH * TILE_COLS];
    const uint first_row = group.y * TILE_ROWS;
    const uint first_activation = group.x * TILE_BATCH;

    // Each thread decodes sixteen weights of one row and brings eight activations.
    const ushort row = thread_index % TILE_ROWS;
    const ushort part = thread_index / TILE_ROWS;
    const ushort member = thread_index / 4;
    const ushort eighth = thread_index % 4 * 8;
    const bool has_row = first_row + row < shape.rows;
    const bool has_member = first_activation + member < shape.batch;
    device const uchar * source = weights + (has_row ? ulong(first_row + row) * shape.row_bytes : 0);
    device const float * activation = activations + (has_member ? ulong(first_activation + member) * shape.cols : 0);

    const ushort simd_row = simdgroup % 2 * 32;
    const ushort simd_member = simdgroup / 2 * 16;
    simdgroup_float8x8 sums[8];
    for (ushort i = 0; i < 8; i++) {
        sums[i] = make_filled_simdgroup_matrix<float, 8, 8>(0.0f);
    }

    for (uint col = 0; col < shape.cols; col += TILE_COLS) {
        const bool has_weights = has_row && col + 16 * part < shape.cols;
        Sixteen all;
        if (has_weights) {
            all = Rows<Format>::sixteen(source, col / 16 + part, shape.cols);
        }
        for (ushort i = 0; i < 16; i++) {
            const float weight = has_weights ? weights_of<Kind(Rows<Format>::kind)>(all, i / 4)[i % 4] : 0.0f;
            w[(16 * part + i) * TILE_ROWS + row] = weight;
        }
        for (ushort i = 0; i < 8; i++) {
            const bool has = has_member && (!Rows<Format>::ragged || col + eighth + i < shape.cols);
            y[member * TILE_COLS + eighth + i] = has ? activation[col + eighth + i] : 0.0f;
        }
        threadgroup_barrier(mem_flags::mem_threadgroup);

        for (ushort k = 0; k < TILE_COLS; k += 8) {
            simdgroup_float8x8 mw[4];
            simdgroup_float8x8 my[2];
            for (ushort i = 0; i < 4; i++) {
                simdgroup_load(mw[i], w + k * TILE_ROWS + simd_row + 8 * i, TILE_ROWS);
            }
            for (ushort j = 0; j < 2; j++) {
                simdgroup_load(my[j], y + (simd_member + 8 * j) * TILE_COLS + k, TILE_COLS);
            }
            for (ushort i = 0; i < 8; i++) {
                simdgroup_multiply_accumulate(sums[i], my[i / 4], mw[i % 4], sums[i]);
            }
        }
        threadgroup_barrier(mem_flags::mem_threadgroup);
    }

    const bool whole = first_row + TILE_ROWS <= shape.rows && first_activation + TILE_BATCH <= shape.batch;
    if (!EDGES || whole) {
        device float * tile = out + ulong(first_activation + simd_member) * shape.rows + first_row + simd_row;
        for (ushort i = 0; i < 8; i++) {
            simdgroup_store(sums[i], tile + ulong(i / 4 * 8) * shape.rows + i % 4 * 8, shape.rows);
        }
        return;
    }
    // The tile goes through threadgroup memory, in the place of the weights, and only what exists is stored.
    for (ushort i = 0; i < 8; i++) {
        simdgroup_store(sums[i], w + (simd_member + i / 4 * 8) * TILE_ROWS + simd_row + i % 4 * 8, TILE_ROWS);
    }
    threadgroup_barrier(mem_flags::mem_threadgroup);
    for (ushort i = thread_index; i < TILE_ROWS * TILE_BATCH; i += MATMUL_THREADS) {
        const uint r = first_row + i % TILE_ROWS;
        const uint b = first_activation + i / TILE_ROWS;
        if (r < shape.rows && b < shape.batch) {
            out[ulong(b) * shape.rows + r] = w[i];
        }
    }
}
