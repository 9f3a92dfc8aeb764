//! Numbers that no model has, and bytes that no quantizer wrote: an answer, never a panic.

use proptest::collection::vec;
use proptest::prelude::*;
use quantmark_kernels::{Backend, Format, Importance, Kernels, Operation, kernels};

fn scalar(format: Format) -> Kernels {
    kernels(format, Backend::Scalar.detect().unwrap()).unwrap()
}

fn any_format() -> impl Strategy<Value = Format> {
    (0..Format::ALL.len()).prop_map(|index| Format::ALL[index])
}

/// Every bit pattern, and more than their share of those that trip arithmetic.
fn hostile() -> impl Strategy<Value = f32> {
    prop_oneof![
        any::<u32>().prop_map(f32::from_bits),
        (0u32..64).prop_map(f32::from_bits),
        (0u32..255, -2i32..3).prop_map(|(exponent, step)| f32::from_bits((exponent << 23).wrapping_add_signed(step))),
        prop::sample::select(vec![
            0.0,
            -0.0,
            f32::NAN,
            -f32::NAN,
            f32::INFINITY,
            f32::NEG_INFINITY,
            f32::MAX,
            f32::MIN
        ]),
    ]
}

fn row() -> impl Strategy<Value = Vec<f32>> {
    prop_oneof![vec(hostile(), 256), hostile().prop_map(|number| vec![number; 256])]
}

proptest! {
    #[test]
    fn quantizing_ends(format in any_format(), row in row(), importance in row()) {
        let kernels = scalar(format);
        let mut blocks = vec![0; format.row_bytes(256).unwrap()];
        if format.spec().importance != Importance::Required {
            kernels.quantize(&row, &mut blocks).unwrap();
        }
        if format.spec().importance != Importance::Ignored {
            kernels.quantize_weighted(&row, &importance, &mut blocks).unwrap();
        }
        let mut out = vec![0.0; 256];
        kernels.dequantize(&blocks, &mut out).unwrap();
    }

    #[test]
    fn any_bytes_decode_and_multiply(format in any_format(), seed in any::<u64>()) {
        let kernels = scalar(format);
        let mut state = seed;
        let mut bytes = |len: usize| -> Vec<u8> {
            (0..len).map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (state >> 56) as u8
            }).collect()
        };
        let blocks = bytes(format.row_bytes(512).unwrap());
        let mut out = vec![0.0; 512];
        kernels.dequantize(&blocks, &mut out).unwrap();
        if kernels.supports(Operation::Dot) {
            let activation = bytes(format.spec().activation.unwrap().row_bytes(512).unwrap());
            kernels.dot(512, &blocks, &activation).unwrap();
        }
    }

    /// Blocks know nothing of their neighbours, except through a row's own statistics under importance.
    #[test]
    fn blocks_are_independent(format in any_format(), row in vec(-8f32..8.0, 512)) {
        let kernels = scalar(format);
        if format.spec().importance == Importance::Required {
            return Ok(());
        }
        let quantize = |row: &[f32]| {
            let mut blocks = vec![0; format.row_bytes(row.len()).unwrap()];
            kernels.quantize(row, &mut blocks).unwrap();
            blocks
        };
        let whole = quantize(&row);
        prop_assert_eq!(whole, [quantize(&row[..256]), quantize(&row[256..])].concat());
    }
}
