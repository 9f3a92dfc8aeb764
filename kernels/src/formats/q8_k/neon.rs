//! Q8_K by Advanced SIMD.

use super::scalar;
use crate::product::activations::Activations;

pub(crate) type Kernel = Activations<scalar::Kernel>;
