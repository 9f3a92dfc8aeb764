//! Every backend that this machine has gives scalar's bytes and bits where those are defined, and products no farther
//! from scalar's than both may be from the exact one.

use quantmark_kernels::format::JOINING;
use quantmark_kernels::numeric::Magnitude;
use quantmark_kernels::{
    Backend, Format, Importance, Kernels, MatmulShape, Operation, dequantize_exact, dequantize_magnitude, kernels,
};

/// Pseudo-random numbers, the same on every platform.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// From -1 to 1, more of them small.
    fn number(&mut self) -> f32 {
        let unit = |bits: u64| (bits >> 40) as f32 / (1 << 23) as f32 - 1.0;
        unit(self.next()) * unit(self.next())
    }

    fn numbers(&mut self, len: usize) -> Vec<f32> {
        (0..len).map(|_| self.number()).collect()
    }
}

fn backends() -> Vec<quantmark_kernels::Available> {
    let simd = Backend::ALL.iter().filter(|&&backend| backend != Backend::Scalar);
    simd.filter_map(|backend| backend.detect().ok()).collect()
}

/// Each format's kernels on each backend, beside scalar's.
fn each(mut check: impl FnMut(Kernels, Kernels)) {
    let scalar = Backend::Scalar.detect().expect("every machine has it");
    for &format in Format::ALL {
        for backend in backends() {
            if let Some(kernels) = kernels(format, backend) {
                check(quantmark_kernels::kernels(format, scalar).expect("scalar has every format"), kernels);
            }
        }
    }
}

fn quantized(kernels: Kernels, row: &[f32], importance: &[f32]) -> Vec<u8> {
    let mut blocks = vec![0; kernels.format().row_bytes(row.len()).expect("whole blocks")];
    if kernels.supports(Operation::Quantize) {
        kernels.quantize(row, &mut blocks).expect("lengths fit");
    } else {
        kernels.quantize_weighted(row, importance, &mut blocks).expect("lengths fit");
    }
    blocks
}

#[test]
fn bytes_of_quantizers_and_bits_of_decoders_are_scalars() {
    let mut random = Random(1);
    each(|scalar, kernels| {
        let (format, backend) = (kernels.format(), kernels.backend());
        let row = random.numbers(3 * format.spec().block_len.max(32));
        let importance: Vec<f32> = random.numbers(row.len()).iter().map(|number| number * number).collect();
        let expected = quantized(scalar, &row, &importance);
        assert_eq!(quantized(kernels, &row, &importance), expected, "{format} on {backend}");
        if format.spec().importance == Importance::Optional {
            let (mut got, mut expected) = (expected.clone(), expected.clone());
            kernels.quantize_weighted(&row, &importance, &mut got).expect("lengths fit");
            scalar.quantize_weighted(&row, &importance, &mut expected).expect("lengths fit");
            assert_eq!(got, expected, "{format} on {backend} by importance");
        }
        let (mut got, mut wanted) = (row.clone(), row);
        kernels.dequantize(&expected, &mut got).expect("lengths fit");
        scalar.dequantize(&expected, &mut wanted).expect("lengths fit");
        assert_eq!(got, wanted, "{format} on {backend}");
    });
}

/// How far a product may be from the exact one, to first order.
fn bound(format: Format, weights: &[u8], activation: &[f32]) -> f64 {
    let roundings = format.spec().dot_roundings.expect("a format with a dot");
    let blocks = activation.len() / format.spec().block_len;
    let mut magnitudes = vec![Magnitude::default(); activation.len()];
    dequantize_magnitude(format, weights, &mut magnitudes).expect("lengths fit");
    let terms = magnitudes.iter().zip(activation).map(|(weight, number)| weight.get() * f64::from(number.abs()));
    let count = roundings.per_term + roundings.additions_per_block * blocks as u32 + JOINING;
    1.001 * f64::from(count) * 2f64.powi(-24) * terms.sum::<f64>()
}

/// Weights of any codes, with scales that are numbers.
fn weights_of_any_codes(random: &mut Random, kernels: Kernels, cols: usize) -> Vec<u8> {
    let format = kernels.format();
    let row: Vec<f32> = random.numbers(cols);
    let ones = vec![1.0; cols];
    let mut blocks = quantized(kernels, &row, &ones);
    let mut values = vec![0.0; cols];
    for at in 0..blocks.len() {
        let before = std::mem::replace(&mut blocks[at], random.next() as u8);
        dequantize_exact(format, &blocks, &mut values).expect("lengths fit");
        if !values.iter().all(|value| value.abs() < 1e6) {
            blocks[at] = before;
        }
    }
    blocks
}

#[test]
fn products_are_as_near_as_roundings_allow() {
    let mut random = Random(2);
    each(|scalar, kernels| {
        let (format, backend) = (kernels.format(), kernels.backend());
        let Some(activation_format) = format.spec().activation else { return };
        let activations =
            quantmark_kernels::kernels(activation_format, Backend::Scalar.detect().expect("every machine has it"))
                .expect("scalar has every format");
        let len = format.spec().block_len;
        for blocks in [1, 2, 3, 5, 8, 9, 33] {
            let cols = blocks * len;
            let mut row = random.numbers(cols);
            // A run of one sign is where sums of few bits overflow.
            for number in row.iter_mut().take(len) {
                *number = -1.0;
            }
            let mut activation = quantized(activations, &row, &[]);
            if matches!(activation_format, Format::Q8_0) {
                // The code that no quantizer writes.
                activation.chunks_exact_mut(34).for_each(|block| block[5..9].fill(0x80));
            }
            activations.dequantize(&activation, &mut row).expect("lengths fit");
            let weights = if blocks < 9 {
                weights_of_any_codes(&mut random, scalar, cols)
            } else {
                quantized(scalar, &random.numbers(cols), &vec![1.0; cols])
            };
            let expected = scalar.dot(cols, &weights, &activation).expect("lengths fit");
            let got = kernels.dot(cols, &weights, &activation).expect("lengths fit");
            let bound = 2.0 * bound(format, &weights, &row);
            let apart = (f64::from(got) - f64::from(expected)).abs();
            assert!(
                apart <= bound,
                "{format} on {backend}, {blocks} blocks: {got}, scalar {expected}, {bound:e} allowed"
            );
            let mut alone = [0.0];
            kernels.matvec(cols, &weights, &activation, &mut alone).expect("lengths fit");
            let apart = (f64::from(alone[0]) - f64::from(expected)).abs();
            assert!(apart <= bound, "{format} on {backend}, {blocks} blocks by matvec: {alone:?}, scalar {expected}");
        }
    });
}

#[test]
fn products_of_matrices_do_not_depend_on_what_goes_beside() {
    let mut random = Random(3);
    each(|scalar, kernels| {
        let (format, backend) = (kernels.format(), kernels.backend());
        let Some(activation_format) = format.spec().activation else { return };
        let activations =
            quantmark_kernels::kernels(activation_format, Backend::Scalar.detect().expect("every machine has it"))
                .expect("scalar has every format");
        for (rows, blocks, batch) in [(1, 1, 1), (9, 9, 7), (4, 17, 4), (11, 2, 9), (3, 3, 2)] {
            let cols = blocks * format.spec().block_len;
            let row_bytes = format.row_bytes(cols).expect("whole blocks");
            let ones = vec![1.0; cols];
            let weights: Vec<u8> = (0..rows).flat_map(|_| quantized(scalar, &random.numbers(cols), &ones)).collect();
            let columns: Vec<Vec<u8>> =
                (0..batch).map(|_| quantized(activations, &random.numbers(cols), &[])).collect();
            let mut product = vec![f32::NAN; rows * batch];
            let shape = MatmulShape { rows, cols, batch };
            kernels.matmul(shape, &weights, &columns.concat(), &mut product).expect("lengths fit");
            for (column, product) in columns.iter().zip(product.chunks_exact(rows)) {
                let mut vector = vec![f32::NAN; rows];
                kernels.matvec(cols, &weights, column, &mut vector).expect("lengths fit");
                assert_eq!(product, vector, "{format} on {backend}, {rows} rows");
                for (row, number) in weights.chunks_exact(row_bytes).zip(vector) {
                    let mut alone = [f32::NAN];
                    kernels.matvec(cols, row, column, &mut alone).expect("lengths fit");
                    assert_eq!(number, alone[0], "{format} on {backend}");
                }
            }
        }
    });
}

/// Where the machine is known to have some backends, none of them may be missing: `QUANTMARK_BACKENDS=neon,neon_dotprod`.
#[test]
fn the_backends_that_are_expected_are_there() {
    let Ok(expected) = std::env::var("QUANTMARK_BACKENDS") else { return };
    let names: Vec<&str> = backends().iter().map(|backend| backend.backend().name()).collect();
    assert_eq!(names, expected.split(',').collect::<Vec<_>>());
}
