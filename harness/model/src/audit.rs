//! Whether a file is what its label says: the mixture of a file type, matrix by matrix.

use quantmark_containers::gguf::GgufFile;
use serde::Serialize;

use super::eligible::is_weight_matrix;
use super::file_type::{FILE_TYPES, FileType};
use super::quantize::format_for;
use super::recipe::{Recipe, order};

/// A file against the mixture that it claims to be.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Audit {
    /// Matrices that the mixture decides on.
    pub matrices: u64,
    /// Matrices whose rows do not divide, so that they have another format than meant for them.
    pub fell_back: u64,
    /// Matrices that `llama-quantize` would have given another format.
    pub differing: Vec<Difference>,
}

/// A matrix that is not as the mixture has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The matrix.
    pub tensor: String,
    /// ggml's name of its type.
    pub found: String,
    /// The format that the mixture gives it.
    pub expected: String,
}

/// Compares a file with a file type's mixture, made with or without importance, whichever it is nearer to.
pub fn audit(file: &GgufFile, file_type: &FileType) -> Audit {
    let [with, without] = [true, false].map(|importance| compare(file, file_type, importance));
    if with.differing.len() < without.differing.len() { with } else { without }
}

fn compare(file: &GgufFile, file_type: &FileType, importance: bool) -> Audit {
    let mut recipe = Recipe::new(file, file_type, importance);
    let mut audit = Audit { matrices: 0, fell_back: 0, differing: Vec::new() };
    for index in order(file.tensors()) {
        let info = &file.tensors()[index];
        if !is_weight_matrix(info) {
            continue;
        }
        let whole = file_type.main.spec().block_len == 1;
        let meant = if whole { file_type.main } else { recipe.format(info) };
        let expected = format_for(meant, info.cols());
        audit.matrices += 1;
        audit.fell_back += u64::from(expected != meant);
        if info.format() != Some(expected) {
            let (tensor, found) = (info.name.clone(), info.type_name().to_owned());
            audit.differing.push(Difference { tensor, found, expected: expected.name().to_owned() });
        }
    }
    audit
}

/// The file type that a file's name names: the longest that stands alone in it.
pub fn named_in(file_name: &str) -> Option<&'static FileType> {
    let name = file_name.to_ascii_uppercase();
    let alone = |at: usize, len: usize| {
        let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        !name[..at].chars().next_back().is_some_and(word) && !name[at + len..].chars().next().is_some_and(word)
    };
    let found = FILE_TYPES
        .iter()
        .filter(|file_type| name.match_indices(file_type.name).any(|(at, found)| alone(at, found.len())));
    found.max_by_key(|file_type| file_type.name.len())
}

#[cfg(test)]
mod tests {
    use super::named_in;

    #[test]
    fn names_of_files_name_file_types() {
        let named = |name: &str| named_in(name).map(|file_type| file_type.name);
        assert_eq!(named("gemma-3-270m-q4_k_m.gguf"), Some("Q4_K_M"));
        assert_eq!(named("SmolLM2-135M-Instruct.Q4_1.gguf"), Some("Q4_1"));
        assert_eq!(named("model-IQ2_XXS-imat.gguf"), Some("IQ2_XXS"));
        assert_eq!(named("model-f16.gguf"), Some("F16"));
        assert_eq!(named("bf16.gguf"), Some("BF16"));
        assert_eq!(named("smollm2-135m.gguf"), None);
        assert_eq!(named("xq4_0.gguf"), None);
    }
}
