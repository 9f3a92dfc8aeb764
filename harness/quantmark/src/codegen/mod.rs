//! Files of the repository that are written from other files of it, or from the reference library's answers.

mod codebook;
mod codebook_source;
mod error;
mod formats;
mod shader_codebooks;

use std::path::{Path, PathBuf};

use quantmark_implementations::llama_cpp::Oracle;
use quantmark_report::schema_files;

pub use error::CodebookError;

/// Where the codebooks are, seen from the repository's root.
const CODEBOOKS: &str = "kernels/src/codec/iq_grids";

/// A file as it must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generated {
    /// Where it is, seen from the repository's root.
    pub path: PathBuf,
    /// What is in it.
    pub text: String,
}

impl Generated {
    fn new(folder: impl AsRef<Path>, name: &str, text: String) -> Self {
        Self { path: folder.as_ref().join(name), text }
    }
}

/// The files that need nothing but this program: the page of the formats, the shaders' codebooks and the schemas.
pub fn from_program() -> Vec<Generated> {
    let schemas = schema_files().into_iter().map(|file| Generated::new("reports/schema", file.name, file.text));
    let mut files = vec![
        Generated::new("kernels", "FORMATS.md", formats::page()),
        Generated::new("kernels/src/metal/shaders/include", "codebooks.h", shader_codebooks::header()),
    ];
    files.extend(schemas);
    files
}

/// The codebooks of the IQ formats and their table of signs, as the reference library decodes them.
///
/// # Errors
/// The library decodes a codebook to something that no table can say.
pub fn from_reference(oracle: &Oracle) -> Result<Vec<Generated>, CodebookError> {
    let mut files = Vec::new();
    for codebook in codebook::ALL {
        let points = codebook.read(oracle)?;
        let name = format!("{}.rs", codebook.format);
        files.push(Generated::new(CODEBOOKS, &name, codebook_source::grid(codebook, &points)?));
    }
    files.push(Generated::new(CODEBOOKS, "ksigns.rs", codebook_source::signs(&codebook::read_signs(oracle)?)));
    Ok(files)
}
