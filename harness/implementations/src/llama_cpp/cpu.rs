//! `libggml-cpu-*`: activations and dot products, one library for each generation of CPUs.

use std::ffi::{c_int, c_void};
use std::path::Path;

use libloading::os::unix::Library;
use quantmark_kernels::{Format, ggml};

use super::base::{Aligned, open_library, row_bytes, unsupported};
use super::error::{OracleError, check_length};

type FromFloat = unsafe extern "C" fn(*const f32, *mut c_void, i64);
type VecDot = unsafe extern "C" fn(c_int, *mut f32, usize, *const c_void, usize, *const c_void, usize, c_int);

/// ggml's `ggml_type_traits_cpu`.
#[repr(C)]
struct TypeTraitsCpu {
    from_float: Option<FromFloat>,
    vec_dot: Option<VecDot>,
    vec_dot_type: c_int,
    nrows: i64,
}

/// One build of ggml's CPU backend, such as `x64` (no SIMD beyond SSE2), `haswell` (AVX2) or `zen4` (AVX-512).
pub struct CpuVariant {
    name: String,
    score: i32,
    type_traits: unsafe extern "C" fn(c_int) -> *const TypeTraitsCpu,
    library: Library,
}

impl CpuVariant {
    /// Opens a variant by name from the directory of the base library.
    ///
    /// # Errors
    /// The library is missing, does not open, or needs CPU features that this machine lacks.
    pub fn open(directory: &Path, name: &str) -> Result<Self, OracleError> {
        let extension = if cfg!(target_vendor = "apple") { "dylib" } else { "so" };
        let path = directory.join(format!("libggml-cpu-{name}.{extension}"));
        let load = |source| OracleError::Load { path: path.clone(), source };
        let library = open_library(&path)?;
        // SAFETY: the symbol is declared `int f(void)`; it only asks the CPU what it can do.
        let score = unsafe { library.get::<unsafe extern "C" fn() -> c_int>(b"ggml_backend_score\0") }.map_err(load)?;
        // SAFETY: as above.
        let score = unsafe { score() };
        if score == 0 {
            return Err(OracleError::Incapable { path });
        }
        // SAFETY: the symbol is declared `void f(void)`.
        let init = unsafe { library.get::<unsafe extern "C" fn()>(b"ggml_cpu_init\0") }.map_err(load)?;
        // SAFETY: the score says that this CPU can run the library.
        unsafe { init() };
        // SAFETY: the signature is ggml's declaration of this symbol.
        let type_traits = *unsafe { library.get(b"ggml_get_type_traits_cpu\0") }.map_err(load)?;
        Ok(Self { name: name.to_owned(), score, type_traits, library })
    }

    /// The variant's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The library's own score of how well it fits this CPU; higher fits better, never 0.
    pub fn score(&self) -> i32 {
        self.score
    }

    /// The activation format that a format's dot product takes here; `None` where it has none.
    pub fn activation_format(&self, format: Format) -> Option<Format> {
        let traits = self.traits(format);
        traits.vec_dot?;
        ggml::from_type_id(u32::try_from(traits.vec_dot_type).ok()?)
    }

    /// Quantizes activations as this variant does before a dot product.
    ///
    /// # Errors
    /// The variant has no such quantizer; a partial block.
    pub fn quantize_activation(&self, format: Format, row: &[f32]) -> Result<Vec<u8>, OracleError> {
        let from_float = self.traits(format).from_float.ok_or(unsupported(format, "activation quantizer"))?;
        let mut blocks = vec![0u8; row_bytes(format, row.len())?];
        // SAFETY: it reads `row.len()` floats, whole blocks, and writes as many blocks as `blocks` holds.
        unsafe { from_float(row.as_ptr(), blocks.as_mut_ptr().cast(), row.len() as i64) };
        Ok(blocks)
    }

    /// A dot product ready to be called many times without copying.
    ///
    /// # Errors
    /// The variant has no dot product for the format.
    pub fn dot(&self, format: Format) -> Result<Dot<'_>, OracleError> {
        let traits = self.traits(format);
        let vec_dot = traits.vec_dot.ok_or(unsupported(format, "dot product"))?;
        let activation = self.activation_format(format).ok_or(unsupported(format, "dot product"))?;
        let (weights_size, activation_size) = (BlockSize::of(format), BlockSize::of(activation));
        Ok(Dot { format, activation, weights_size, activation_size, vec_dot, _variant: self })
    }

    /// The portable dot product that ggml's SIMD ones are written after; the variant's own where the format has no
    /// other.
    ///
    /// # Errors
    /// The library has no dot product for the format.
    pub fn generic_dot(&self, format: Format) -> Result<Dot<'_>, OracleError> {
        let own = self.dot(format)?;
        let symbol = format!("ggml_vec_dot_{format}_{}_generic\0", own.activation);
        // SAFETY: every `ggml_vec_dot_*` symbol has this signature.
        match unsafe { self.library.get::<VecDot>(symbol.as_bytes()) } {
            Ok(vec_dot) => Ok(Dot { vec_dot: *vec_dot, ..own }),
            Err(_) => Ok(own),
        }
    }

    fn traits(&self, format: Format) -> &TypeTraitsCpu {
        // SAFETY: every `Format` is a type id below the table's length.
        let traits = unsafe { (self.type_traits)(ggml::type_id(format) as c_int) };
        // SAFETY: the table is static and lives as long as the library, which `self` holds.
        unsafe { &*traits }
    }
}

/// What the size of a row follows from, at hand: looking it up would be on the clock of the library's dot product.
#[derive(Clone, Copy)]
struct BlockSize {
    len: usize,
    bytes: usize,
}

impl BlockSize {
    fn of(format: Format) -> Self {
        Self { len: format.spec().block_len, bytes: format.spec().block_bytes }
    }

    #[inline]
    fn bytes(self, format: Format, cols: usize) -> Result<usize, OracleError> {
        let whole = cols.is_multiple_of(self.len);
        let bytes = (cols / self.len).checked_mul(self.bytes).filter(|_| whole);
        bytes.map_or_else(|| row_bytes(format, cols), Ok)
    }
}

/// A dot product of a [`CpuVariant`].
#[derive(Clone, Copy)]
pub struct Dot<'a> {
    format: Format,
    activation: Format,
    weights_size: BlockSize,
    activation_size: BlockSize,
    vec_dot: VecDot,
    _variant: &'a CpuVariant,
}

impl Dot<'_> {
    /// Multiplies one row of weights with one activation.
    ///
    /// # Errors
    /// A partial block or a buffer of the wrong length.
    #[inline]
    pub fn call(&self, cols: usize, weights: &[u8], activation: &[u8]) -> Result<f32, OracleError> {
        check_length("weights", self.weights_size.bytes(self.format, cols)?, weights.len())?;
        check_length("activation", self.activation_size.bytes(self.activation, cols)?, activation.len())?;
        let (weights, activation) = (Aligned::new(weights), Aligned::new(activation));
        let mut out = 0.0;
        // SAFETY: both buffers hold `cols` weights of their formats and one row is asked for, so one float is written.
        unsafe {
            (self.vec_dot)(cols as c_int, &mut out, 0, weights.as_ptr().cast(), 0, activation.as_ptr().cast(), 0, 1);
        }
        Ok(out)
    }

    /// The format's activation format here.
    pub fn activation_format(&self) -> Format {
        self.activation
    }
}
