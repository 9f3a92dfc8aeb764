//! Files that have broken readers of GGUF, one for each kind of mistake.
//!
//! They are made here instead of being stored, are all smaller than 64 KiB, and none is valid. Whoever writes a reader
//! gets them by `quantmark hostile --out DIR`; ours must refuse each with the byte and what it expected there.

mod classes;
mod draft;

pub use classes::classes;

use draft::Draft;

/// A file that must be refused.
#[derive(Clone, Debug)]
pub struct Hostile {
    /// Short name, fit for a file.
    pub name: String,
    /// The mistake of a reader that it meets, with its source where one is known.
    pub hunts: String,
    /// The file.
    pub bytes: Vec<u8>,
}

/// A valid file, for contrast: the one that the others were made from.
pub fn valid() -> Vec<u8> {
    Draft::valid().bytes()
}

/// Every proper beginning of the valid file: cut in the middle of each number, name and block.
pub fn truncations() -> impl Iterator<Item = Vec<u8>> {
    let whole = valid();
    (0..whole.len()).map(move |len| whole[..len].to_vec())
}
