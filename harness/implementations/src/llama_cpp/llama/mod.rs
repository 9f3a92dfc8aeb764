//! `libllama`: whole models.

mod context;
mod importance;
mod quantize;

pub use context::LlamaContext;
pub use importance::{Squares, collect_squares};
pub use quantize::{QuantizeRequest, quantize_model};

use std::ffi::{CString, c_char, c_int, c_void};
use std::path::{Path, PathBuf};
use std::ptr;

use libloading::os::unix::Library;

use super::base::open_library;
use super::error::OracleError;

/// Parameters by value. They are passed larger than they are: the callee reads the part that it knows, and the defaults
/// that it gives fill it in. Larger than any version's, so that none writes past the end.
#[derive(Clone, Copy)]
#[repr(C, align(8))]
struct Parameters([u32; 256]);

/// llama.cpp's `llama_batch`.
#[derive(Clone, Copy)]
#[repr(C)]
struct Batch {
    n_tokens: c_int,
    token: *mut i32,
    embd: *mut f32,
    pos: *mut i32,
    n_seq_id: *mut i32,
    seq_id: *mut *mut i32,
    logits: *mut i8,
}

type Log = unsafe extern "C" fn(c_int, *const c_char, *mut c_void);
type Tokenize = unsafe extern "C" fn(*const c_void, *const c_char, c_int, *mut i32, c_int, bool, bool) -> c_int;

/// The functions in use, with llama.cpp's declarations.
struct Functions {
    context_default_params: unsafe extern "C" fn() -> Parameters,
    init_from_model: unsafe extern "C" fn(*mut c_void, Parameters) -> *mut c_void,
    free: unsafe extern "C" fn(*mut c_void),
    model_free: unsafe extern "C" fn(*mut c_void),
    set_n_threads: unsafe extern "C" fn(*mut c_void, c_int, c_int),
    decode: unsafe extern "C" fn(*mut c_void, Batch) -> c_int,
    get_logits: unsafe extern "C" fn(*mut c_void) -> *mut f32,
    get_memory: unsafe extern "C" fn(*mut c_void) -> *mut c_void,
    memory_clear: unsafe extern "C" fn(*mut c_void, bool),
    vocab_n_tokens: unsafe extern "C" fn(*const c_void) -> c_int,
    attach_threadpool: unsafe extern "C" fn(*mut c_void, *mut c_void, *mut c_void),
    tokenize: Tokenize,
}

/// A model opened by llama.cpp.
pub struct LlamaModel {
    functions: Functions,
    model: *mut c_void,
    vocabulary: *const c_void,
    path: PathBuf,
    directory: PathBuf,
    cpu: PathBuf,
    // The function pointers above point into it.
    _library: Library,
}

/// What llama.cpp did not do.
#[derive(Debug, thiserror::Error)]
pub enum LlamaError {
    /// A library does not open or lacks a symbol.
    #[error(transparent)]
    Oracle(#[from] OracleError),
    /// It is not of the pinned version: defaults are not where they were.
    #[error("{}: its defaults are not those of the pinned version", path.display())]
    Layout {
        /// The library.
        path: PathBuf,
    },
    /// It refuses the model or the text.
    #[error("{}: llama.cpp refuses {what}", path.display())]
    Refused {
        /// The model.
        path: PathBuf,
        /// What it was to do.
        what: &'static str,
    },
}

impl LlamaModel {
    /// Opens a model with the libraries of a directory and the named build of the CPU's.
    ///
    /// # Errors
    /// The libraries are not there or not of the pinned version, or refuse the model.
    pub fn open(directory: &Path, cpu: &str, model: &Path) -> Result<Self, LlamaError> {
        let library = open_libllama(directory, cpu)?;
        let load = |source| OracleError::Load { path: libllama(directory), source };
        let refused = |what| LlamaError::Refused { path: model.to_owned(), what };
        macro_rules! symbol {
            ($name:literal) => {
                // SAFETY: the field that it goes into has llama.cpp's declaration of the symbol.
                *unsafe { library.get(concat!($name, "\0").as_bytes()) }.map_err(load)?
            };
        }
        let default_model: unsafe extern "C" fn() -> Parameters = symbol!("llama_model_default_params");
        // SAFETY: it writes its parameters, fewer bytes than we give.
        let model_parameters = unsafe { default_model() };
        let open: unsafe extern "C" fn(*const c_char, Parameters) -> *mut c_void =
            symbol!("llama_model_load_from_file");
        let vocabulary_of: unsafe extern "C" fn(*const c_void) -> *const c_void = symbol!("llama_model_get_vocab");
        let functions = Functions {
            context_default_params: symbol!("llama_context_default_params"),
            init_from_model: symbol!("llama_init_from_model"),
            free: symbol!("llama_free"),
            model_free: symbol!("llama_model_free"),
            set_n_threads: symbol!("llama_set_n_threads"),
            decode: symbol!("llama_decode"),
            get_logits: symbol!("llama_get_logits"),
            get_memory: symbol!("llama_get_memory"),
            memory_clear: symbol!("llama_memory_clear"),
            vocab_n_tokens: symbol!("llama_vocab_n_tokens"),
            attach_threadpool: symbol!("llama_attach_threadpool"),
            tokenize: symbol!("llama_tokenize"),
        };
        let file = c_path(model);
        // SAFETY: it reads a path and parameters that came from itself.
        let opened = unsafe { open(file.as_ptr(), model_parameters) };
        if opened.is_null() {
            return Err(refused("the model"));
        }
        // SAFETY: the model is open.
        let vocabulary = unsafe { vocabulary_of(opened) };
        Ok(Self {
            functions,
            model: opened,
            vocabulary,
            path: model.to_owned(),
            directory: directory.to_owned(),
            cpu: cpu_library(directory, cpu),
            _library: library,
        })
    }

    /// The tokens of a text, as llama-perplexity takes them.
    ///
    /// # Errors
    /// It refuses the text.
    pub fn tokenize(&self, text: &[u8]) -> Result<Vec<u32>, LlamaError> {
        let refused = |what| self.refused(what);
        let length = c_int::try_from(text.len()).map_err(|_| refused("a text of two gigabytes"))?;
        // A byte that is no UTF-8 becomes a character of three, each of which may be a token.
        let mut tokens = vec![0i32; 3 * text.len() + 8];
        let room = tokens.len() as c_int;
        // SAFETY: it reads `length` bytes and writes at most `room` tokens.
        let count = unsafe {
            (self.functions.tokenize)(
                self.vocabulary,
                text.as_ptr().cast(),
                length,
                tokens.as_mut_ptr(),
                room,
                true,
                false,
            )
        };
        let count = usize::try_from(count).map_err(|_| refused("the text"))?;
        Ok(tokens[..count].iter().map(|&token| token as u32).collect())
    }

    /// The logits behind each of the tokens of a text, read from its beginning.
    ///
    /// # Errors
    /// It refuses the tokens.
    pub fn logits(&self, tokens: &[u32], threads: usize) -> Result<Vec<f32>, LlamaError> {
        LlamaContext::new(self, tokens.len(), threads)?.read(tokens, true).map(<[f32]>::to_vec)
    }

    fn vocabulary_tokens(&self) -> usize {
        // SAFETY: the vocabulary is the model's.
        (unsafe { (self.functions.vocab_n_tokens)(self.vocabulary) }) as usize
    }

    fn refused(&self, what: &'static str) -> LlamaError {
        LlamaError::Refused { path: self.path.clone(), what }
    }
}

// SAFETY: an open model is only read, whatever thread it is used from; what is written belongs to a context of its own.
unsafe impl Send for LlamaModel {}

// SAFETY: as above; llama.cpp runs several contexts of one model at once.
unsafe impl Sync for LlamaModel {}

impl Drop for LlamaModel {
    fn drop(&mut self) {
        // SAFETY: no context of the model is left.
        unsafe { (self.functions.model_free)(self.model) };
    }
}

fn libllama(directory: &Path) -> PathBuf {
    directory.join("libllama.v0.5.0.so")
}

fn cpu_library(directory: &Path, cpu: &str) -> PathBuf {
    directory.join(format!("libggml-cpu-{cpu}.so"))
}

/// Opens the library with the named build of the CPU's.
fn open_libllama(directory: &Path, cpu: &str) -> Result<Library, LlamaError> {
    let ggml_path = directory.join("libggml.v0.5.0.so");
    let ggml = open_library(&ggml_path)?;
    let load = |source| OracleError::Load { path: ggml_path.clone(), source };
    type LoadBackend = unsafe extern "C" fn(*const c_char) -> *mut c_void;
    // SAFETY: the symbol is declared `ggml_backend_reg_t ggml_backend_load(const char *)`.
    let load_backend = *unsafe { ggml.get::<LoadBackend>(b"ggml_backend_load\0") }.map_err(load)?;
    type LogSet = unsafe extern "C" fn(Option<Log>, *mut c_void);
    // SAFETY: the symbol is declared `void ggml_log_set(ggml_log_callback, void *)`.
    let log_set =
        *unsafe { open_library(&directory.join("libggml-base.so"))?.get::<LogSet>(b"ggml_log_set\0") }.map_err(load)?;
    // SAFETY: the function does nothing and is never unloaded.
    unsafe { log_set(Some(silent), ptr::null_mut()) };
    let build = cpu_library(directory, cpu);
    let build_name = c_path(&build);
    // SAFETY: it reads a path and returns null where it cannot load it.
    let backend = unsafe { load_backend(build_name.as_ptr()) };
    // Backends stay registered with what is loaded, so it is never unloaded.
    std::mem::forget(ggml);
    if backend.is_null() {
        return Err(LlamaError::Refused { path: build, what: "to run on this CPU" });
    }
    let path = libllama(directory);
    let library = open_library(&path)?;
    let load = |source| OracleError::Load { path: path.clone(), source };
    // SAFETY: the symbol is declared `void llama_log_set(ggml_log_callback, void *)`.
    let log_set = *unsafe { library.get::<LogSet>(b"llama_log_set\0") }.map_err(load)?;
    // SAFETY: as above.
    unsafe { log_set(Some(silent), ptr::null_mut()) };
    // SAFETY: the symbol is declared `void llama_backend_init(void)`.
    let init = *unsafe { library.get::<unsafe extern "C" fn()>(b"llama_backend_init\0") }.map_err(load)?;
    // SAFETY: it takes nothing and may be called again.
    unsafe { init() };
    Ok(library)
}

unsafe extern "C" fn silent(_: c_int, _: *const c_char, _: *mut c_void) {}

/// A path for C; one with a zero inside names no file, which an empty one does not either.
fn c_path(path: &Path) -> CString {
    CString::new(path.to_string_lossy().into_owned()).unwrap_or_default()
}
