//! Reading a file.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use quantmark_files::shown::shown;

use super::cursor::Cursor;
use super::error::{Fault, GgufError};
use super::map::Bytes;
use super::tensor::{Tensor, TensorInfo};
use super::types::{removed_type, storage_type};
use super::value::{Value, read_value};
use super::{ALIGNMENT_KEY, DEFAULT_ALIGNMENT, MAGIC, MAX_DIMENSIONS};

/// A GGUF file, checked as a whole when it is opened: every tensor's data lies inside the file, aligned, and no two
/// overlap.
#[derive(Debug)]
pub struct GgufFile {
    path: PathBuf,
    bytes: Bytes,
    head: Head,
}

/// What stands before the data.
#[derive(Debug)]
struct Head {
    version: u32,
    alignment: u64,
    metadata: Vec<(String, Value)>,
    tensors: Vec<TensorInfo>,
    by_name: HashMap<String, usize>,
    data_start: u64,
}

impl GgufFile {
    /// Maps and checks a file.
    ///
    /// # Errors
    /// The file cannot be read or is not valid; the error names the byte.
    pub fn open(path: &Path) -> Result<Self, GgufError> {
        let bytes = Bytes::map(path).map_err(|source| GgufError::Io { path: path.to_owned(), source })?;
        Self::check(path.to_owned(), bytes, UnknownTypes::Refused)
    }

    /// As [`GgufFile::open`], for looking at the tensor table only: tensors of types that ggml does not have, as forks
    /// of llama.cpp write them, are listed too, their size a guess.
    ///
    /// # Errors
    /// As [`GgufFile::open`].
    pub fn open_for_inspection(path: &Path) -> Result<Self, GgufError> {
        let bytes = Bytes::map(path).map_err(|source| GgufError::Io { path: path.to_owned(), source })?;
        Self::check(path.to_owned(), bytes, UnknownTypes::Listed)
    }

    /// Checks a file that is in memory; `name` stands for it in messages.
    ///
    /// # Errors
    /// The bytes are not a valid file.
    pub fn from_bytes(name: impl Into<PathBuf>, bytes: Vec<u8>) -> Result<Self, GgufError> {
        Self::check(name.into(), Bytes::Owned(bytes), UnknownTypes::Refused)
    }

    /// As [`GgufFile::open_for_inspection`], for a file that is in memory.
    ///
    /// # Errors
    /// As [`GgufFile::from_bytes`].
    pub fn inspect_bytes(name: impl Into<PathBuf>, bytes: Vec<u8>) -> Result<Self, GgufError> {
        Self::check(name.into(), Bytes::Owned(bytes), UnknownTypes::Listed)
    }

    fn check(path: PathBuf, bytes: Bytes, unknown: UnknownTypes) -> Result<Self, GgufError> {
        match Head::read(&bytes, unknown) {
            Ok(head) => Ok(Self { path, bytes, head }),
            Err(Fault { offset, message }) => Err(GgufError::Invalid { path, offset, message }),
        }
    }

    /// The file's name.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Bytes of the whole file.
    pub fn len(&self) -> u64 {
        self.bytes.len() as u64
    }

    /// Never: a valid file has a header.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// GGUF version, 2 or 3.
    pub fn version(&self) -> u32 {
        self.head.version
    }

    /// Alignment of tensor data.
    pub fn alignment(&self) -> u64 {
        self.head.alignment
    }

    /// Keys and values in the order of the file.
    pub fn metadata(&self) -> &[(String, Value)] {
        &self.head.metadata
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.head.metadata.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// The text of a key that must be a string.
    ///
    /// # Errors
    /// The key is missing or no string.
    pub fn text(&self, key: &str) -> Result<&str, GgufError> {
        self.expect(key, "a string", Value::as_str)
    }

    /// The number of a key that must be a whole number of 0 or more, of any integer type.
    ///
    /// # Errors
    /// The key is missing or no such number.
    pub fn number(&self, key: &str) -> Result<u64, GgufError> {
        self.expect(key, "a whole number", Value::as_u64)
    }

    /// The number of a key that must be a float.
    ///
    /// # Errors
    /// The key is missing or no float.
    pub fn real(&self, key: &str) -> Result<f64, GgufError> {
        self.expect(key, "a float", Value::as_f64)
    }

    /// The texts of a key that must be an array of strings.
    ///
    /// # Errors
    /// The key is missing or no array of strings.
    pub fn texts(&self, key: &str) -> Result<&[String], GgufError> {
        self.expect(key, "an array of strings", Value::as_strings)
    }

    fn expect<'a, T>(
        &'a self,
        key: &str,
        expected: &str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Result<T, GgufError> {
        let value = self.get(key).ok_or_else(|| self.content(format!("{key} is missing, expected {expected}")))?;
        read(value)
            .ok_or_else(|| self.content(format!("{key} is of type {}, expected {expected}", value.value_type().name())))
    }

    /// An error about the file's content.
    pub fn content(&self, message: impl Into<String>) -> GgufError {
        GgufError::Content { path: self.path.clone(), message: message.into() }
    }

    /// The tensor table in the order of the file.
    pub fn tensors(&self) -> &[TensorInfo] {
        &self.head.tensors
    }

    /// A tensor by name.
    pub fn tensor(&self, name: &str) -> Option<Tensor<'_>> {
        self.head.by_name.get(name).map(|&index| self.tensor_of(&self.head.tensors[index]))
    }

    /// Every tensor with its data, in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = Tensor<'_>> {
        self.head.tensors.iter().map(|info| self.tensor_of(info))
    }

    fn tensor_of<'a>(&'a self, info: &'a TensorInfo) -> Tensor<'a> {
        // Checked when the file was opened.
        let start = (self.head.data_start + info.offset) as usize;
        Tensor { info, data: &self.bytes[start..start + info.bytes as usize] }
    }
}

/// Bytes that a key takes at least: an empty name, a type, a u8.
const LEAST_KEY: u64 = 8 + 4 + 1;

/// Bytes that a tensor takes at least in the table: an empty name, a count, one dimension, a type, an offset.
const LEAST_TENSOR: u64 = 8 + 4 + 8 + 4 + 8;

/// What to do about tensors whose type ggml does not have.
#[derive(Clone, Copy, PartialEq, Eq)]
enum UnknownTypes {
    Refused,
    Listed,
}

impl Head {
    fn read(bytes: &[u8], unknown: UnknownTypes) -> Result<Self, Fault> {
        let mut cursor = Cursor::new(bytes);
        let magic = cursor.array::<4>("the magic")?;
        if magic != MAGIC {
            return Err(Fault::new(0, format!("magic {magic:02x?}, expected {MAGIC:02x?} (GGUF)")));
        }
        let version = cursor.u32("the version")?;
        match version {
            2 | 3 => {}
            1 => return Err(Fault::new(4, "GGUF version 1, which no current tool writes; expected 2 or 3")),
            _ if matches!(version.swap_bytes(), 1..=3) => {
                return Err(Fault::new(4, "a big-endian file; expected little-endian"));
            }
            _ => return Err(Fault::new(4, format!("GGUF version {version}, expected 2 or 3"))),
        }
        // Both counts stand before what they count: the first is checked once the second is known.
        let tensor_count = cursor.count("the tensor count", LEAST_TENSOR)?;
        let key_count = cursor.count("the key count", LEAST_KEY)?;
        let (metadata, alignment) = read_metadata(&mut cursor, key_count)?;
        let mut tensors: Vec<TensorInfo> = Vec::new();
        let mut by_name = HashMap::new();
        for index in 0..tensor_count {
            let at = cursor.offset();
            let tensor = read_tensor(&mut cursor, alignment, unknown)?;
            if by_name.insert(tensor.name.clone(), index as usize).is_some() {
                return Err(Fault::new(at, format!("a second tensor named {}", shown(&tensor.name))));
            }
            tensors.push(tensor);
        }
        let end = cursor.offset();
        // A file of metadata alone may end without padding.
        let data_start = if tensors.is_empty() { end } else { end.next_multiple_of(alignment) };
        let mut head = Self { version, alignment, metadata, tensors, by_name, data_start };
        if unknown == UnknownTypes::Listed {
            head.guess_sizes(bytes.len() as u64);
        }
        head.check_data(bytes.len() as u64)?;
        Ok(head)
    }

    /// Gives tensors of unknown type all bytes up to the next tensor or the end of the file.
    fn guess_sizes(&mut self, file_len: u64) {
        let mut starts: Vec<u64> = self.tensors.iter().map(|tensor| tensor.offset).collect();
        starts.sort_unstable();
        let end = file_len.saturating_sub(self.data_start);
        for tensor in self.tensors.iter_mut().filter(|tensor| storage_type(tensor.type_id).is_none()) {
            let next = starts.get(starts.partition_point(|&start| start <= tensor.offset)).copied().unwrap_or(end);
            tensor.bytes = next.min(end).saturating_sub(tensor.offset);
        }
    }

    /// Every tensor inside the file, no two over the same bytes.
    fn check_data(&self, file_len: u64) -> Result<(), Fault> {
        let mut ranges: Vec<(u64, u64, &str)> = Vec::new();
        for tensor in &self.tensors {
            let name = shown(&tensor.name);
            let end = self.data_start.checked_add(tensor.offset).and_then(|start| start.checked_add(tensor.bytes));
            match end {
                Some(end) if end <= file_len => {
                    ranges.push((tensor.offset, tensor.offset + tensor.bytes, &tensor.name))
                }
                _ => {
                    let (offset, bytes, start) = (tensor.offset, tensor.bytes, self.data_start);
                    let message =
                        format!("tensor {name}: {bytes} bytes at {start} + {offset} end beyond the file's {file_len}");
                    return Err(Fault::new(file_len, message));
                }
            }
        }
        ranges.sort_unstable();
        for pair in ranges.windows(2) {
            let ((_, end, first), (start, _, second)) = (pair[0], pair[1]);
            if start < end {
                let message = format!("tensors {} and {} overlap", shown(first), shown(second));
                return Err(Fault::new(self.data_start + start, message));
            }
        }
        Ok(())
    }
}

/// The keys, and the alignment they give.
fn read_metadata(cursor: &mut Cursor<'_>, count: u64) -> Result<(Vec<(String, Value)>, u64), Fault> {
    let (mut metadata, mut alignment) = (Vec::new(), DEFAULT_ALIGNMENT);
    let mut seen = HashSet::new();
    for _ in 0..count {
        let at = cursor.offset();
        let key = cursor.string("a key")?;
        if key.is_empty() {
            return Err(Fault::new(at, "an empty key"));
        }
        if !seen.insert(key.clone()) {
            return Err(Fault::new(at, format!("a second key {}", shown(&key))));
        }
        let at = cursor.offset();
        let value = read_value(cursor, &format!("key {}", shown(&key)))?;
        if key == ALIGNMENT_KEY {
            alignment = read_alignment(&value).map_err(|message| Fault::new(at, message))?;
        }
        metadata.push((key, value));
    }
    Ok((metadata, alignment))
}

fn read_alignment(value: &Value) -> Result<u64, String> {
    match value {
        Value::U32(alignment) if alignment.is_power_of_two() => Ok(u64::from(*alignment)),
        Value::U32(other) => Err(format!("{ALIGNMENT_KEY} is {other}, expected a power of two")),
        other => Err(format!("{ALIGNMENT_KEY} is of type {}, expected u32", other.value_type().name())),
    }
}

fn read_tensor(cursor: &mut Cursor<'_>, alignment: u64, unknown: UnknownTypes) -> Result<TensorInfo, Fault> {
    let name = cursor.string("a tensor name")?;
    let what = format!("tensor {}", shown(&name));
    let at = cursor.offset();
    let dimensions = cursor.u32(&format!("{what}: number of dimensions"))?;
    if dimensions == 0 || dimensions as usize > MAX_DIMENSIONS {
        return Err(Fault::new(at, format!("{what}: {dimensions} dimensions, expected 1 to {MAX_DIMENSIONS}")));
    }
    let at = cursor.offset();
    let mut shape = Vec::new();
    for _ in 0..dimensions {
        shape.push(cursor.u64(&format!("{what}: dimensions"))?);
    }
    if shape.contains(&0) {
        return Err(Fault::new(at, format!("{what}: a dimension of 0 in {shape:?}")));
    }
    // ggml counts in i64, and so do all who read these files.
    let elements = shape.iter().try_fold(1u64, |product, &n| product.checked_mul(n).filter(|&p| p <= i64::MAX as u64));
    let elements = elements.ok_or_else(|| Fault::new(at, format!("{what}: dimensions {shape:?} overflow")))?;
    let at = cursor.offset();
    let type_id = cursor.u32(&format!("{what}: type"))?;
    let bytes = match storage_type(type_id) {
        Some(stored) if !shape[0].is_multiple_of(stored.block_len) => {
            let (row, block, format) = (shape[0], stored.block_len, stored.name);
            return Err(Fault::new(at, format!("{what}: rows of {row} are not whole blocks of {block} ({format})")));
        }
        Some(stored) => (elements / stored.block_len)
            .checked_mul(stored.block_bytes)
            .ok_or_else(|| Fault::new(at, format!("{what}: its size in bytes overflows")))?,
        None if unknown == UnknownTypes::Listed => 0,
        None => {
            let words = match removed_type(type_id) {
                Some(name) => format!("{what}: type {type_id} ({name}), which ggml has no more"),
                None => format!("{what}: type {type_id}, expected one that llama.cpp v0.5.0 has"),
            };
            return Err(Fault::new(at, words));
        }
    };
    let at = cursor.offset();
    let offset = cursor.u64(&format!("{what}: offset"))?;
    if !offset.is_multiple_of(alignment) {
        return Err(Fault::new(at, format!("{what}: offset {offset}, expected a multiple of {alignment}")));
    }
    Ok(TensorInfo { name, shape, type_id, offset, bytes })
}
