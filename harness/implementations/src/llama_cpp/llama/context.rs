//! A model of llama.cpp at work on one text.

use std::ffi::{c_int, c_void};
use std::path::Path;
use std::ptr;

use libloading::os::unix::Library;

use super::super::base::open_library;
use super::super::error::OracleError;
use super::{Batch, LlamaError, LlamaModel, Parameters};

/// Words 0 to 3 of the context's parameters: tokens of the context, of a batch, of a batch at once, sequences.
const DEFAULTS: [u32; 4] = [512, 2048, 512, 1];

/// A text that a model has read so far.
pub struct LlamaContext<'m> {
    model: &'m LlamaModel,
    context: *mut c_void,
    threads: Option<Threads>,
}

impl<'m> LlamaContext<'m> {
    /// A context of so many tokens, all of which may be read at once. Its threads start with each batch and end with it.
    ///
    /// # Errors
    /// The library is not of the pinned version, or has no room.
    pub fn new(model: &'m LlamaModel, tokens: usize, threads: usize) -> Result<Self, LlamaError> {
        Self::with(model, tokens, threads, |_| true)
    }

    /// As [`LlamaContext::new`], with threads that wait for the next batch, as llama-bench has them.
    ///
    /// # Errors
    /// As there.
    pub fn with_waiting_threads(model: &'m LlamaModel, tokens: usize, threads: usize) -> Result<Self, LlamaError> {
        let mut context = Self::new(model, tokens, threads)?;
        let threads = Threads::new(model, threads)?;
        // SAFETY: the context is open; the threads end after it.
        unsafe { (model.functions.attach_threadpool)(context.context, threads.pool, ptr::null_mut()) };
        context.threads = Some(threads);
        Ok(context)
    }

    /// As [`LlamaContext::new`], with further changes to the parameters; `change` says whether the defaults are where it
    /// expects them.
    pub(super) fn with(
        model: &'m LlamaModel,
        tokens: usize,
        threads: usize,
        change: impl FnOnce(&mut Parameters) -> bool,
    ) -> Result<Self, LlamaError> {
        // SAFETY: it writes its parameters, fewer bytes than we give.
        let mut parameters = unsafe { (model.functions.context_default_params)() };
        if parameters.0[..4] != DEFAULTS || !change(&mut parameters) {
            return Err(LlamaError::Layout { path: model.path.clone() });
        }
        let length = u32::try_from(tokens).map_err(|_| model.refused("so many tokens"))?;
        parameters.0[..3].copy_from_slice(&[length; 3]);
        // SAFETY: the model is open, the parameters are its own but for the lengths.
        let context = unsafe { (model.functions.init_from_model)(model.model, parameters) };
        if context.is_null() {
            return Err(model.refused("a context"));
        }
        let threads = threads as c_int;
        // SAFETY: the context is open.
        unsafe { (model.functions.set_n_threads)(context, threads, threads) };
        Ok(Self { model, context, threads: None })
    }

    /// Goes back to the beginning of a text.
    pub fn restart(&mut self) {
        // SAFETY: the context is open.
        let memory = unsafe { (self.model.functions.get_memory)(self.context) };
        // SAFETY: the memory is the context's.
        unsafe { (self.model.functions.memory_clear)(memory, true) };
    }

    /// Reads tokens and gives the logits behind each of them where `all`, else behind the last.
    ///
    /// # Errors
    /// It refuses the tokens.
    pub fn read(&mut self, tokens: &[u32], all: bool) -> Result<&[f32], LlamaError> {
        let functions = &self.model.functions;
        let mut token: Vec<i32> = tokens.iter().map(|&token| token as i32).collect();
        let mut logits = vec![i8::from(all); tokens.len()];
        if let Some(last) = logits.last_mut() {
            *last = 1;
        }
        let batch = Batch {
            n_tokens: token.len() as c_int,
            token: token.as_mut_ptr(),
            embd: ptr::null_mut(),
            pos: ptr::null_mut(),
            n_seq_id: ptr::null_mut(),
            seq_id: ptr::null_mut(),
            logits: logits.as_mut_ptr(),
        };
        // SAFETY: both arrays have as many items as the batch says.
        let result = unsafe { (functions.decode)(self.context, batch) };
        // SAFETY: the context is open.
        let first = unsafe { (functions.get_logits)(self.context) };
        if result != 0 || first.is_null() {
            return Err(self.model.refused("the tokens"));
        }
        let rows = if all { tokens.len() } else { 1 };
        // SAFETY: it keeps a row of the vocabulary for each token whose logits were asked for, until the next batch.
        Ok(unsafe { std::slice::from_raw_parts(first, rows * self.model.vocabulary_tokens()) })
    }

    /// Lets waiting threads sleep, so that they take no time from others; the next batch wakes them.
    pub fn rest(&mut self) {
        if let Some(threads) = &self.threads {
            // SAFETY: the pool is open and has no work.
            unsafe { (threads.pause)(threads.pool) };
        }
    }
}

impl Drop for LlamaContext<'_> {
    fn drop(&mut self) {
        // SAFETY: nothing of the context is in use any more.
        unsafe { (self.model.functions.free)(self.context) };
    }
}

/// Threads that wait for work.
struct Threads {
    pool: *mut c_void,
    pause: unsafe extern "C" fn(*mut c_void),
    free: unsafe extern "C" fn(*mut c_void),
    _library: Library,
}

impl Threads {
    fn new(model: &LlamaModel, count: usize) -> Result<Self, LlamaError> {
        let base = open_library(&model.directory.join("libggml-base.so"))?;
        let cpu = open_library(&model.cpu)?;
        let of = |path: &Path| {
            let path = path.to_owned();
            move |source| OracleError::Load { path, source }
        };
        type Defaults = unsafe extern "C" fn(c_int) -> Parameters;
        // SAFETY: the symbol is declared `struct ggml_threadpool_params ggml_threadpool_params_default(int)`.
        let defaults =
            *unsafe { base.get::<Defaults>(b"ggml_threadpool_params_default\0") }.map_err(of(&model.directory))?;
        type New = unsafe extern "C" fn(*const Parameters) -> *mut c_void;
        // SAFETY: the symbol takes a pointer to those parameters.
        let new = *unsafe { cpu.get::<New>(b"ggml_threadpool_new\0") }.map_err(of(&model.cpu))?;
        type On = unsafe extern "C" fn(*mut c_void);
        // SAFETY: the symbol takes the pool.
        let pause = *unsafe { cpu.get::<On>(b"ggml_threadpool_pause\0") }.map_err(of(&model.cpu))?;
        // SAFETY: as above.
        let free = *unsafe { cpu.get::<On>(b"ggml_threadpool_free\0") }.map_err(of(&model.cpu))?;
        // SAFETY: it writes its parameters, fewer bytes than we give.
        let parameters = unsafe { defaults(count as c_int) };
        // SAFETY: the parameters are its own.
        let pool = unsafe { new(&raw const parameters) };
        if pool.is_null() {
            return Err(model.refused("threads"));
        }
        Ok(Self { pool, pause, free, _library: cpu })
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        // SAFETY: fields of the context drop after its own end, so that no work is left.
        unsafe { (self.free)(self.pool) };
    }
}
