//! Buffers between pages that cannot be touched: reading or writing one byte too far is a SIGSEGV, not a wrong number.

use std::io;
use std::ptr::{self, NonNull};
use std::slice;

/// At which end the buffer touches its guard; at the other end up to a page of slack may lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placement {
    /// The first byte follows a guard page.
    Start,
    /// The last byte precedes a guard page.
    End,
}

/// A private mapping: guard page, data pages, guard page.
pub struct Guarded {
    mapping: NonNull<u8>,
    mapping_len: usize,
    offset: usize,
    len: usize,
}

impl Guarded {
    /// A copy of bytes, placed against a guard page.
    ///
    /// # Errors
    /// The system gives no memory or does not protect it.
    pub fn copy_of(bytes: &[u8], placement: Placement) -> io::Result<Self> {
        let page = page_size();
        let data_len = bytes.len().next_multiple_of(page).max(page);
        let mapping_len = data_len + 2 * page;
        // SAFETY: a new anonymous mapping at an address of the system's choice touches no memory of ours.
        let address = unsafe {
            libc::mmap(ptr::null_mut(), mapping_len, libc::PROT_NONE, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS, -1, 0)
        };
        if address == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        let mapping = NonNull::new(address.cast::<u8>()).ok_or_else(|| io::Error::other("mapped at address 0"))?;
        let slack = match placement {
            Placement::Start => 0,
            Placement::End => data_len - bytes.len(),
        };
        let mut guarded = Self { mapping, mapping_len, offset: page + slack, len: bytes.len() };
        // SAFETY: the mapping is `mapping_len` bytes long, of which this is the second page on.
        let data = unsafe { guarded.mapping.as_ptr().add(page) };
        // SAFETY: the range lies inside the mapping that was just made and that nothing refers to yet.
        if unsafe { libc::mprotect(data.cast(), data_len, libc::PROT_READ | libc::PROT_WRITE) } != 0 {
            return Err(io::Error::last_os_error());
        }
        guarded.get_mut().copy_from_slice(bytes);
        Ok(guarded)
    }

    /// The bytes.
    pub fn get(&self) -> &[u8] {
        let start = self.mapping.as_ptr().wrapping_add(self.offset);
        // SAFETY: `offset..offset + len` are readable data pages of the mapping, initialised by the system to zero, and
        // live as long as `self`.
        unsafe { slice::from_raw_parts(start, self.len) }
    }

    /// The bytes, to be written.
    pub fn get_mut(&mut self) -> &mut [u8] {
        let start = self.mapping.as_ptr().wrapping_add(self.offset);
        // SAFETY: as for `get`; the pages are writable and `self` is borrowed uniquely.
        unsafe { slice::from_raw_parts_mut(start, self.len) }
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        // SAFETY: the mapping was made with this address and length and is not used after this.
        unsafe { libc::munmap(self.mapping.as_ptr().cast(), self.mapping_len) };
    }
}

fn page_size() -> usize {
    // SAFETY: it only asks for a number.
    let size = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    usize::try_from(size).unwrap_or(4096)
}

#[cfg(test)]
mod tests {
    use super::{Guarded, Placement, page_size};

    #[test]
    fn bytes_touch_the_guard() {
        let page = page_size();
        for len in [0, 1, 18, page, page + 3] {
            let bytes: Vec<u8> = (0..len).map(|i| i as u8).collect();
            let start = Guarded::copy_of(&bytes, Placement::Start).unwrap();
            let end = Guarded::copy_of(&bytes, Placement::End).unwrap();
            assert_eq!((start.get(), end.get()), (&bytes[..], &bytes[..]));
            assert_eq!(start.get().as_ptr().addr() % page, 0);
            assert_eq!((end.get().as_ptr().addr() + len) % page, 0);
        }
    }
}
