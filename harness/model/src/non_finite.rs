//! Weights that are no numbers.

use quantmark_containers::gguf::{GgufFile, Tensor};
use quantmark_files::shown::shown;
use quantmark_kernels::{Available, Operation, strongest};
use rayon::prelude::*;

/// Weights that a task decodes at least.
const WEIGHTS_A_TASK: usize = 1 << 16;

/// Says where the first weight of a file is that is NaN or infinite; `None` where all are numbers. Kernels up to `tier`
/// decode.
pub fn first_non_finite(file: &GgufFile, tier: Available) -> Option<String> {
    file.iter().find_map(|tensor| non_finite(tensor, tier))
}

/// Says where the first weight of a tensor is that is NaN or infinite; `None` too where its type holds no weights.
pub fn non_finite(tensor: Tensor<'_>, tier: Available) -> Option<String> {
    let info = tensor.info();
    let format = info.format()?;
    let cols = usize::try_from(info.cols()).ok().filter(|&cols| cols > 0)?;
    let (decode, row_bytes) = (strongest(format, tier, Operation::Dequantize)?, format.row_bytes(cols)?);
    let rows_a_task = (WEIGHTS_A_TASK / cols).max(1);
    let parts = tensor.data().par_chunks(rows_a_task * row_bytes).enumerate();
    let first = parts.find_map_first(|(part, blocks)| {
        let mut row = vec![0.0; cols];
        blocks.chunks(row_bytes).enumerate().find_map(|(index, blocks)| {
            decode.dequantize(blocks, &mut row).ok()?;
            let col = row.iter().position(|weight| !weight.is_finite())?;
            Some((part * rows_a_task + index, col, row[col]))
        })
    });
    first.map(|(row, col, weight)| format!("tensor {}: row {row}, column {col} is {weight}", shown(&info.name)))
}
