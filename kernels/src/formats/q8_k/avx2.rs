//! Q8_K by AVX2.

use super::scalar;
use crate::product::activation_only::ActivationOnly;

pub(crate) type Kernel = ActivationOnly<scalar::Kernel>;
