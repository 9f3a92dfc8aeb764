//! Why an implementation does not do what it is asked.

use std::fmt;

use quantmark_kernels::KernelError;

/// Why an implementation did not do what it was asked; for people to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal(pub String);

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refusal {}

impl From<KernelError> for Refusal {
    fn from(error: KernelError) -> Self {
        Self(error.to_string())
    }
}
