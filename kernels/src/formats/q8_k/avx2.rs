//! Q8_K by AVX2.

use super::scalar;
use crate::product::activations::Activations;

pub(crate) type Kernel = Activations<scalar::Kernel>;
