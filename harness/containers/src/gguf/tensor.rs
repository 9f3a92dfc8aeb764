//! Tensors of a file.

use std::borrow::Cow;

use quantmark_kernels::{Format, ggml};

use super::types::{removed_type, storage_type};

/// An entry of the tensor table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TensorInfo {
    /// Name.
    pub name: String,
    /// Dimensions in GGUF order: the length of a row first.
    pub shape: Vec<u64>,
    /// ggml's type id; one that [`storage_type`] knows, unless the file was opened for inspection only.
    pub type_id: u32,
    /// First byte, from the start of the data.
    pub offset: u64,
    /// Bytes of data. Where the type is unknown, all that lies before the next tensor or the end of the file.
    pub bytes: u64,
}

impl TensorInfo {
    /// The format, where weights can be stored so.
    pub fn format(&self) -> Option<Format> {
        ggml::from_type_id(self.type_id)
    }

    /// ggml's name of the type, `unknown` where it has none.
    pub fn type_name(&self) -> &'static str {
        storage_type(self.type_id).map_or_else(|| removed_type(self.type_id).unwrap_or("unknown"), |stored| stored.name)
    }

    /// Elements.
    pub fn elements(&self) -> u64 {
        self.shape.iter().product()
    }

    /// Length of a row.
    pub fn cols(&self) -> u64 {
        self.shape.first().copied().unwrap_or(1)
    }

    /// Rows: all dimensions but the first, multiplied.
    pub fn rows(&self) -> u64 {
        self.shape.iter().skip(1).product()
    }
}

/// A tensor and its data, in place.
#[derive(Clone, Copy, Debug)]
pub struct Tensor<'a> {
    pub(super) info: &'a TensorInfo,
    pub(super) data: &'a [u8],
}

impl<'a> Tensor<'a> {
    /// Its entry in the table.
    pub fn info(&self) -> &'a TensorInfo {
        self.info
    }

    /// Its bytes, as many as the entry says.
    pub fn data(&self) -> &'a [u8] {
        self.data
    }

    /// The numbers of an F32 tensor, in place where machine and alignment allow; `None` for other types.
    pub fn as_f32(&self) -> Option<Cow<'a, [f32]>> {
        if self.info.format() != Some(Format::F32) {
            return None;
        }
        if cfg!(target_endian = "little")
            && let Ok(numbers) = bytemuck::try_cast_slice(self.data)
        {
            return Some(Cow::Borrowed(numbers));
        }
        let number = |bytes: &[u8]| f32::from_le_bytes(bytes.try_into().expect("a chunk of four"));
        Some(Cow::Owned(self.data.chunks_exact(4).map(number).collect()))
    }
}
