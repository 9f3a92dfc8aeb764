//! A reference file that is wrong.

use std::path::Path;

use quantmark_kernels::{Backend, Format, kernels};
use quantmark_reference::file::{Case, ReferenceFile};

/// Puts a reference file of Q4_0 into a folder whose 5th decoded number is wrong.
pub fn file(folder: &Path) {
    let quantized = vec![0x3c; 18];
    let mut dequantized = vec![0.0; 32];
    let scalar = Backend::Scalar.detect().unwrap();
    kernels(Format::Q4_0, scalar).unwrap().dequantize(&quantized, &mut dequantized).unwrap();
    dequantized[5] *= 2.0;
    let case = Case {
        name: "odd".to_owned(),
        cols: 32,
        rows: 1,
        quantized: Some(quantized),
        dequantized: Some(dequantized),
        ..Case::default()
    };
    let file = ReferenceFile {
        format: Format::Q4_0,
        producer: "a stranger".to_owned(),
        version: "1".to_owned(),
        platform: "here".to_owned(),
        cases: vec![case],
    };
    file.write(&folder.join("some.gguf")).unwrap();
}
