//! Weights that are no numbers.

use quantmark_kernels::{Backend, kernels};

use crate::gguf::{GgufFile, shown};

/// Says where the first weight is that is NaN or infinite; `None` where all are numbers.
pub fn first_non_finite(file: &GgufFile) -> Option<String> {
    let scalar = Backend::Scalar.detect().ok()?;
    file.iter().find_map(|tensor| {
        let info = tensor.info();
        let format = info.format()?;
        let cols = usize::try_from(info.cols()).ok()?;
        let (decode, mut row) = (kernels(format, scalar)?, vec![0.0; cols]);
        tensor.data().chunks(format.row_bytes(cols)?).enumerate().find_map(|(index, blocks)| {
            decode.dequantize(blocks, &mut row).ok()?;
            let col = row.iter().position(|weight| !weight.is_finite())?;
            Some(format!("tensor {}: row {index}, column {col} is {}", shown(&info.name), row[col]))
        })
    })
}
