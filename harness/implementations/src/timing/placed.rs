//! Buffers at addresses that are the same in every run.
//!
//! Where an allocator puts a buffer decides whether loads cross cache lines: the same kernel takes up to twice as long
//! from one process to the next. ggml starts its buffers on a cache line too.

use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

use bytemuck::{Pod, Zeroable, cast_slice, cast_slice_mut};

const PAGE: usize = 4096;

#[derive(Clone, Copy, Pod, Zeroable)]
#[repr(C, align(4096))]
struct Page([u8; PAGE]);

/// What a buffer is for. Buffers of different use start at different places within a page, because a load waits for an
/// unrelated store at the same place of another page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// What is read from beginning to end.
    Input,
    /// What is read beside it.
    Other,
    /// What is written.
    Output,
}

impl Role {
    /// Bytes from the start of a page, whole cache lines of 64 and of 128 bytes.
    const fn offset(self) -> usize {
        match self {
            Self::Input => 0,
            Self::Other => 1280,
            Self::Output => 2560,
        }
    }
}

/// Values that start at a fixed place within a page.
pub struct Placed<T> {
    pages: Vec<Page>,
    at: usize,
    bytes: usize,
    of: PhantomData<T>,
}

impl<T: Pod> Placed<T> {
    /// A copy of `values`.
    pub fn new(role: Role, values: &[T]) -> Self {
        let values: &[u8] = cast_slice(values);
        let (at, bytes) = (role.offset(), values.len());
        let mut placed = Self { pages: vec![Page::zeroed(); (at + bytes).div_ceil(PAGE)], at, bytes, of: PhantomData };
        cast_slice_mut::<Page, u8>(&mut placed.pages)[at..at + bytes].copy_from_slice(values);
        placed
    }
}

impl<T: Pod> Deref for Placed<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        cast_slice(&cast_slice::<Page, u8>(&self.pages)[self.at..self.at + self.bytes])
    }
}

impl<T: Pod> DerefMut for Placed<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        cast_slice_mut(&mut cast_slice_mut::<Page, u8>(&mut self.pages)[self.at..self.at + self.bytes])
    }
}

#[cfg(test)]
mod tests {
    use super::{PAGE, Placed, Role};

    #[test]
    fn buffers_start_where_their_use_says() {
        for (role, values) in [(Role::Input, 1), (Role::Other, 5000), (Role::Output, 0)] {
            let mut placed = Placed::new(role, &vec![1.5f32; values]);
            assert_eq!(placed.as_ptr().addr() % PAGE, role.offset());
            assert_eq!(placed[..], vec![1.5; values]);
            placed.iter_mut().for_each(|value| *value = 2.0);
            assert_eq!(placed[..], vec![2.0; values]);
        }
    }
}
