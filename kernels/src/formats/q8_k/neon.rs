//! Q8_K by Advanced SIMD.

use super::scalar;
use crate::product::activation_only::ActivationOnly;

pub(crate) type Kernel = ActivationOnly<scalar::Kernel>;
