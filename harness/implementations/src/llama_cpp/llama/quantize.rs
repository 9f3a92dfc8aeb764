//! Whole models quantized by `libllama`.

use std::ffi::{CString, c_char};
use std::path::Path;
use std::ptr;

use super::super::error::OracleError;
use super::{LlamaError, Parameters, c_path, open_libllama};

/// llama.cpp's `llama_model_imatrix_data`.
#[repr(C)]
struct Importance {
    name: *const c_char,
    data: *const f32,
    size: usize,
}

/// llama.cpp's `llama_model_tensor_override`.
#[repr(C)]
struct TensorOverride {
    pattern: *const c_char,
    format: u32,
}

/// What `llama_model_quantize` is to do; formats are numbers of ggml's types.
#[derive(Clone, Copy, Debug, Default)]
pub struct QuantizeRequest<'a> {
    /// The number of the file type.
    pub file_type: u32,
    /// Every matrix in the main format.
    pub pure: bool,
    /// Whether quantized tensors may be quantized again.
    pub allow_requantize: bool,
    /// The output's format, whatever the mixture says.
    pub output_type: Option<u32>,
    /// The token embedding's format, whatever the mixture says.
    pub embedding_type: Option<u32>,
    /// Formats of matrices whose names a pattern is found in.
    pub tensor_types: &'a [(&'a str, u32)],
    /// Importance of columns, by the name of the matrix.
    pub importance: &'a [(String, Vec<f32>)],
}

/// Where the parameters hold the output's and the embedding's type.
const OUTPUT_TYPE: usize = 2;
const EMBEDDING_TYPE: usize = 3;

/// Where the parameters hold the flags: word 4 begins with `allow_requantize`, `quantize_output_tensor` (set by
/// default), `only_copy` and `pure`.
const FLAGS: usize = 4;

/// Where the parameters hold pointers, of two words each: importance and the types by name, with others between.
const IMPORTANCE: usize = 6;
const TENSOR_TYPES: usize = 10;

fn set_pointer<T>(parameters: &mut Parameters, word: usize, to: &[T]) {
    let address = to.as_ptr() as u64;
    parameters.0[word] = address as u32;
    parameters.0[word + 1] = (address >> 32) as u32;
}

fn c_text(text: &str) -> CString {
    CString::new(text).unwrap_or_default()
}

/// Quantizes a file as `llama-quantize` does.
///
/// # Errors
/// The libraries are not there or not of the pinned version, or refuse the model.
pub fn quantize_model(
    directory: &Path,
    cpu: &str,
    input: &Path,
    output: &Path,
    request: QuantizeRequest<'_>,
) -> Result<(), LlamaError> {
    let library = open_libllama(directory, cpu)?;
    let load = |source| OracleError::Load { path: directory.to_owned(), source };
    // SAFETY: the symbol is declared `llama_model_quantize_params llama_model_quantize_default_params(void)`.
    let defaults =
        unsafe { library.get::<unsafe extern "C" fn() -> Parameters>(b"llama_model_quantize_default_params\0") };
    // SAFETY: it writes its parameters, fewer bytes than we give.
    let mut parameters = unsafe { (*defaults.map_err(load)?)() };
    let flags = parameters.0[FLAGS].to_le_bytes();
    if flags[..4] != [0, 1, 0, 0] {
        return Err(LlamaError::Layout { path: directory.to_owned() });
    }
    parameters.0[0] = 1;
    parameters.0[1] = request.file_type;
    parameters.0[FLAGS] = u32::from_le_bytes([request.allow_requantize.into(), 1, 0, request.pure.into()]);
    for (word, format) in [(OUTPUT_TYPE, request.output_type), (EMBEDDING_TYPE, request.embedding_type)] {
        parameters.0[word] = format.unwrap_or(parameters.0[word]);
    }
    let names: Vec<CString> = request.importance.iter().map(|(name, _)| c_text(name)).collect();
    let mut importance: Vec<Importance> = names
        .iter()
        .zip(request.importance)
        .map(|(name, (_, data))| Importance { name: name.as_ptr(), data: data.as_ptr(), size: data.len() })
        .collect();
    importance.push(Importance { name: ptr::null(), data: ptr::null(), size: 0 });
    if !request.importance.is_empty() {
        set_pointer(&mut parameters, IMPORTANCE, &importance);
    }
    let patterns: Vec<CString> = request.tensor_types.iter().map(|(pattern, _)| c_text(pattern)).collect();
    let mut overrides: Vec<TensorOverride> = patterns
        .iter()
        .zip(request.tensor_types)
        .map(|(pattern, &(_, format))| TensorOverride { pattern: pattern.as_ptr(), format })
        .collect();
    overrides.push(TensorOverride { pattern: ptr::null(), format: 0 });
    if !request.tensor_types.is_empty() {
        set_pointer(&mut parameters, TENSOR_TYPES, &overrides);
    }
    type Quantize = unsafe extern "C" fn(*const c_char, *const c_char, *const Parameters) -> u32;
    // SAFETY: the symbol takes two paths and a pointer to its parameters.
    let quantize = *unsafe { library.get::<Quantize>(b"llama_model_quantize\0") }.map_err(load)?;
    let (from, to) = (c_path(input), c_path(output));
    // SAFETY: the parameters are its own but for the fields set above; the lists live until it returns.
    let result = unsafe { quantize(from.as_ptr(), to.as_ptr(), &parameters) };
    if result == 0 {
        Ok(())
    } else {
        Err(LlamaError::Refused { path: input.to_owned(), what: "to quantize the model" })
    }
}
