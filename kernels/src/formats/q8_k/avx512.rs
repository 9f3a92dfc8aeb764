//! Q8_K by AVX-512.

use super::scalar;
use crate::product::activations::Activations;

pub(crate) type Kernel = Activations<scalar::Kernel>;
