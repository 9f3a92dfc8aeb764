//! `libggml-base`: quantizing and decoding.

use std::ffi::{CStr, c_char, c_int, c_void};
use std::path::{Path, PathBuf};
use std::ptr;

use libloading::os::unix::{Library, RTLD_LOCAL, RTLD_NOW};
use quantmark_kernels::{Format, Importance, ggml};

use super::error::{OracleError, check_length};

type QuantizeChunk = unsafe extern "C" fn(c_int, *const f32, *mut c_void, i64, i64, i64, *const f32) -> usize;
type FromFloatRef = unsafe extern "C" fn(*const f32, *mut c_void, i64);
type ToFloat = unsafe extern "C" fn(*const c_void, *mut f32, i64);

/// The head of ggml's `ggml_type_traits`.
#[repr(C)]
struct TypeTraits {
    type_name: *const c_char,
    blck_size: i64,
    blck_size_interleave: i64,
    type_size: usize,
    is_quantized: bool,
    to_float: Option<ToFloat>,
    from_float_ref: Option<FromFloatRef>,
}

/// llama.cpp's `libggml-base`.
pub struct Oracle {
    directory: PathBuf,
    quantize_chunk: QuantizeChunk,
    type_traits: unsafe extern "C" fn(c_int) -> *const TypeTraits,
    version: String,
    commit: String,
    // The function pointers above point into it.
    library: Library,
}

/// The file name of the base library on this platform.
pub(super) const BASE_LIBRARY: &str =
    if cfg!(target_vendor = "apple") { "libggml-base.dylib" } else { "libggml-base.so" };

impl Oracle {
    /// Opens `libggml-base` in a directory and checks that every format has the layout of our table there.
    ///
    /// # Errors
    /// The library is missing, does not open, or is not of the pinned version.
    pub fn open(directory: &Path) -> Result<Self, OracleError> {
        let path = directory.join(BASE_LIBRARY);
        let load = |source| OracleError::Load { path: path.clone(), source };
        let library = open_library(&path)?;
        // SAFETY: the signature is ggml's declaration of this symbol.
        let quantize_chunk = *unsafe { library.get::<QuantizeChunk>(b"ggml_quantize_chunk\0") }.map_err(load)?;
        // SAFETY: as above.
        let type_traits = *unsafe { library.get(b"ggml_get_type_traits\0") }.map_err(load)?;
        let version = text(&library, b"ggml_version\0").map_err(load)?;
        let commit = text(&library, b"ggml_commit\0").map_err(load)?;
        let oracle = Self { directory: directory.to_owned(), quantize_chunk, type_traits, version, commit, library };
        oracle.check_layouts(&path)?;
        Ok(oracle)
    }

    /// Where the libraries are.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// ggml's version, as the library says it.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The commit that the library was built from, as it says.
    pub fn commit(&self) -> &str {
        &self.commit
    }

    /// Bytes a block of a format and weights a block, as the library says.
    pub fn layout(&self, format: Format) -> (usize, usize) {
        let traits = self.traits(format);
        (traits.type_size, usize::try_from(traits.blck_size).unwrap_or(0))
    }

    /// Quantizes rows of `cols` weights, as llama-quantize does.
    ///
    /// # Errors
    /// The library cannot quantize the format, or not without importance; buffers of the wrong length.
    pub fn quantize(
        &self,
        format: Format,
        cols: usize,
        source: &[f32],
        importance: Option<&[f32]>,
    ) -> Result<Vec<u8>, OracleError> {
        let rows = source.len().checked_div(cols).unwrap_or(0);
        let mut blocks = vec![0u8; rows * row_bytes(format, cols)?];
        self.quantize_into(format, cols, source, importance, &mut blocks)?;
        Ok(blocks)
    }

    /// As [`Oracle::quantize`], into a buffer of exactly the size needed.
    ///
    /// # Errors
    /// As [`Oracle::quantize`].
    pub fn quantize_into(
        &self,
        format: Format,
        cols: usize,
        source: &[f32],
        importance: Option<&[f32]>,
        blocks: &mut [u8],
    ) -> Result<(), OracleError> {
        let rows = source.len().checked_div(cols).unwrap_or(0);
        check_length("source", rows * cols, source.len())?;
        check_length("blocks", rows * row_bytes(format, cols)?, blocks.len())?;
        if let Some(importance) = importance {
            check_length("importance", cols, importance.len())?;
        }
        if matches!(format, Format::Q8_1 | Format::Q8_K) {
            let quantize = match self.traits(format).from_float_ref {
                Some(quantize) => quantize,
                None => self.exported::<FromFloatRef>(b"quantize_row_q8_K_ref\0")?,
            };
            // SAFETY: it reads `source.len()` floats, whole blocks, and writes as many blocks as `blocks` holds.
            unsafe { quantize(source.as_ptr(), blocks.as_mut_ptr().cast(), source.len() as i64) };
            return Ok(());
        }
        if importance.is_none() && format.spec().importance == Importance::Required {
            return Err(unsupported(format, "quantizer without importance"));
        }
        let importance = importance.map_or(ptr::null(), <[f32]>::as_ptr);
        // SAFETY: it reads `rows * cols` floats of `source`, `cols` of `importance` unless that is null, and writes
        // `rows` rows of `row_bytes`; the lengths were checked.
        unsafe {
            (self.quantize_chunk)(
                ggml::type_id(format) as c_int,
                source.as_ptr(),
                blocks.as_mut_ptr().cast(),
                0,
                rows as i64,
                cols as i64,
                importance,
            )
        };
        Ok(())
    }

    /// Decodes blocks.
    ///
    /// # Errors
    /// The library cannot decode the format; a partial block.
    pub fn dequantize(&self, format: Format, blocks: &[u8]) -> Result<Vec<f32>, OracleError> {
        let spec = format.spec();
        let mut out = vec![0.0f32; blocks.len() / spec.block_bytes * spec.block_len];
        self.dequantize_into(format, blocks, &mut out)?;
        Ok(out)
    }

    /// As [`Oracle::dequantize`], into a buffer of exactly the size needed.
    ///
    /// # Errors
    /// As [`Oracle::dequantize`].
    pub fn dequantize_into(&self, format: Format, blocks: &[u8], out: &mut [f32]) -> Result<(), OracleError> {
        check_length("blocks", row_bytes(format, out.len())?, blocks.len())?;
        if format == Format::F32 {
            for (out, bytes) in out.iter_mut().zip(blocks.chunks_exact(4)) {
                *out = f32::from_le_bytes(bytes.try_into().expect("a chunk of four"));
            }
            return Ok(());
        }
        let to_float = match self.traits(format).to_float {
            Some(to_float) => to_float,
            None if format == Format::Q8_K => self.exported::<ToFloat>(b"dequantize_row_q8_K\0")?,
            None => return Err(unsupported(format, "decoder")),
        };
        let blocks = Aligned::new(blocks);
        // SAFETY: it reads as many blocks as `out.len()` weights need, all of `blocks`, and writes all of `out`.
        unsafe { to_float(blocks.as_ptr().cast(), out.as_mut_ptr(), out.len() as i64) };
        Ok(())
    }

    /// A function that ggml exports but does not list in its traits.
    fn exported<F: Copy>(&self, symbol: &[u8]) -> Result<F, OracleError> {
        // SAFETY: the callers name a symbol together with ggml's declaration of it.
        let function = unsafe { self.library.get::<F>(symbol) };
        function.map(|function| *function).map_err(|source| OracleError::Load { path: self.directory.clone(), source })
    }

    fn traits(&self, format: Format) -> &TypeTraits {
        // SAFETY: every `Format` is a type id below the table's length.
        let traits = unsafe { (self.type_traits)(ggml::type_id(format) as c_int) };
        // SAFETY: the table is static and lives as long as the library, which `self` holds.
        unsafe { &*traits }
    }

    fn check_layouts(&self, path: &Path) -> Result<(), OracleError> {
        for &format in Format::ALL {
            let spec = format.spec();
            let (bytes, len) = self.layout(format);
            if bytes != spec.block_bytes || len != spec.block_len {
                return Err(OracleError::Layout {
                    path: path.to_owned(),
                    format,
                    expected: spec.block_bytes,
                    got: bytes,
                });
            }
        }
        Ok(())
    }
}

/// Opens a library by its absolute path and keeps its symbols to itself, so that several builds of one library can be
/// open in a process at once.
pub(super) fn open_library(path: &Path) -> Result<Library, OracleError> {
    let load = |source| OracleError::Load { path: path.to_owned(), source };
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    // SAFETY: ggml's libraries have no initialisers beyond those of the C++ runtime.
    unsafe { Library::open(Some(&absolute), RTLD_NOW | RTLD_LOCAL) }.map_err(load)
}

pub(super) fn row_bytes(format: Format, cols: usize) -> Result<usize, OracleError> {
    format.row_bytes(cols).ok_or(OracleError::Length {
        buffer: "row",
        expected: cols.next_multiple_of(format.spec().block_len),
        got: cols,
    })
}

pub(super) const fn unsupported(format: Format, operation: &'static str) -> OracleError {
    OracleError::Unsupported { format, operation }
}

fn text(library: &Library, symbol: &[u8]) -> Result<String, libloading::Error> {
    // SAFETY: both symbols asked for are declared `const char * f(void)`.
    let function = unsafe { library.get::<unsafe extern "C" fn() -> *const c_char>(symbol) }?;
    // SAFETY: they take nothing and return a static string.
    let pointer = unsafe { function() };
    // SAFETY: as above.
    Ok(unsafe { CStr::from_ptr(pointer) }.to_string_lossy().into_owned())
}

/// Bytes at an address that suits every ggml struct, which it reads through typed pointers: the bytes themselves where
/// they lie so, else a copy.
pub(super) enum Aligned<'a> {
    InPlace(&'a [u8]),
    Copy(Vec<u64>),
}

impl<'a> Aligned<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        if bytes.as_ptr().cast::<u32>().is_aligned() {
            return Self::InPlace(bytes);
        }
        let words = bytes.chunks(8).map(|chunk| {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            u64::from_ne_bytes(word)
        });
        Self::Copy(words.collect())
    }

    pub(super) fn as_ptr(&self) -> *const u8 {
        match self {
            Self::InPlace(bytes) => bytes.as_ptr(),
            Self::Copy(words) => words.as_ptr().cast(),
        }
    }
}
