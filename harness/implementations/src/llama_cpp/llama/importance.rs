//! What `libllama` multiplies the matrices of a model with: the sums that llama-imatrix keeps.

use std::collections::BTreeMap;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::path::Path;

use super::super::base::open_library;
use super::super::error::OracleError;
use super::{LlamaContext, LlamaError, LlamaModel, Parameters};

/// Sums of squares by column, and how many rows were added.
pub type Squares = (Vec<f64>, u64);

/// The head of ggml's `ggml_tensor`.
#[repr(C)]
struct Tensor {
    kind: c_int,
    buffer: *mut c_void,
    ne: [i64; 4],
    nb: [usize; 4],
    op: c_int,
    op_params: [i32; 16],
    flags: i32,
    src: [*const Tensor; 10],
    view_src: *const Tensor,
    view_offs: usize,
    data: *const c_void,
    name: [c_char; 64],
}

type OpName = unsafe extern "C" fn(c_int) -> *const c_char;

/// What the callback adds to.
struct Collected {
    op_name: OpName,
    squares: BTreeMap<String, Squares>,
}

/// Words 16 to 21 and 26 to 27 of the context's parameters by default: four numbers of YaRN that are not set, a context
/// length that is not set, a threshold that is not set; the formats of keys and values, F16. Between them lies the
/// callback and what it is given.
const AROUND_CALLBACK: [(usize, u32); 8] = {
    const UNSET: u32 = (-1.0f32).to_bits();
    [(16, UNSET), (17, UNSET), (18, UNSET), (19, UNSET), (20, 0), (21, UNSET), (26, 1), (27, 1)]
};

/// The word at which the callback begins.
const CALLBACK: usize = 22;

/// The sums over the tokens of a text, by matrix of the layers.
///
/// # Errors
/// The library is not of the pinned version, or refuses the tokens.
pub fn collect_squares(
    directory: &Path,
    model: &LlamaModel,
    tokens: &[u32],
) -> Result<BTreeMap<String, Squares>, LlamaError> {
    let base = open_library(&directory.join("libggml-base.so"))?;
    let load = |source| OracleError::Load { path: directory.to_owned(), source };
    // SAFETY: the symbol is declared `const char * ggml_op_name(enum ggml_op)`.
    let op_name = *unsafe { base.get::<OpName>(b"ggml_op_name\0") }.map_err(load)?;
    let mut collected = Collected { op_name, squares: BTreeMap::new() };
    let address = (&raw mut collected) as u64;
    let function = collect as *const () as u64;
    let change = |parameters: &mut Parameters| {
        let known = AROUND_CALLBACK.iter().all(|&(word, value)| parameters.0[word] == value);
        for (word, value) in [(CALLBACK, function), (CALLBACK + 2, address)] {
            parameters.0[word] = value as u32;
            parameters.0[word + 1] = (value >> 32) as u32;
        }
        known
    };
    LlamaContext::with(model, tokens.len(), 1, change)?.read(tokens, true)?;
    Ok(collected.squares)
}

/// Called before and after each node of the graph is computed.
unsafe extern "C" fn collect(tensor: *const Tensor, ask: bool, collected: *mut c_void) -> bool {
    // SAFETY: the pointer is the one that was given with this function, and nobody else uses it meanwhile.
    let collected = unsafe { &mut *collected.cast::<Collected>() };
    // SAFETY: ggml gives a tensor of its graph.
    let tensor = unsafe { &*tensor };
    // SAFETY: it is asked for an operation of its own.
    let name = unsafe { (collected.op_name)(tensor.op) };
    // SAFETY: it gives a static string.
    if unsafe { CStr::from_ptr(name) } != c"MUL_MAT" {
        return false;
    }
    // SAFETY: a product of matrices has two sources.
    let weights = unsafe { &*tensor.src[0] };
    // SAFETY: as above.
    let inputs = unsafe { &*tensor.src[1] };
    // SAFETY: a tensor's name ends with a zero.
    let name = unsafe { CStr::from_ptr(weights.name.as_ptr()) }.to_string_lossy().into_owned();
    let cols = inputs.ne[0] as usize;
    // F32, row after row, as the inputs of a model's matrices are.
    if !name.starts_with("blk.") || inputs.kind != 0 || inputs.nb[1] != 4 * cols {
        return false;
    }
    if !ask {
        let rows = (inputs.ne[1] * inputs.ne[2] * inputs.ne[3]) as usize;
        // SAFETY: the inputs are computed, F32 and contiguous; the CPU's buffers lie in memory.
        let numbers = unsafe { std::slice::from_raw_parts(inputs.data.cast::<f32>(), rows * cols) };
        let (squares, count) = collected.squares.entry(name).or_insert_with(|| (vec![0.0; cols], 0));
        for row in numbers.chunks_exact(cols) {
            squares.iter_mut().zip(row).for_each(|(sum, x)| *sum += f64::from(x * x));
            *count += 1;
        }
    }
    true
}
