//! llama.cpp's product of a batch, which ours is timed against: that it computes what ours does.

use std::rc::Rc;

use bytemuck::cast_slice;
use quantmark_implementations::llama_cpp::{CpuVariant, GraphBackend};
use quantmark_kernels::{Backend, Format, MatmulShape, kernels};
use quantmark_reference::generator::distribution::Distribution;
use quantmark_reference::generator::random::Random;

use crate::oracle::libraries;

/// Builds that lay some formats' weights out anew, and one that does not.
const BUILDS: [&str; 3] = ["x64", "haswell", "zen4"];

#[test]
fn a_graph_computes_the_product_of_a_batch() {
    let Some(libraries) = libraries() else { return };
    let shape = MatmulShape { rows: 48, cols: 512, batch: 7 };
    let scalar = Backend::Scalar.detect().unwrap();
    let mut tried = 0;
    for build in BUILDS.into_iter().filter(|build| CpuVariant::open(&libraries, build).is_ok()) {
        for format in [Format::F32, Format::F16, Format::Q4_0, Format::Q8_0, Format::Q2_K, Format::Q4_K, Format::IQ4_NL]
        {
            let mut random = Random::named(1, &["graph", format.name()]);
            let ours = kernels(format, scalar).unwrap();
            let activation = kernels(format.spec().activation.unwrap(), scalar).unwrap();
            let numbers = Distribution::Gaussian.row(shape.cols * shape.batch, &mut random);
            let mut weights = vec![0; format.row_bytes(shape.cols).unwrap() * shape.rows];
            let row_bytes = weights.len() / shape.rows;
            for row in weights.chunks_exact_mut(row_bytes) {
                ours.quantize(&Distribution::GaussianSmall.row(shape.cols, &mut random), row).unwrap();
            }
            let mut activations = vec![0; activation.format().row_bytes(shape.cols).unwrap() * shape.batch];
            let activation_bytes = activations.len() / shape.batch;
            for (row, out) in numbers.chunks(shape.cols).zip(activations.chunks_exact_mut(activation_bytes)) {
                activation.quantize(row, out).unwrap();
            }
            let mut expected = vec![0.0; shape.rows * shape.batch];
            ours.matmul(shape, &weights, &activations, &mut expected).unwrap();

            let backend = Rc::new(GraphBackend::cpu(&libraries, build, 2).unwrap());
            let products = backend.products(format, shape, &weights, &numbers, 1, 1).unwrap();
            assert!(products.compute());
            let got = products.output();
            // Activations may be rounded to other codes, half a step of their scale apart.
            let scale = (expected.iter().map(|value| value * value).sum::<f32>() / expected.len() as f32).sqrt();
            let furthest = expected.iter().zip(&got).map(|(a, b)| (a - b).abs()).fold(0.0f32, f32::max);
            assert!(furthest < 0.02 * scale, "{build}, {format}: {furthest} of {scale}");
            assert!(cast_slice::<f32, u32>(&got).iter().any(|&bits| bits != 0));
            tried += 1;
        }
    }
    assert!(tried >= 7, "the build without SIMD opens everywhere");
}
