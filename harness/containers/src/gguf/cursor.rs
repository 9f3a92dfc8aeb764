//! Reading numbers and strings from bytes, never past their end.

use super::error::Fault;

/// A place in the bytes.
#[derive(Clone)]
pub(super) struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// Byte offset in the file.
    pub(super) fn offset(&self) -> u64 {
        self.at as u64
    }

    /// Bytes left.
    pub(super) fn left(&self) -> u64 {
        (self.bytes.len() - self.at) as u64
    }

    /// The next `len` bytes.
    pub(super) fn take(&mut self, len: u64, what: &str) -> Result<&'a [u8], Fault> {
        if len > self.left() {
            let left = self.left();
            return Err(Fault::new(self.offset(), format!("{what} takes {len} bytes, the file has {left} left")));
        }
        // It fits in what is left, so it fits `usize`.
        let end = self.at + len as usize;
        let taken = &self.bytes[self.at..end];
        self.at = end;
        Ok(taken)
    }

    pub(super) fn array<const N: usize>(&mut self, what: &str) -> Result<[u8; N], Fault> {
        let bytes = self.take(N as u64, what)?;
        Ok(bytes.try_into().expect("as many bytes as asked for"))
    }

    pub(super) fn u32(&mut self, what: &str) -> Result<u32, Fault> {
        Ok(u32::from_le_bytes(self.array(what)?))
    }

    pub(super) fn u64(&mut self, what: &str) -> Result<u64, Fault> {
        Ok(u64::from_le_bytes(self.array(what)?))
    }

    /// A count of things that each take at least `least` bytes of the file: more than fit in what is left is refused
    /// before anything is set aside for them.
    pub(super) fn count(&mut self, what: &str, least: u64) -> Result<u64, Fault> {
        let at = self.offset();
        let count = self.u64(what)?;
        let most = self.left() / least;
        if count > most {
            return Err(Fault::new(at, format!("{what} is {count}, the rest of the file has room for {most}")));
        }
        Ok(count)
    }

    /// A string with its length before it.
    pub(super) fn string(&mut self, what: &str) -> Result<String, Fault> {
        let at = self.offset();
        let len = self.u64(what)?;
        let bytes = self.take(len, what)?;
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(text.to_owned()),
            Err(error) => {
                let place = at + 8 + error.valid_up_to() as u64;
                Err(Fault::new(place, format!("{what} is not UTF-8")))
            }
        }
    }
}
