//! Products of matrices as whole models compute them: a graph on one of the library's backends, computed again and again.

use std::ffi::{c_char, c_int, c_void};
use std::path::{Path, PathBuf};
use std::ptr;
use std::rc::Rc;

use libloading::os::unix::Library;
use quantmark_kernels::{Format, MatmulShape, ggml};

use super::base::{BASE_LIBRARY, open_library, row_bytes};
use super::error::{OracleError, check_length};

/// ggml's `ggml_init_params`.
#[repr(C)]
struct InitParams {
    mem_size: usize,
    mem_buffer: *mut c_void,
    no_alloc: bool,
}

/// Room for the descriptions of a graph's tensors; their data lie in the backend's buffers.
const DESCRIPTIONS: usize = 8 << 20;

/// ggml's type id of f32.
const F32: c_int = 0;

type Log = extern "C" fn(c_int, *const c_char, *mut c_void);

/// Takes the library's words, such as that it lays a tensor out anew, from the terminal.
extern "C" fn say_nothing(_: c_int, _: *const c_char, _: *mut c_void) {}

/// What of `libggml-base` graphs need. Every signature is ggml's declaration of the symbol.
struct Functions {
    init: unsafe extern "C" fn(InitParams) -> *mut c_void,
    free: unsafe extern "C" fn(*mut c_void),
    new_tensor_2d: unsafe extern "C" fn(*mut c_void, c_int, i64, i64) -> *mut c_void,
    mul_mat: unsafe extern "C" fn(*mut c_void, *mut c_void, *mut c_void) -> *mut c_void,
    new_graph: unsafe extern "C" fn(*mut c_void) -> *mut c_void,
    build_forward_expand: unsafe extern "C" fn(*mut c_void, *mut c_void),
    default_buffer_type: unsafe extern "C" fn(*mut c_void) -> *mut c_void,
    alloc_ctx_tensors: unsafe extern "C" fn(*mut c_void, *mut c_void) -> *mut c_void,
    supports_op: unsafe extern "C" fn(*mut c_void, *const c_void) -> bool,
    tensor_set: unsafe extern "C" fn(*mut c_void, *const c_void, usize, usize),
    tensor_get: unsafe extern "C" fn(*const c_void, *mut c_void, usize, usize),
    graph_compute: unsafe extern "C" fn(*mut c_void, *mut c_void) -> c_int,
    buffer_free: unsafe extern "C" fn(*mut c_void),
    backend_free: unsafe extern "C" fn(*mut c_void),
}

/// A backend of llama.cpp that computes graphs.
pub struct GraphBackend {
    backend: *mut c_void,
    /// A type of buffer that lays weights out anew for the backend's tiled kernels, where it has one.
    repacked: Option<*mut c_void>,
    functions: Functions,
    _libraries: Vec<Library>,
}

macro_rules! symbol {
    ($library:expr, $path:expr, $name:literal) => {
        // SAFETY: the binding's type is ggml's declaration of this symbol.
        *unsafe { $library.get(concat!($name, "\0").as_bytes()) }
            .map_err(|source| OracleError::Load { path: $path.to_owned(), source })?
    };
}

impl GraphBackend {
    /// A build of the CPU backend, with so many threads.
    ///
    /// # Errors
    /// A library is missing or does not open.
    pub fn cpu(directory: &Path, variant: &str, threads: usize) -> Result<Self, OracleError> {
        let extension = if cfg!(target_vendor = "apple") { "dylib" } else { "so" };
        let path = directory.join(format!("libggml-cpu-{variant}.{extension}"));
        let (functions, base) = functions(directory.join(BASE_LIBRARY))?;
        let library = open_library(&path)?;
        // The one C++ function among them: its name as both compilers of the pinned builds write it.
        let repacked: Option<unsafe extern "C" fn() -> *mut c_void> =
            // SAFETY: the function takes nothing and gives a pointer to a static.
            unsafe { library.get(b"_Z35ggml_backend_cpu_repack_buffer_typev\0") }.ok().map(|symbol| *symbol);
        let backend = cpu_backend(&library, &path, threads)?;
        // SAFETY: as where it was found.
        let repacked = repacked.map(|buffer_type| unsafe { buffer_type() });
        Ok(Self { backend, repacked, functions, _libraries: vec![base, library] })
    }

    /// The CPU backend of ik_llama.cpp's library, which is one file with all of ggml, where that knows the format with
    /// the layout that we know. Its symbols are llama.cpp's with other meanings: a process opens either.
    ///
    /// # Errors
    /// The library is missing, does not open, or does not know the format.
    pub fn ik_llama(library: &Path, format: Format, threads: usize) -> Result<Self, OracleError> {
        let path = library.to_owned();
        let (functions, library) = functions(path.clone())?;
        let block_len: unsafe extern "C" fn(c_int) -> i64 = symbol!(library, path, "ggml_blck_size");
        let block_bytes: unsafe extern "C" fn(c_int) -> usize = symbol!(library, path, "ggml_type_size");
        // SAFETY: our type ids all lie within the library's table, which has zeros where it does not know one.
        let got = unsafe { block_bytes(ggml::type_id(format) as c_int) };
        // SAFETY: as above.
        let len = unsafe { block_len(ggml::type_id(format) as c_int) };
        let spec = format.spec();
        if (len, got) != (spec.block_len as i64, spec.block_bytes) {
            return Err(OracleError::Layout { path, format, expected: spec.block_bytes, got });
        }
        let backend = cpu_backend(&library, &path, threads)?;
        Ok(Self { backend, repacked: None, functions, _libraries: vec![library] })
    }

    /// The library's Metal backend on the system's GPU.
    ///
    /// # Errors
    /// A library is missing or does not open, or there is no GPU.
    #[cfg(target_vendor = "apple")]
    pub fn metal(directory: &Path) -> Result<Self, OracleError> {
        let path = directory.join("libggml-metal.dylib");
        let (functions, base) = functions(directory.join(BASE_LIBRARY))?;
        let library = open_library(&path)?;
        let init: unsafe extern "C" fn() -> *mut c_void = symbol!(library, path, "ggml_backend_metal_init");
        // SAFETY: it takes nothing, and gives a backend or null.
        let backend = unsafe { init() };
        if backend.is_null() {
            return Err(OracleError::Incapable { path });
        }
        Ok(Self { backend, repacked: None, functions, _libraries: vec![base, library] })
    }

    /// A graph of `times` products of weights, of which there are several copies, with the same activations: with the
    /// weights laid out anew where the backend does that for the format and shape.
    ///
    /// # Errors
    /// Buffers of other lengths than the shape needs, no memory, or no product for the format.
    pub fn products(
        self: &Rc<Self>,
        format: Format,
        shape: MatmulShape,
        weights: &[u8],
        activations: &[f32],
        copies: usize,
        times: usize,
    ) -> Result<Products, OracleError> {
        check_length("weights", row_bytes(format, shape.cols)? * shape.rows, weights.len())?;
        check_length("activations", shape.cols * shape.batch, activations.len())?;
        // SAFETY: the backend is alive.
        let usual = unsafe { (self.functions.default_buffer_type)(self.backend) };
        let buffer_types = self.repacked.into_iter().chain([usual]);
        let products = buffer_types.filter_map(|weights| self.describe(format, shape, copies, times, [weights, usual]));
        let Some(products) = products.into_iter().next() else {
            return Err(OracleError::Unsupported { format, operation: "product in a graph" });
        };
        let set = self.functions.tensor_set;
        // SAFETY: the tensor holds exactly this many bytes, as checked above.
        unsafe { set(products.input, activations.as_ptr().cast(), 0, size_of_val(activations)) };
        for &source in &products.sources {
            // SAFETY: as above.
            unsafe { set(source, weights.as_ptr().cast(), 0, weights.len()) };
        }
        Ok(products)
    }

    /// The graph with memory for its tensors; `None` where the backend cannot compute it with such buffers.
    fn describe(
        self: &Rc<Self>,
        format: Format,
        shape: MatmulShape,
        copies: usize,
        times: usize,
        [weights_type, usual]: [*mut c_void; 2],
    ) -> Option<Products> {
        let f = &self.functions;
        let (cols, rows, batch) = (shape.cols as i64, shape.rows as i64, shape.batch as i64);
        let mut products = Products {
            owner: Rc::clone(self),
            shape,
            contexts: Vec::new(),
            buffers: Vec::new(),
            graph: ptr::null_mut(),
            input: ptr::null_mut(),
            sources: Vec::new(),
            last: ptr::null_mut(),
        };
        // Weights may lie in another type of buffer than the rest, and a buffer is that of a context.
        let (of_weights, of_rest) = (products.context()?, products.context()?);
        for _ in 0..copies {
            // SAFETY: the context is alive and has room; the type is one of ggml's and the dimensions are positive.
            products.sources.push(unsafe { (f.new_tensor_2d)(of_weights, ggml::type_id(format) as c_int, cols, rows) });
        }
        products.allocate(of_weights, weights_type)?;
        // SAFETY: as above.
        products.graph = unsafe { (f.new_graph)(of_rest) };
        // SAFETY: as above.
        products.input = unsafe { (f.new_tensor_2d)(of_rest, F32, cols, batch) };
        for at in 0..times {
            // SAFETY: both are tensors with equal numbers of columns; the context has room for their product.
            products.last = unsafe { (f.mul_mat)(of_rest, products.sources[at % copies], products.input) };
            // SAFETY: the graph and the tensor belong to the context.
            unsafe { (f.build_forward_expand)(products.graph, products.last) };
        }
        // SAFETY: the tensor is a product whose weights have their buffer.
        if !unsafe { (f.supports_op)(self.backend, products.last) } {
            return None;
        }
        products.allocate(of_rest, usual)?;
        Some(products)
    }
}

fn cpu_backend(library: &Library, path: &Path, threads: usize) -> Result<*mut c_void, OracleError> {
    let init: unsafe extern "C" fn() -> *mut c_void = symbol!(library, path, "ggml_backend_cpu_init");
    let set_threads: unsafe extern "C" fn(*mut c_void, c_int) =
        symbol!(library, path, "ggml_backend_cpu_set_n_threads");
    // SAFETY: it takes nothing, and gives a backend or null.
    let backend = unsafe { init() };
    if backend.is_null() {
        return Err(OracleError::Incapable { path: path.to_owned() });
    }
    // SAFETY: the backend is alive and of this library.
    unsafe { set_threads(backend, threads as c_int) };
    Ok(backend)
}

fn functions(path: PathBuf) -> Result<(Functions, Library), OracleError> {
    let base = open_library(&path)?;
    // SAFETY: the type is ggml's declaration of this symbol.
    let log_set = unsafe { base.get::<unsafe extern "C" fn(Log, *mut c_void)>(b"ggml_log_set\0") };
    if let Ok(log_set) = log_set {
        // SAFETY: the callback lives as long as the program, and uses none of its arguments.
        unsafe { log_set(say_nothing, ptr::null_mut()) };
    }
    let functions = Functions {
        init: symbol!(base, path, "ggml_init"),
        free: symbol!(base, path, "ggml_free"),
        new_tensor_2d: symbol!(base, path, "ggml_new_tensor_2d"),
        mul_mat: symbol!(base, path, "ggml_mul_mat"),
        new_graph: symbol!(base, path, "ggml_new_graph"),
        build_forward_expand: symbol!(base, path, "ggml_build_forward_expand"),
        default_buffer_type: symbol!(base, path, "ggml_backend_get_default_buffer_type"),
        alloc_ctx_tensors: symbol!(base, path, "ggml_backend_alloc_ctx_tensors_from_buft"),
        supports_op: symbol!(base, path, "ggml_backend_supports_op"),
        tensor_set: symbol!(base, path, "ggml_backend_tensor_set"),
        tensor_get: symbol!(base, path, "ggml_backend_tensor_get"),
        graph_compute: symbol!(base, path, "ggml_backend_graph_compute"),
        buffer_free: symbol!(base, path, "ggml_backend_buffer_free"),
        backend_free: symbol!(base, path, "ggml_backend_free"),
    };
    Ok((functions, base))
}

impl Drop for GraphBackend {
    fn drop(&mut self) {
        // SAFETY: the backend is freed once; everything made from it holds `self`.
        unsafe { (self.functions.backend_free)(self.backend) };
    }
}

/// A graph ready to be computed.
pub struct Products {
    owner: Rc<GraphBackend>,
    shape: MatmulShape,
    contexts: Vec<*mut c_void>,
    buffers: Vec<*mut c_void>,
    graph: *mut c_void,
    input: *mut c_void,
    sources: Vec<*mut c_void>,
    last: *mut c_void,
}

impl Products {
    fn context(&mut self) -> Option<*mut c_void> {
        let parameters = InitParams { mem_size: DESCRIPTIONS, mem_buffer: ptr::null_mut(), no_alloc: true };
        // SAFETY: the parameters are valid; null is checked.
        let context = unsafe { (self.owner.functions.init)(parameters) };
        if context.is_null() {
            return None;
        }
        self.contexts.push(context);
        Some(context)
    }

    fn allocate(&mut self, context: *mut c_void, buffer_type: *mut c_void) -> Option<()> {
        // SAFETY: the context's tensors have no memory yet; null is checked.
        let buffer = unsafe { (self.owner.functions.alloc_ctx_tensors)(context, buffer_type) };
        if buffer.is_null() {
            return None;
        }
        self.buffers.push(buffer);
        Some(())
    }

    /// Computes all products and waits for them; whether the backend did.
    pub fn compute(&self) -> bool {
        // SAFETY: the graph's tensors have memory on this backend.
        unsafe { (self.owner.functions.graph_compute)(self.owner.backend, self.graph) == 0 }
    }

    /// The last product, `rows` numbers an activation.
    pub fn output(&self) -> Vec<f32> {
        let mut out = vec![0.0f32; self.shape.rows * self.shape.batch];
        // SAFETY: the product has exactly this many numbers.
        unsafe { (self.owner.functions.tensor_get)(self.last, out.as_mut_ptr().cast(), 0, size_of_val(&out[..])) };
        out
    }
}

impl Drop for Products {
    fn drop(&mut self) {
        for &buffer in &self.buffers {
            // SAFETY: each buffer is freed once, before the context whose tensors lie in it.
            unsafe { (self.owner.functions.buffer_free)(buffer) };
        }
        for &context in &self.contexts {
            // SAFETY: each context is freed once.
            unsafe { (self.owner.functions.free)(context) };
        }
    }
}
