//! A file's bytes: mapped, or in memory.

use std::fs::{self, File};
use std::io;
use std::ops::Deref;
use std::path::Path;

use memmap2::Mmap;

/// Bytes that live as long as the reader.
#[derive(Debug)]
pub(super) enum Bytes {
    Mapped(Mmap),
    Owned(Vec<u8>),
}

impl Bytes {
    /// Maps a regular file.
    pub(super) fn map(path: &Path) -> io::Result<Self> {
        // Asked before opening: opening a pipe waits for its writer.
        if !fs::metadata(path)?.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
        }
        let file = File::open(path)?;
        if file.metadata()?.len() == 0 {
            // An empty mapping is refused by some systems.
            return Ok(Self::Owned(Vec::new()));
        }
        // SAFETY: the mapping is private and read-only. Another process that cuts the file short meanwhile makes reads
        // of the missing part a bus error, which ends this process: the files are models, replaced by renaming.
        Ok(Self::Mapped(unsafe { Mmap::map(&file) }?))
    }
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Mapped(map) => map,
            Self::Owned(bytes) => bytes,
        }
    }
}
