//! Reference files: what an implementation answered, as GGUF that any reader opens.

use quantmark_kernels::Format;

/// The answers for one format.
#[derive(Clone, Debug, PartialEq)]
pub struct ReferenceFile {
    /// The format.
    pub format: Format,
    /// Who made the answers.
    pub producer: String,
    /// The producer's version.
    pub version: String,
    /// The platform it ran on.
    pub platform: String,
    /// The cases, in the order of the file.
    pub cases: Vec<Case>,
}

/// One case: an input and the answers to it. What is absent is not asked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Case {
    /// Name, unique in the file.
    pub name: String,
    /// The class of bug it is there to catch.
    pub hunts: Option<String>,
    /// Weights a row.
    pub cols: usize,
    /// Rows.
    pub rows: usize,
    /// `rows * cols` weights.
    pub source: Option<Vec<f32>>,
    /// Importance of each column, where it was passed to the quantizer.
    pub importance: Option<Vec<f32>>,
    /// `rows` rows of blocks.
    pub quantized: Option<Vec<u8>>,
    /// `rows * cols` decoded weights.
    pub dequantized: Option<Vec<f32>>,
    /// `cols` activations.
    pub activation: Option<Vec<f32>>,
    /// The activation in the format's activation format.
    pub activation_quantized: Option<Vec<u8>>,
    /// The dot product of each row with the activation.
    pub dot: Option<Vec<f32>>,
}
