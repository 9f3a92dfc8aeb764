//! Every type a tensor may be stored in: the formats, and the plain integers and doubles beside them.

use quantmark_kernels::{Format, ggml};

/// How a tensor type is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StorageType {
    /// ggml's name.
    pub name: &'static str,
    /// Elements a block.
    pub block_len: u64,
    /// Bytes a block.
    pub block_bytes: u64,
    /// The format, where weights can be stored so.
    pub format: Option<Format>,
}

/// The types of ggml that are no format of weights: id, name, bytes.
const PLAIN: [(u32, &str, u64); 5] = [(24, "i8", 1), (25, "i16", 2), (26, "i32", 4), (27, "i64", 8), (28, "f64", 8)];

/// Types that ggml had once: id and name. Files with them can no longer be read by anything current.
const REMOVED: [(u32, &str); 8] = [
    (4, "q4_2"),
    (5, "q4_3"),
    (31, "q4_0_4_4"),
    (32, "q4_0_4_8"),
    (33, "q4_0_8_8"),
    (36, "iq4_nl_4_4"),
    (37, "iq4_nl_4_8"),
    (38, "iq4_nl_8_8"),
];

/// The name of a type that ggml had once and has no more.
pub fn removed_type(id: u32) -> Option<&'static str> {
    REMOVED.iter().find(|(removed, _)| *removed == id).map(|&(_, name)| name)
}

/// The type with an id of ggml's; `None` where llama.cpp v0.5.0 has none.
pub fn storage_type(id: u32) -> Option<StorageType> {
    if let Some(format) = ggml::from_type_id(id) {
        let spec = format.spec();
        return Some(StorageType {
            name: spec.name,
            block_len: spec.block_len as u64,
            block_bytes: spec.block_bytes as u64,
            format: Some(format),
        });
    }
    let &(_, name, bytes) = PLAIN.iter().find(|(plain, ..)| *plain == id)?;
    Some(StorageType { name, block_len: 1, block_bytes: bytes, format: None })
}
