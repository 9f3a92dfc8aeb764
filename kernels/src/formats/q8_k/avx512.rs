//! Q8_K by AVX-512.

use super::scalar;
use crate::product::activation_only::ActivationOnly;

pub(crate) type Kernel = ActivationOnly<scalar::Kernel>;
