//! What a model is made of in a file type: its size, and what a token reads.

use std::collections::BTreeMap;

use quantmark_containers::gguf::{GgufFile, TensorInfo};
use quantmark_kernels::{Format, Importance};
use quantmark_model::eligible::is_weight_matrix;
use quantmark_model::file_type::FileType;
use quantmark_model::quantize::format_for;
use quantmark_model::recipe::{Recipe, order};

use super::shapes::ModelShape;

/// A model in a file type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mixture {
    /// Bytes of its matrices.
    pub bytes: u64,
    /// Weights that a token reads, by format.
    pub read: BTreeMap<Format, u64>,
}

/// A model of a shape in a file type, as `llama-quantize` mixes it, with importance where the format takes it.
pub fn mixture(shape: &ModelShape, file_type: &FileType) -> Mixture {
    let matrices = shape.matrices();
    let has_importance = file_type.main.spec().importance != Importance::Ignored;
    let mut recipe = Recipe::of(&shape.facts(), &matrices, file_type, has_importance);
    let mut formats = vec![file_type.main; matrices.len()];
    for index in order(&matrices) {
        let matrix = &matrices[index];
        let meant = if file_type.main.spec().block_len == 1 { file_type.main } else { recipe.format(matrix) };
        formats[index] = format_for(meant, matrix.cols());
    }
    sum(matrices.iter().zip(formats))
}

/// The model of a file as it is.
pub fn of_file(file: &GgufFile) -> Mixture {
    let matrices = file.tensors().iter().filter(|tensor| is_weight_matrix(tensor));
    sum(matrices.filter_map(|matrix| Some((matrix, matrix.format()?))))
}

fn sum<'a>(matrices: impl Iterator<Item = (&'a TensorInfo, Format)> + Clone) -> Mixture {
    let tied = matrices.clone().all(|(matrix, _)| matrix.name != "output.weight");
    let mut mixture = Mixture { bytes: 0, read: BTreeMap::new() };
    for (matrix, format) in matrices {
        let rows: u64 = matrix.shape.iter().skip(1).product();
        let row = usize::try_from(matrix.cols()).ok().and_then(|cols| format.row_bytes(cols)).unwrap_or(0);
        mixture.bytes += row as u64 * rows;
        // One row of an embedding is read a token, unless it is the output matrix too.
        if matrix.name != "token_embd.weight" || tied {
            *mixture.read.entry(format).or_default() += matrix.cols() * rows;
        }
    }
    mixture
}

#[cfg(test)]
mod tests {
    use super::super::models;
    use super::*;

    /// Published sizes of files in gigabytes (bartowski's, on Hugging Face), rounded to three digits. A file also
    /// holds a vocabulary, up to 8 MB.
    #[test]
    fn sizes_are_those_of_published_files() {
        let published = [
            ("Llama 3.2 1B", "Q4_K_M", 0.808),
            ("Llama 3.2 1B", "Q8_0", 1.32),
            ("Llama 3.2 3B", "Q4_K_M", 2.02),
            ("Llama 3.1 8B", "Q4_K_M", 4.92),
            ("Llama 3.1 8B", "Q8_0", 8.54),
            ("Llama 3.1 8B", "Q2_K", 3.18),
            ("Llama 3.1 8B", "IQ2_M", 2.95),
        ];
        for (name, file_type, gigabytes) in published {
            let model = models().into_iter().find(|model| model.name == name).unwrap();
            let bytes = mixture(&model, FileType::from_name(file_type).unwrap()).bytes as f64;
            assert!((bytes / 1e9 / gigabytes - 1.0).abs() < 0.015, "{name} {file_type}: {bytes}, not {gigabytes} GB");
        }
    }
}
