//! What rounding alone makes of a model's predictions.

use quantmark_containers::gguf::GgufFile;
use quantmark_kernels::{Available, Backend};
use serde::Serialize;

use super::divergence::Divergence;
use super::perplexity::{Base, MeasureError, measure_against};
use super::windows::Windows;
use crate::network::Model;

/// Windows that it is measured over: it is an order of magnitude, not a result.
const WINDOWS: usize = 2;

/// The divergence of a model from itself with sums in another order: below it, a divergence says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Noise {
    /// Windows that were read.
    pub windows: usize,
    /// The kernels on both sides: the model's, and the scalar ones.
    #[serde(serialize_with = "names")]
    pub backends: [Backend; 2],
    /// The divergence.
    pub divergence: Divergence,
}

fn names<S: serde::Serializer>(backends: &[Backend; 2], serializer: S) -> Result<S::Ok, S::Error> {
    backends.map(Backend::name).serialize(serializer)
}

/// Measures the noise of a file's model between the kernels up to `tier` and the scalar ones, which add up in another
/// order; `None` where it runs on the scalar ones.
///
/// # Errors
/// The text has a token that the model lacks.
pub fn noise(
    file: &GgufFile,
    model: &Model<'_>,
    tier: Available,
    windows: &Windows,
) -> Result<Option<Noise>, MeasureError> {
    let scalar = Available::strongest(Some(Backend::Scalar));
    if tier == scalar {
        return Ok(None);
    }
    let other = Model::read(file, scalar).map_err(|error| MeasureError::Base(error.to_string()))?;
    let few = windows.between(0..windows.count().min(WINDOWS));
    let (_, _, divergence) = measure_against(model, &mut Base::model(&other, &few), &few, &|_| {})?;
    Ok(Some(Noise { windows: few.count(), backends: [tier.backend(), scalar.backend()], divergence }))
}
