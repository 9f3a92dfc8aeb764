//! Vector instructions behind safe functions. All `unsafe` of the CPU kernels is here and where the registry calls them.

pub(crate) mod baseline;
