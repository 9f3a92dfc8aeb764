//! Every operation of every format on every backend that this machine has, for work on one kernel.
//!
//! `cargo bench -p quantmark-kernels -- 'dot/q4_K/'` runs those whose id matches; an id is `operation/format/backend`.
//! What is compared with other programs is measured by `quantmark bench`, in turn with them; this is for before and
//! after.

use std::hint::black_box;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, BenchmarkId, Criterion, Throughput};
use quantmark_kernels::{Backend, Format, Kernels, MatmulShape, Operation, kernels};

/// Weights a row; two rows of f32 fit a first-level cache.
const COLS: usize = 4096;

/// Rows of a matrix.
const ROWS: usize = 32;

/// Activations of a matmul.
const BATCH: usize = 16;

fn operations(criterion: &mut Criterion) {
    for &operation in Operation::ALL {
        let mut group = criterion.benchmark_group(operation.name());
        group.throughput(Throughput::Elements(weights(operation) as u64));
        for &format in Format::ALL {
            for backend in Backend::ALL.iter().filter_map(|backend| backend.detect().ok()) {
                if let Some(kernels) = kernels(format, backend).filter(|kernels| kernels.supports(operation)) {
                    bench(&mut group, operation, kernels);
                }
            }
        }
    }
}

fn bench(group: &mut BenchmarkGroup<'_, WallTime>, operation: Operation, kernels: Kernels) {
    let format = kernels.format();
    let id = BenchmarkId::new(format.name(), kernels.backend().name());
    let row_bytes = format.row_bytes(COLS).expect("a row is whole super-blocks");
    let source = bell_shaped(COLS, 1);
    let importance: Vec<f32> = bell_shaped(COLS, 2).iter().map(|x| x * x).collect();
    let mut matrix = vec![0; ROWS * row_bytes];
    for (row, blocks) in matrix.chunks_exact_mut(row_bytes).enumerate() {
        quantized(format, &bell_shaped(COLS, 3 + row as u64), &importance, blocks);
    }
    let shape = MatmulShape { rows: ROWS, cols: COLS, batch: BATCH };
    let mut activations = Vec::new();
    if let Some(activation) = format.spec().activation {
        let row_bytes = activation.row_bytes(COLS).expect("a row is whole super-blocks");
        activations.resize(BATCH * row_bytes, 0);
        for (column, blocks) in activations.chunks_exact_mut(row_bytes).enumerate() {
            quantized(activation, &bell_shaped(COLS, 100 + column as u64), &importance, blocks);
        }
    }
    let activation = &activations[..activations.len() / BATCH];
    let row = &matrix[..row_bytes];
    let mut blocks = vec![0; row_bytes];
    let mut out = vec![0.0; COLS.max(ROWS * BATCH)];
    let done = "the buffers have the lengths that the operation needs";
    group.bench_function(id, |bencher| match operation {
        Operation::Quantize => {
            bencher.iter(|| kernels.quantize(black_box(&source), &mut blocks).expect(done));
        }
        Operation::QuantizeWeighted => {
            bencher.iter(|| kernels.quantize_weighted(black_box(&source), &importance, &mut blocks).expect(done));
        }
        Operation::Dequantize => {
            bencher.iter(|| kernels.dequantize(black_box(row), &mut out[..COLS]).expect(done));
        }
        Operation::Dot => {
            bencher.iter(|| kernels.dot(COLS, black_box(row), activation).expect(done));
        }
        Operation::Matvec => {
            bencher.iter(|| kernels.matvec(COLS, black_box(&matrix), activation, &mut out[..ROWS]).expect(done));
        }
        Operation::Matmul => {
            let out = &mut out[..ROWS * BATCH];
            bencher.iter(|| kernels.matmul(shape, black_box(&matrix), &activations, out).expect(done));
        }
    });
}

/// Weights that one call goes over.
const fn weights(operation: Operation) -> usize {
    match operation {
        Operation::Quantize | Operation::QuantizeWeighted | Operation::Dequantize | Operation::Dot => COLS,
        Operation::Matvec => ROWS * COLS,
        Operation::Matmul => ROWS * COLS * BATCH,
    }
}

/// A row in blocks, with importance where the format cannot do without.
fn quantized(format: Format, source: &[f32], importance: &[f32], blocks: &mut [u8]) {
    let scalar = Backend::Scalar.detect().expect("every machine has it");
    let kernels = kernels(format, scalar).expect("the scalar backend has every format");
    let plain = kernels.quantize(source, &mut *blocks);
    plain.or_else(|_| kernels.quantize_weighted(source, importance, blocks)).expect("one of both quantizes");
}

/// Numbers around zero, most of them small: sums of four uniform ones, from a linear congruential generator.
fn bell_shaped(len: usize, seed: u64) -> Vec<f32> {
    let mut state = seed;
    let mut uniform = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1 << 24) as f32 - 0.5
    };
    (0..len).map(|_| 0.05 * (uniform() + uniform() + uniform() + uniform())).collect()
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    operations(&mut criterion);
    criterion.final_summary();
}
