//! A product has the same bits however it is asked for: alone, among other rows, in a batch. Whole models rely on it.

use quantmark_kernels::{Available, Backend, Format, Kernels, MatmulShape, Operation, kernels};

/// Numbers between -1 and 1 that look random.
fn numbers(len: usize, seed: u32) -> Vec<f32> {
    let mut state = seed.wrapping_mul(2_654_435_761) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state as i32 as f32 / i32::MAX as f32
    };
    (0..len).map(|_| next() * next()).collect()
}

fn rows(format: Format, count: usize, cols: usize, seed: u32) -> Vec<u8> {
    let scalar = kernels(format, Backend::Scalar.detect().unwrap()).unwrap();
    let mut all = Vec::new();
    for row in numbers(count * cols, seed).chunks(cols) {
        let mut blocks = vec![0; format.row_bytes(cols).unwrap()];
        match scalar.supports(Operation::Quantize) {
            true => scalar.quantize(row, &mut blocks).unwrap(),
            false => scalar.quantize_weighted(row, &vec![1.0; cols], &mut blocks).unwrap(),
        }
        all.extend(blocks);
    }
    all
}

struct Question {
    kernels: Kernels,
    cols: usize,
    weights: Vec<u8>,
    activations: Vec<u8>,
}

const ROWS: usize = 37;
const BATCH: usize = 11;

impl Question {
    fn new(format: Format, kernels: Kernels, cols: usize) -> Self {
        let activation = format.spec().activation.unwrap();
        let weights = rows(format, ROWS, cols, 1);
        Self { kernels, cols, weights, activations: rows(activation, BATCH, cols, 2) }
    }

    fn row_bytes(&self) -> (usize, usize) {
        (self.weights.len() / ROWS, self.activations.len() / BATCH)
    }

    /// Each row times each activation, alone.
    fn alone(&self) -> Vec<u32> {
        let (row, activation) = self.row_bytes();
        let products = self.activations.chunks(activation).flat_map(|activation| {
            self.weights.chunks(row).map(move |row| {
                let mut out = [f32::NAN];
                self.kernels.matvec(self.cols, row, activation, &mut out).unwrap();
                out[0].to_bits()
            })
        });
        products.collect()
    }

    fn matvec(&self, first: usize, count: usize) -> Vec<u32> {
        let (row, activation) = self.row_bytes();
        let mut out = vec![f32::NAN; count];
        let weights = &self.weights[first * row..][..count * row];
        self.kernels.matvec(self.cols, weights, &self.activations[..activation], &mut out).unwrap();
        out.iter().map(|product| product.to_bits()).collect()
    }

    fn matmul(&self, first: usize, count: usize, batch: usize) -> Vec<u32> {
        let (row, activation) = self.row_bytes();
        let mut out = vec![f32::NAN; count * batch];
        let shape = MatmulShape { rows: count, cols: self.cols, batch };
        let weights = &self.weights[first * row..][..count * row];
        self.kernels.matmul(shape, weights, &self.activations[..batch * activation], &mut out).unwrap();
        out.iter().map(|product| product.to_bits()).collect()
    }
}

fn check(backend: Available, format: Format, blocks: usize) {
    let Some(kernels) = kernels(format, backend).filter(|kernels| kernels.supports(Operation::Matmul)) else { return };
    let lengths = [Some(format), format.spec().activation].into_iter().flatten().map(|format| format.spec().block_len);
    let cols = blocks * lengths.max().unwrap();
    let question = Question::new(format, kernels, cols);
    let alone = question.alone();
    for (first, count) in [(0, 37), (0, 1), (36, 1), (1, 8), (3, 16), (5, 17), (0, 32), (4, 33), (20, 15)] {
        let expected = &alone[first..first + count];
        let which = format!("{} {format}, rows {first}..{} of {cols}", backend.backend(), first + count);
        assert!(question.matvec(first, count) == expected, "matvec: {which}");
        for batch in [1, 2, 3, 4, 5, 7, 8, 11] {
            let got = question.matmul(first, count, batch);
            for (index, got) in got.chunks(count).enumerate() {
                let expected = &alone[index * ROWS + first..][..count];
                assert!(got == expected, "matmul: {which}, activation {index} of {batch}");
            }
        }
    }
}

#[test]
fn products_have_the_same_bits_alone_and_together() {
    for backend in Backend::CPU.iter().filter_map(|backend| backend.detect().ok()) {
        for &format in Format::ALL {
            for blocks in [1, 2, 3, 4, 8, 19] {
                check(backend, format, blocks);
            }
        }
    }
}
