//! `libggml-metal`: products of matrices on the GPU, as graphs that are computed again and again.

use std::ffi::{c_int, c_void};
use std::path::Path;

use libloading::os::unix::Library;
use quantmark_kernels::{Format, MatmulShape};

use super::base::{open_library, row_bytes};
use super::error::{OracleError, check_length};

/// ggml's `ggml_init_params`.
#[repr(C)]
struct InitParams {
    mem_size: usize,
    mem_buffer: *mut c_void,
    no_alloc: bool,
}

/// Room for the descriptions of a graph's tensors; their data lie on the GPU.
const DESCRIPTIONS: usize = 8 << 20;

/// ggml's type id of f32.
const F32: c_int = 0;

/// What of `libggml-base` graphs need. Every signature is ggml's declaration of the symbol.
struct Functions {
    init: unsafe extern "C" fn(InitParams) -> *mut c_void,
    free: unsafe extern "C" fn(*mut c_void),
    new_tensor_2d: unsafe extern "C" fn(*mut c_void, c_int, i64, i64) -> *mut c_void,
    mul_mat: unsafe extern "C" fn(*mut c_void, *mut c_void, *mut c_void) -> *mut c_void,
    new_graph: unsafe extern "C" fn(*mut c_void) -> *mut c_void,
    build_forward_expand: unsafe extern "C" fn(*mut c_void, *mut c_void),
    alloc_ctx_tensors: unsafe extern "C" fn(*mut c_void, *mut c_void) -> *mut c_void,
    tensor_set: unsafe extern "C" fn(*mut c_void, *const c_void, usize, usize),
    graph_compute: unsafe extern "C" fn(*mut c_void, *mut c_void) -> c_int,
    buffer_free: unsafe extern "C" fn(*mut c_void),
    backend_free: unsafe extern "C" fn(*mut c_void),
}

/// The library's Metal backend on the system's GPU.
pub struct MetalBackend {
    backend: *mut c_void,
    functions: Functions,
    _libraries: [Library; 2],
}

impl MetalBackend {
    /// Opens the backend from the directory of the base library.
    ///
    /// # Errors
    /// A library is missing or does not open, or there is no GPU.
    pub fn open(directory: &Path) -> Result<Self, OracleError> {
        let (base_path, path) = (directory.join("libggml-base.dylib"), directory.join("libggml-metal.dylib"));
        let base = open_library(&base_path)?;
        let metal = open_library(&path)?;
        macro_rules! symbol {
            ($library:expr, $path:expr, $name:literal) => {
                // SAFETY: the field's type is ggml's declaration of this symbol.
                *unsafe { $library.get(concat!($name, "\0").as_bytes()) }
                    .map_err(|source| OracleError::Load { path: $path.clone(), source })?
            };
        }
        let functions = Functions {
            init: symbol!(base, base_path, "ggml_init"),
            free: symbol!(base, base_path, "ggml_free"),
            new_tensor_2d: symbol!(base, base_path, "ggml_new_tensor_2d"),
            mul_mat: symbol!(base, base_path, "ggml_mul_mat"),
            new_graph: symbol!(base, base_path, "ggml_new_graph"),
            build_forward_expand: symbol!(base, base_path, "ggml_build_forward_expand"),
            alloc_ctx_tensors: symbol!(base, base_path, "ggml_backend_alloc_ctx_tensors"),
            tensor_set: symbol!(base, base_path, "ggml_backend_tensor_set"),
            graph_compute: symbol!(base, base_path, "ggml_backend_graph_compute"),
            buffer_free: symbol!(base, base_path, "ggml_backend_buffer_free"),
            backend_free: symbol!(base, base_path, "ggml_backend_free"),
        };
        let init: unsafe extern "C" fn() -> *mut c_void = symbol!(metal, path, "ggml_backend_metal_init");
        // SAFETY: it takes nothing, and gives a backend or null.
        let backend = unsafe { init() };
        if backend.is_null() {
            return Err(OracleError::Incapable { path });
        }
        Ok(Self { backend, functions, _libraries: [base, metal] })
    }

    /// A graph of `times` products of weights, of which there are several copies, with the same activations.
    ///
    /// # Errors
    /// Buffers of other lengths than the shape needs, or no memory on the GPU.
    pub fn products(
        &self,
        format: Format,
        shape: MatmulShape,
        weights: &[u8],
        activations: &[f32],
        copies: usize,
        times: usize,
    ) -> Result<Products<'_>, OracleError> {
        check_length("weights", row_bytes(format, shape.cols)? * shape.rows, weights.len())?;
        check_length("activations", shape.cols * shape.batch, activations.len())?;
        let f = &self.functions;
        let (cols, rows, batch) = (shape.cols as i64, shape.rows as i64, shape.batch as i64);
        let parameters = InitParams { mem_size: DESCRIPTIONS, mem_buffer: std::ptr::null_mut(), no_alloc: true };
        let refused = OracleError::Unsupported { format, operation: "product on the GPU" };
        // SAFETY: the parameters are valid; null is checked.
        let context = unsafe { (f.init)(parameters) };
        if context.is_null() {
            return Err(refused);
        }
        let mut products = Products { owner: self, context, graph: std::ptr::null_mut(), buffer: std::ptr::null_mut() };
        // SAFETY: the context is alive and has room for the few hundred tensors of a graph.
        products.graph = unsafe { (f.new_graph)(context) };
        // SAFETY: as above; the dimensions are positive.
        let input = unsafe { (f.new_tensor_2d)(context, F32, cols, batch) };
        let mut sources = Vec::new();
        for _ in 0..copies {
            // SAFETY: as above; the type is one of ggml's.
            sources.push(unsafe { (f.new_tensor_2d)(context, format.type_id() as c_int, cols, rows) });
        }
        for &source in sources.iter().cycle().take(times) {
            // SAFETY: both are tensors of the context with equal numbers of columns.
            let product = unsafe { (f.mul_mat)(context, source, input) };
            // SAFETY: the graph and the tensor belong to the context.
            unsafe { (f.build_forward_expand)(products.graph, product) };
        }
        // SAFETY: the context's tensors have no memory yet; null is checked.
        products.buffer = unsafe { (f.alloc_ctx_tensors)(context, self.backend) };
        if products.buffer.is_null() {
            return Err(refused);
        }
        // SAFETY: the tensor holds exactly this many bytes, as checked above.
        unsafe { (f.tensor_set)(input, activations.as_ptr().cast(), 0, size_of_val(activations)) };
        for source in sources {
            // SAFETY: as above.
            unsafe { (f.tensor_set)(source, weights.as_ptr().cast(), 0, weights.len()) };
        }
        Ok(products)
    }
}

impl Drop for MetalBackend {
    fn drop(&mut self) {
        // SAFETY: the backend is freed once; everything made from it borrows `self`.
        unsafe { (self.functions.backend_free)(self.backend) };
    }
}

/// A graph ready to be computed.
pub struct Products<'a> {
    owner: &'a MetalBackend,
    context: *mut c_void,
    graph: *mut c_void,
    buffer: *mut c_void,
}

impl Products<'_> {
    /// Computes all products and waits for them; whether the GPU did.
    pub fn compute(&self) -> bool {
        // SAFETY: the graph's tensors have memory on this backend.
        unsafe { (self.owner.functions.graph_compute)(self.owner.backend, self.graph) == 0 }
    }
}

impl Drop for Products<'_> {
    fn drop(&mut self) {
        if !self.buffer.is_null() {
            // SAFETY: the buffer is freed once, before the context whose tensors lie in it.
            unsafe { (self.owner.functions.buffer_free)(self.buffer) };
        }
        // SAFETY: the context is freed once.
        unsafe { (self.owner.functions.free)(self.context) };
    }
}
