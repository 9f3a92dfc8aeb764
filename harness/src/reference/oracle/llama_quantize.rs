//! Whole models quantized by `libllama`.

use std::ffi::{CString, c_char, c_void};
use std::path::Path;
use std::ptr;

use super::error::OracleError;
use super::llama::{LlamaError, Parameters, c_path, open_libllama};

/// llama.cpp's `llama_model_imatrix_data`.
#[repr(C)]
struct Importance {
    name: *const c_char,
    data: *const f32,
    size: usize,
}

/// What `llama_model_quantize` is to do.
#[derive(Clone, Copy, Debug, Default)]
pub struct QuantizeRequest<'a> {
    /// The number of the file type.
    pub file_type: u32,
    /// Every matrix in the main format.
    pub pure: bool,
    /// Whether quantized tensors may be quantized again.
    pub allow_requantize: bool,
    /// Importance of columns, by the name of the matrix.
    pub importance: &'a [(String, Vec<f32>)],
}

/// Where the parameters hold the flags: word 4 begins with `allow_requantize`, `quantize_output_tensor` (set by
/// default), `only_copy` and `pure`.
const FLAGS: usize = 4;

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
    let names: Vec<CString> =
        request.importance.iter().map(|(name, _)| CString::new(name.as_str()).unwrap_or_default()).collect();
    let mut importance: Vec<Importance> = names
        .iter()
        .zip(request.importance)
        .map(|(name, (_, data))| Importance { name: name.as_ptr(), data: data.as_ptr(), size: data.len() })
        .collect();
    importance.push(Importance { name: ptr::null(), data: ptr::null(), size: 0 });
    if !request.importance.is_empty() {
        let address = importance.as_ptr().cast::<c_void>() as u64;
        // The pointer follows the flags, aligned.
        parameters.0[FLAGS + 2] = address as u32;
        parameters.0[FLAGS + 3] = (address >> 32) as u32;
    }
    type Quantize = unsafe extern "C" fn(*const c_char, *const c_char, *const Parameters) -> u32;
    // SAFETY: the symbol takes two paths and a pointer to its parameters.
    let quantize = *unsafe { library.get::<Quantize>(b"llama_model_quantize\0") }.map_err(load)?;
    let (from, to) = (c_path(input), c_path(output));
    // SAFETY: the parameters are its own but for the fields set above; the importance lives until it returns.
    let result = unsafe { quantize(from.as_ptr(), to.as_ptr(), &parameters) };
    if result == 0 {
        Ok(())
    } else {
        Err(LlamaError::Refused { path: input.to_owned(), what: "to quantize the model" })
    }
}
