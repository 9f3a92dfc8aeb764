//! A GGUF file in parts, each of which can be made to lie.

use crate::gguf::{DEFAULT_ALIGNMENT, MAGIC};

/// What is written, whether or not it makes sense.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) magic: [u8; 4],
    pub(super) version: u32,
    /// Claimed tensors, where not as many as there are.
    pub(super) tensor_count: Option<u64>,
    /// Claimed keys, where not as many as there are.
    pub(super) key_count: Option<u64>,
    /// Keys with their types and values.
    pub(super) keys: Vec<Vec<u8>>,
    pub(super) tensors: Vec<Entry>,
    /// What the table and the data are padded to.
    pub(super) alignment: usize,
    pub(super) data: Vec<u8>,
}

/// An entry of the tensor table.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) name: Vec<u8>,
    /// Claimed dimensions, where not as many as there are.
    pub(super) dimensions: Option<u32>,
    pub(super) shape: Vec<u64>,
    pub(super) type_id: u32,
    pub(super) offset: u64,
}

impl Entry {
    pub(super) fn new(name: &str, shape: &[u64], type_id: u32, offset: u64) -> Self {
        Self { name: string(name.as_bytes()), dimensions: None, shape: shape.to_vec(), type_id, offset }
    }
}

impl Draft {
    /// A file that is valid: three keys, a matrix of F32 and one of Q4_0.
    pub(super) fn valid() -> Self {
        Self {
            magic: MAGIC,
            version: 3,
            tensor_count: None,
            key_count: None,
            keys: vec![
                key("general.architecture", 8, &string(b"llama")),
                key("llama.block_count", 4, &1u32.to_le_bytes()),
                key("tokens", 9, &array(8, 2, &[string(b"<s>"), string(b"a")].concat())),
            ],
            tensors: vec![Entry::new("a.weight", &[4, 3], 0, 0), Entry::new("b.weight", &[32, 2], 2, 64)],
            alignment: DEFAULT_ALIGNMENT as usize,
            data: vec![1; 100],
        }
    }

    /// The bytes up to the data, not padded.
    pub(super) fn head(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        bytes.extend(self.magic);
        bytes.extend(self.version.to_le_bytes());
        bytes.extend(self.tensor_count.unwrap_or(self.tensors.len() as u64).to_le_bytes());
        bytes.extend(self.key_count.unwrap_or(self.keys.len() as u64).to_le_bytes());
        bytes.extend(self.keys.concat());
        for entry in &self.tensors {
            bytes.extend(&entry.name);
            bytes.extend(entry.dimensions.unwrap_or(entry.shape.len() as u32).to_le_bytes());
            entry.shape.iter().for_each(|n| bytes.extend(n.to_le_bytes()));
            bytes.extend(entry.type_id.to_le_bytes());
            bytes.extend(entry.offset.to_le_bytes());
        }
        bytes
    }

    /// The whole file.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.head();
        bytes.resize(bytes.len().next_multiple_of(self.alignment), 0);
        bytes.extend(&self.data);
        bytes
    }
}

/// A string with its length before it.
pub(super) fn string(text: &[u8]) -> Vec<u8> {
    long_string(text.len() as u64, text)
}

/// A string with any length before it.
pub(super) fn long_string(len: u64, text: &[u8]) -> Vec<u8> {
    [&len.to_le_bytes(), text].concat()
}

/// A key with a value of a type.
pub(super) fn key(name: &str, type_id: u32, value: &[u8]) -> Vec<u8> {
    [&string(name.as_bytes()), &type_id.to_le_bytes()[..], value].concat()
}

/// The value of an array: the type of its items, how many, and their bytes.
pub(super) fn array(type_id: u32, len: u64, items: &[u8]) -> Vec<u8> {
    [&type_id.to_le_bytes()[..], &len.to_le_bytes(), items].concat()
}
