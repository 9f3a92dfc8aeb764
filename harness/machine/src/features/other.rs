//! Architectures without kernels of their own.

/// No extension matters here.
pub(crate) fn detect() -> Vec<&'static str> {
    Vec::new()
}
