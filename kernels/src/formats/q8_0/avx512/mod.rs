//! Q8_0 by AVX-512.

mod bytes;
mod unpack;

pub(crate) use bytes::Bytes as Kernel;
