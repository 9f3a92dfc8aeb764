//! Memory that CPU and GPU share.

use std::marker::PhantomData;
use std::ptr::NonNull;
use std::slice;

use bytemuck::Pod;
use objc2::rc::Retained;
use objc2::runtime::ProtocolObject;
use objc2_metal::{MTLBuffer, MTLDevice, MTLResourceOptions};

use super::device::Device;
use super::error::MetalError;

/// Apple's pages; a multiple of those of older machines too.
const PAGE: usize = 16 << 10;

/// A buffer that the GPU only reads: a copy, or other memory in its place.
pub struct Input<'a> {
    pub(super) buffer: Retained<ProtocolObject<dyn MTLBuffer>>,
    /// Where the bytes begin in the buffer.
    pub(super) offset: usize,
    pub(super) len: usize,
    memory: PhantomData<&'a [u8]>,
}

impl<'a> Input<'a> {
    /// A copy of numbers.
    ///
    /// # Errors
    /// There is not that much memory.
    pub fn copy_of<T: Pod>(device: &Device, numbers: &[T]) -> Result<Input<'static>, MetalError> {
        let mut output = Output::<T>::new(device, numbers.len())?;
        output.get_mut().copy_from_slice(numbers);
        Ok(Input { buffer: output.buffer, offset: 0, len: size_of_val(numbers), memory: PhantomData })
    }

    /// The bytes themselves, without a copy: weights in a mapped file. The buffer covers all pages that the bytes touch.
    /// A format with 2- or 4-byte fields must begin at a multiple of these, as tensors of GGUF files do.
    ///
    /// # Errors
    /// Metal does not take this memory: it must have been mapped, not allocated.
    pub fn borrow(device: &Device, bytes: &'a [u8]) -> Result<Self, MetalError> {
        let start = bytes.as_ptr().addr() / PAGE * PAGE;
        let offset = bytes.as_ptr().addr() - start;
        let covered = (offset + bytes.len()).next_multiple_of(PAGE).max(PAGE);
        let memory = MetalError::Memory { bytes: bytes.len() };
        let Some(first) = NonNull::new(bytes.as_ptr().wrapping_sub(offset).cast_mut()) else {
            return Err(memory);
        };
        // SAFETY: a page of which one byte can be read can be read as a whole; `'a` keeps the bytes where they are, and no
        // kernel writes to an input.
        let buffer = unsafe {
            device.raw().newBufferWithBytesNoCopy_length_options_deallocator(
                first.cast(),
                covered,
                MTLResourceOptions::StorageModeShared,
                None,
            )
        };
        Ok(Self { buffer: buffer.ok_or(memory)?, offset, len: bytes.len(), memory: PhantomData })
    }
}

/// Numbers that the GPU writes.
pub struct Output<T> {
    pub(super) buffer: Retained<ProtocolObject<dyn MTLBuffer>>,
    len: usize,
    number: PhantomData<T>,
}

impl<T: Pod> Output<T> {
    /// Room for numbers, all bits zero.
    ///
    /// # Errors
    /// There is not that much memory.
    pub fn new(device: &Device, len: usize) -> Result<Self, MetalError> {
        let memory = MetalError::Memory { bytes: len.saturating_mul(size_of::<T>()) };
        let bytes = len.checked_mul(size_of::<T>()).ok_or(memory.clone())?;
        // Metal has no empty buffers.
        let buffer = device
            .raw()
            .newBufferWithLength_options(bytes.max(16), MTLResourceOptions::StorageModeShared)
            .ok_or(memory)?;
        Ok(Self { buffer, len, number: PhantomData })
    }

    /// Its length in bytes.
    pub fn bytes(&self) -> usize {
        self.len * size_of::<T>()
    }

    /// The numbers.
    pub fn get(&self) -> &[T] {
        // SAFETY: shared memory of at least `len` numbers, page-aligned and zeroed by Metal; a batch that writes to it holds
        // `self` mutably borrowed until the GPU is done.
        unsafe { slice::from_raw_parts(self.buffer.contents().cast().as_ptr(), self.len) }
    }

    /// The numbers, to be written.
    pub fn get_mut(&mut self) -> &mut [T] {
        // SAFETY: as for `get`, and `self` is borrowed uniquely.
        unsafe { slice::from_raw_parts_mut(self.buffer.contents().cast().as_ptr(), self.len) }
    }
}
